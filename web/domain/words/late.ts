import type { NodeSummary, ProbeSummary } from '../../../src/api/types.ts'
import { count } from './format.ts'
import { duration } from './time.ts'

/** Reports may be a little late without anything being wrong: a busy machine, an answer that was under way. */
const GRACE_MS = 2000

/** Most hosts in one sentence: whoever reaches the app can add some. */
const MAX_NAMES = 5

/** True when a report of a probe is overdue, so that what is shown of its host may no longer be so. */
export function isLate({ ageMs, intervalMs }: Pick<ProbeSummary, 'ageMs' | 'intervalMs'>): boolean {
  return ageMs > 2 * intervalMs + GRACE_MS
}

/** A sentence about the probes whose reports are overdue, with how old what is shown of each host is; undefined when none is. */
export function lateWords(probes: readonly ProbeSummary[]): string | undefined {
  const late = probes.filter(isLate)
  if (late.length === 0) return undefined
  const hosts = late.map(({ hostname, ageMs }) => `${hostname} for ${duration(ageMs / 1000)}`)
  return `No report from ${some(hosts)}: what is shown there may no longer be so.`
}

/** The probes of the hosts that nodes are on. A host and the rest of a host are known by their ids, all else by its parents. */
export function probesOf(
  nodes: readonly Pick<NodeSummary, 'id' | 'parents' | 'pseudo'>[],
  probes: readonly ProbeSummary[],
): readonly ProbeSummary[] {
  return probes.filter(({ hostId }) => {
    const host = `${hostId};<host>`
    return nodes.some(
      ({ id, parents = [], pseudo }) =>
        id === host ||
        (pseudo === true && id.endsWith(`:${hostId}`)) ||
        parents.some((parent) => parent.topologyId === 'hosts' && parent.id === host),
    )
  })
}

/** Some of many: the first few, and how many more there are. */
export function some(words: readonly string[]): string {
  const rest = words.length - MAX_NAMES
  const told = words.slice(0, MAX_NAMES).join(', ')
  return rest > 0 ? `${told} and ${count(rest)} more` : told
}
