import type { EventKind } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { shortImageName } from '../nodes/naming/image-name.ts'
import { flagFact, numberFact, textFact } from '../reports/node-facts.ts'

/** How a container is, as far as a change of it is told. */
export interface ContainerCondition {
  /** `starting`, `healthy`, `unhealthy`; undefined without a health check. */
  readonly health: string | undefined
  readonly isPaused: boolean
  /** How often the kernel killed a process of it for want of memory; at least. */
  readonly oomKills: number
  readonly image: { readonly id: string; readonly name: string; readonly tag: string }
}

/** The condition that a node of a container tells of. */
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

/** Of what may be told of a container that was there before. */
export type Change = Extract<EventKind, 'oom-killed' | 'paused' | 'unpaused' | 'healthy' | 'unhealthy'>

/** What became of the condition of one container, in the order in which it is told. */
export const changesOf = (before: ContainerCondition, now: ContainerCondition): Change[] => [
  ...(now.oomKills > before.oomKills ? (['oom-killed'] as const) : []),
  ...(now.isPaused === before.isPaused ? [] : [now.isPaused ? ('paused' as const) : ('unpaused' as const)]),
  ...healthChange(before.health, now.health),
]

const healthChange = (before: string | undefined, now: string | undefined): Change[] =>
  // one that had no health before is not looked at for long enough
  before === undefined || before === now || (now !== 'healthy' && now !== 'unhealthy') ? [] : [now]

/**
 * How the image of a container that took the place of another differs, `shop/cart 1.4 → 1.5`; undefined when it is the same
 * one, or is not known.
 */
export const imageChange = (before: ContainerCondition, now: ContainerCondition): string | undefined => {
  const [was, is] = [before.image, now.image]
  if (was.id === '' || is.id === '' || was.id === is.id) return undefined
  const [from, to] = [was, is].map(({ name }) => shortImageName(name))
  const tagOf = ({ tag, id }: ContainerCondition['image']): string => tag || id.slice(0, 12)
  if (from !== to) return `${from || 'an image'} ${tagOf(was)} → ${to || 'an image'} ${tagOf(is)}`
  return was.tag === is.tag ? `${to} ${tagOf(is)}, built anew` : `${to} ${tagOf(was)} → ${tagOf(is)}`
}
