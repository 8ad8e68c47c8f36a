import type { NodeSummary, QuerySummary } from '../api/types.ts'
import { equalValues } from '../topology/equal.ts'
import { type Changing, changedSince } from '../topology/view/changed-since.ts'
import type { ViewEdge } from '../topology/view/view-edge.ts'
import { edgeCells } from './cells/edge-cells.ts'
import { nodeCells } from './cells/node-cells.ts'
import type { EdgeBase, NodeBase, ViewFrame } from './frame.ts'
import { Indexed } from './indexed.ts'

/** A view as it is sent. When it tells how it differs from the one sent before, nothing else is looked at. */
export interface SentView extends Changing {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, ViewEdge>
  readonly query?: QuerySummary
}

/**
 * Makes the frames of one channel, whose sockets all get the same ones. Whoever joins later, or was too slow, gets the whole
 * state, after which the frames for all go on to hold.
 *
 * @example
 * const encoder = new ViewEncoder()
 * send(encoder.whole(view))
 * const change = encoder.change(nextView)
 * if (change) send(change)
 */
export class ViewEncoder {
  #seq = 0
  #nodes = new Indexed<NodeSummary, NodeBase>(nodeCells)
  #edges = new Indexed<ViewEdge, EdgeBase>(edgeCells)
  /** The view whose state has the number `#seq`. */
  #told: SentView | undefined

  /** Everything that the view holds. The frame has the number of the newest change, or a new one for a view not told before. */
  whole(view: SentView): ViewFrame {
    if (view !== this.#told) {
      this.#nodes = new Indexed(nodeCells)
      this.#edges = new Indexed(edgeCells)
      this.#nodes.update(view.nodes)
      this.#edges.update(view.edges)
      this.#told = view
      this.#seq++
    }
    const nodes = this.#nodes.all()
    const edges = this.#edges.all()
    return {
      ...{ seq: this.#seq, base: 0, reset: true },
      ...(nodes && { nodes }),
      ...(edges && { edges }),
      ...(view.query && { query: view.query }),
    }
  }

  /** What changed since the view that was told last; undefined when nothing did. */
  change(view: SentView): ViewFrame | undefined {
    if (this.#told === undefined) return this.whole(view)
    const changed = changedSince(this.#told, view)
    const nodes = this.#nodes.update(view.nodes, changed?.nodes)
    const edges = this.#edges.update(view.edges, changed?.edges)
    const { query } = view
    const isAsked = query !== undefined && !equalValues(this.#told.query, query)
    this.#told = view
    const isMoved = nodes.rows.length + edges.rows.length > 0
    if (!nodes.patch && !edges.patch && !isMoved && !isAsked) return undefined
    const base = this.#seq++
    return {
      ...{ seq: this.#seq, base },
      ...(nodes.patch && { nodes: nodes.patch }),
      ...(edges.patch && { edges: edges.patch }),
      ...(isMoved && {
        numbers: {
          ...(nodes.rows.length > 0 && { nodes: nodes.rows }),
          ...(edges.rows.length > 0 && { edges: edges.rows }),
        },
      }),
      ...(isAsked && { query }),
    }
  }

  /** A frame that changes nothing. */
  alive(): ViewFrame {
    return { seq: this.#seq, base: this.#seq }
  }
}
