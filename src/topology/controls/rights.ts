import type { ControlDescription } from '../../report/control/control.ts'
import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { setFact, textFact } from '../reports/node-facts.ts'

/** What decides, of a container that is to be controlled, whether that reaches its host. */
export interface NodeFacts {
  /** Why the probe says that whoever is inside has power over its host: `it is privileged`. Empty when it says nothing. */
  readonly reaches: readonly string[]
  readonly privileged: boolean
  /** It is in the host's pid namespace. */
  readonly hostPid: boolean
  /** Paths of the host that are mounted into it. */
  readonly mounts: readonly string[]
}

const harmless: NodeFacts = { reaches: [], privileged: false, hostPid: false, mounts: [] }

/** A report has no more texts in one fact, so that a list of this length may have been cut. */
const MAX_TEXTS = 1024

/**
 * The facts of a report by which rights to a control are decided. Who only stops or pauses a container gets nothing inside it, so
 * what the container reaches counts for controls that enter it, and for no others.
 *
 * @returns undefined when the report does not say all that decides
 */
export const factsForRights = (
  { kind, enters }: Pick<ControlDescription, 'kind' | 'enters'>,
  node: ReportNode,
): NodeFacts | undefined => {
  if (kind !== 'container' || node.topology !== 'container') return undefined
  if (enters === undefined) return harmless
  const privileged = node.facts[facts.containerPrivileged]
  const mounts = node.facts[facts.containerMounts]
  if (typeof privileged !== 'boolean' || !Array.isArray(mounts) || mounts.length >= MAX_TEXTS)
    return undefined
  return {
    reaches: setFact(node, facts.containerReachesHost),
    privileged,
    hostPid: textFact(node, facts.containerPidMode) === 'host',
    mounts: setFact(node, facts.containerMounts).flatMap(sourcesOf),
  }
}

/**
 * What may be the source in `source:destination:mode`. Paths can have colons in them, so there may be several; a name of a volume
 * is no path.
 */
const sourcesOf = (mount: string): string[] =>
  [...mount.matchAll(/:(?=\/)/g)].flatMap(({ index }) =>
    mount.startsWith('/') ? [mount.slice(0, index)] : [],
  )
