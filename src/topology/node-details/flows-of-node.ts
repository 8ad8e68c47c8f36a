import type { PlacedFlow } from '../view/assembling/edge.ts'
import type { ViewParts } from '../view/assembling/parts.ts'

interface FlowsByNode {
  readonly bySource: ReadonlyMap<string, readonly PlacedFlow[]>
  readonly byTarget: ReadonlyMap<string, readonly PlacedFlow[]>
}

const remembered = new WeakMap<readonly PlacedFlow[], FlowsByNode>()

/**
 * The flows to (`target`) or from (`source`) a node of a view. Each report is indexed once, so that further calls
 * cost only as much as the result.
 */
export const flowsOfNode = (
  { fragments, stitched }: ViewParts,
  nodeId: string,
  as: 'source' | 'target',
): readonly PlacedFlow[] =>
  [...fragments.map(({ pairs }) => pairs), stitched].flatMap((flows) => {
    const { bySource, byTarget } = byNode(flows)
    return (as === 'source' ? bySource : byTarget).get(nodeId) ?? []
  })

const byNode = (flows: readonly PlacedFlow[]): FlowsByNode => {
  const known = remembered.get(flows)
  if (known) return known
  const made = {
    bySource: Map.groupBy(flows, ({ source }) => source),
    byTarget: Map.groupBy(flows, ({ target }) => target),
  }
  remembered.set(flows, made)
  return made
}
