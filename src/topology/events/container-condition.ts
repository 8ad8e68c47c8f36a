import type { EventKind } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { shortImageName } from '../nodes/naming/image-name.ts'
import { flagFact, numberFact, textFact } from '../reports/node-facts.ts'

/** The state of a container whose changes are reported as events. */
export interface ContainerCondition {
  /** `starting`, `healthy` or `unhealthy`; undefined without a health check. */
  readonly health: string | undefined
  readonly isPaused: boolean
  /** How often, at least, the kernel killed a process of the container because it was out of memory. */
  readonly oomKills: number
  readonly image: { readonly id: string; readonly name: string; readonly tag: string }
}

/** Reads the condition from a container's node. */
export const conditionOf = (container: ReportNode): ContainerCondition => ({
  health: textFact(container, facts.containerHealth),
  isPaused: textFact(container, facts.containerState) === 'paused',
  oomKills: Math.max(
    numberFact(container, facts.containerOomKills) ?? 0,
    flagFact(container, facts.containerOomKilled) ? 1 : 0,
  ),
  image: {
    id: textFact(container, facts.imageId) ?? '',
    name: textFact(container, facts.imageName) ?? '',
    tag: textFact(container, facts.imageTag) ?? '',
  },
})

/** Kinds of events about a container that was already there. */
export type Change = Extract<EventKind, 'oom-killed' | 'paused' | 'unpaused' | 'healthy' | 'unhealthy'>

/** The changes between two conditions of one container, in the order in which they are reported. */
export const changesOf = (before: ContainerCondition, now: ContainerCondition): Change[] => [
  ...(now.oomKills > before.oomKills ? (['oom-killed'] as const) : []),
  ...(now.isPaused === before.isPaused ? [] : [now.isPaused ? ('paused' as const) : ('unpaused' as const)]),
  ...healthChange(before.health, now.health),
]

const healthChange = (before: string | undefined, now: string | undefined): Change[] =>
  // The first health state that is seen is not a change.
  before === undefined || before === now || (now !== 'healthy' && now !== 'unhealthy') ? [] : [now]

/**
 * How the image differs between a container and the one that replaced it, such as `shop/cart 1.4 → 1.5`. Undefined
 * when it is the same image, or one of the two is not known.
 */
export const imageChange = (before: ContainerCondition, now: ContainerCondition): string | undefined => {
  const [was, is] = [before.image, now.image]
  if (was.id === '' || is.id === '' || was.id === is.id) return undefined
  const [from, to] = [was, is].map(({ name }) => shortImageName(name))
  const tagOf = ({ tag, id }: ContainerCondition['image']): string => tag || id.slice(0, 12)
  if (from !== to) return `${from || 'an image'} ${tagOf(was)} → ${to || 'an image'} ${tagOf(is)}`
  return was.tag === is.tag ? `${to} ${tagOf(is)}, built anew` : `${to} ${tagOf(was)} → ${tagOf(is)}`
}
