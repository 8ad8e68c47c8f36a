import type { ReportNode } from '../../report/schema.ts'

/** The nodes of Scope itself among the nodes that a probe has reported. */
export interface ScopeNodes {
  /** True when the node is a process of Scope, or a container that such a process is in. */
  has(nodeId: string): boolean
}

/**
 * Finds Scope itself among reported nodes: on these nothing is done.
 *
 * @param processIds node ids of Scope's processes on this host
 */
export const scopeNodes = (
  nodes: readonly Pick<ReportNode, 'id' | 'parents'>[],
  processIds: ReadonlySet<string>,
): ScopeNodes => {
  const containers = new Set(
    nodes.filter(({ id }) => processIds.has(id)).flatMap(({ parents }) => parents.container ?? []),
  )
  return { has: (id) => processIds.has(id) || containers.has(id) }
}
