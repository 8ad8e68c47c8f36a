import type { NodeSummary } from '../../../src/api/types.ts'

/** The name of the host that a node is on; undefined for what is on none, or on several. */
export function hostOf({ parents }: Pick<NodeSummary, 'parents'>): string | undefined {
  const hosts = (parents ?? []).filter(({ topologyId }) => topologyId === 'hosts')
  return hosts.length === 1 ? hosts[0]?.label : undefined
}
