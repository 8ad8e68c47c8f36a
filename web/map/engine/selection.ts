import type { Selection } from '../../domain/address/route.ts'
import type { DrawnGraph } from '../../domain/graph/drawn-graph.ts'
import { edgeBetween } from '../../domain/graph/graph.ts'
import { aroundBundle, aroundEdge, aroundNode, type Focus } from '../../domain/node/neighbours.ts'
import type { LookedAt } from '../../draw/scene.ts'
import type { Hover } from '../renderer/protocol.ts'
import { createSpotlight, type Spotlight } from '../spotlight.ts'

/** What is pointed at, selected and found on the map, and what is therefore in focus. */
export interface MapSelection {
  readonly hover: Hover | undefined
  /** What is drawn stronger. */
  readonly marks: LookedAt
  readonly spotlight: Spotlight
  /** The node that is pointed at, else the selected one. */
  readonly node: string | undefined
  /** Points at something. @returns whether it is another thing than before */
  point(next: Hover | undefined): boolean
  select(next: Selection | undefined): void
  /** Sets what is highlighted; undefined = nothing. @param overSelected even while something is selected */
  find(next: Focus | undefined, overSelected?: boolean): void
  /**
   * Brings into focus what is pointed at, else what is selected, else what is highlighted, or this before what is selected. To be called when one of these or the graph has
   * changed.
   */
  refocus(graph: DrawnGraph, nowMs: number, dimMs: number): void
}

const noMarks: LookedAt = {
  hoveredNode: undefined,
  hoveredEdge: undefined,
  selectedNode: undefined,
  selectedEdge: undefined,
}

/** Creates a selection of nothing. */
export function createSelection(): MapSelection {
  const spotlight = createSpotlight()
  let hover: Hover | undefined
  let selected: Selection | undefined
  let found: Focus | undefined
  let isFoundOverSelected = false
  let marks = noMarks
  const selectedNode = () => (selected?.kind === 'node' ? selected.id : undefined)
  const hoveredNode = () => (hover?.kind === 'node' ? hover.id : undefined)

  return {
    get hover() {
      return hover
    },
    get marks() {
      return marks
    },
    get node() {
      return hoveredNode() ?? selectedNode()
    },
    spotlight,
    point(next) {
      const isOther = next?.kind !== hover?.kind || next?.id !== hover?.id
      hover = next
      return isOther
    },
    select(next) {
      selected = next
    },
    find(next, overSelected = false) {
      found = next
      isFoundOverSelected = overSelected
    },
    refocus(graph, nowMs, dimMs) {
      const { nodes, edges } = graph
      const chosen =
        selected?.kind === 'edge' ? edgeBetween(graph, selected.source, selected.target) : undefined
      const edge =
        hover?.kind === 'edge' ? edges.get(hover.id) : hoveredNode() === undefined ? chosen : undefined
      const node = hoveredNode() ?? selectedNode()
      const own =
        hover?.kind === 'bundle'
          ? aroundBundle(hover, edges)
          : edge
            ? aroundEdge(edge)
            : node !== undefined && nodes.has(node)
              ? aroundNode(node, edges.values())
              : undefined
      const isFoundFirst = isFoundOverSelected && hover === undefined
      spotlight.turn(isFoundFirst ? (found ?? own) : (own ?? found), nowMs, dimMs)
      marks = {
        hoveredNode: hoveredNode(),
        hoveredEdge: hover?.kind === 'edge' || hover?.kind === 'bundle' ? hover.id : undefined,
        selectedNode: selectedNode(),
        selectedEdge: chosen?.id,
      }
    },
  }
}
