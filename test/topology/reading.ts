import type { View } from '../../src/topology/view/view.ts'
import type { ViewEdge } from '../../src/topology/view/view-edge.ts'

const named = (view: View, id: string): string => {
  const node = view.nodes.get(id)
  if (node === undefined) throw new Error(`an edge names ${id}, which is not in the view`)
  return id.endsWith('-theinternet') ? id : node.label
}

/** Edges in words: `client -> server :ports opened=n failed=n`, in order; `~` marks an estimate. */
export const edgesInWords = (view: View): string[] =>
  [...view.edges.values()]
    .map(
      (edge) =>
        `${named(view, edge.source)} -> ${named(view, edge.target)} :${edge.ports.join(',')} opened=${edge.opened}${edge.failed > 0 ? ` failed=${edge.failed}` : ''}${edge.estimated ? ' ~' : ''}`,
    )
    .sort()

/** Labels of the nodes of a view, in order. */
export const labels = (view: View): string[] => [...view.nodes.values()].map(({ label }) => label).sort()

/** The only edge of a view. */
export const onlyEdge = (view: View): ViewEdge => {
  const [edge, ...others] = view.edges.values()
  if (edge === undefined || others.length > 0) throw new Error(`one edge expected, not ${view.edges.size}`)
  return edge
}
