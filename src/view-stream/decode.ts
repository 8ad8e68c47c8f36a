import type { Edge, NodeSummary, ViewDiff } from '../api/types.ts'
import { joinEdge } from './cells/edge-cells.ts'
import { joinNode } from './cells/node-cells.ts'
import { FrameGapError, Table } from './decoded-table.ts'
import type { EdgeBase, NodeBase, ViewFrame } from './frame.ts'

export { FrameGapError } from './decoded-table.ts'

/** Reads the frames of one connection, in their order. */
export class ViewDecoder {
  #seq: number | undefined
  #nodes = new Table<NodeSummary, NodeBase>(joinNode)
  #edges = new Table<Edge, EdgeBase>(joinEdge)

  /**
   * Takes the next frame.
   *
   * @returns the same change with whole nodes and edges, in which nodes have no `adjacency`
   * @throws {FrameGapError} when it does not follow the one before; nothing may be read after that
   */
  read(frame: ViewFrame): ViewDiff {
    const reset = frame.reset === true
    if (reset) {
      this.#nodes = new Table(joinNode)
      this.#edges = new Table(joinEdge)
    } else if (frame.base !== this.#seq) {
      const last = this.#seq === undefined ? 'there was none' : `the last one was ${this.#seq}`
      throw new FrameGapError(`a frame changes the state ${frame.base}, but ${last}`)
    }
    this.#seq = frame.seq
    return {
      ...this.#nodes.apply(frame.nodes, frame.numbers?.nodes),
      ...(reset && { reset }),
      edges: this.#edges.apply(frame.edges, frame.numbers?.edges),
      ...(frame.query && { query: frame.query }),
    }
  }
}
