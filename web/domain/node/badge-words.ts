import type { NodeSummary } from '../../../src/api/types.ts'
import type { MapNode } from '../graph/graph.ts'
import type { Watch } from '../health/how-watched.ts'
import { count } from '../words/format.ts'

/** Id of the row of a container that tells its state with exit code and health. */
const stateRow = 'docker_container_state'

/**
 * What the badge of a node says in a few words: `unhealthy`, of a node that stands for several `1 of 3 unhealthy, 1 paused`, of a host
 * `silent` or `partial`, of a group of hosts `1 of 3 silent`; undefined when it has none.
 */
export function badgeWords({
  state,
  trouble,
  watch,
}: Pick<MapNode, 'state' | 'trouble' | 'watch'>): string | undefined {
  const own = troubleWords(trouble) ?? state
  return [own, watch && watchWords(watch)].filter(Boolean).join(', ') || undefined
}

/** What is said of a node's badges to whoever points at it, line by line; nothing when it has none. */
export function badgeHints(
  node: Pick<MapNode, 'state' | 'trouble' | 'watch' | 'verified' | 'metadata'>,
): readonly string[] {
  const { state, trouble, watch, verified } = node
  const told = node.metadata?.find(({ id }) => id === stateRow)?.value
  const own = troubleWords(trouble) ?? (state && (told ?? state))
  return [
    ...(own ? [own] : []),
    ...(watch ? [`${watchWords(watch)}: ${watch.words}`] : []),
    ...(verified === false ? ["unverified: its probe does not hold the app's cluster key"] : []),
  ]
}

function watchWords({ kind, hosts }: Watch): string {
  return hosts ? `${count(hosts.count)} of ${count(hosts.of)} ${kind}` : kind
}

function troubleWords(trouble: NodeSummary['trouble']): string | undefined {
  const [worst, ...others] = trouble?.states ?? []
  if (!trouble || !worst) return undefined
  return [
    `${count(worst.count)} of ${count(trouble.of)} ${worst.state}`,
    ...others.map((one) => `${count(one.count)} ${one.state}`),
  ].join(', ')
}
