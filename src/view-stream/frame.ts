import type { Edge, MetricRow, NodeSummary, QuerySummary } from '../api/types.ts'

/** WebSocket subprotocol of {@link ViewFrame}s. A client that does not offer it gets `ViewDiff`s. */
export const VIEW_PROTOCOL = 'scope.view.v2'

/** From this many characters on, a frame is a binary one: its JSON compressed by raw DEFLATE (RFC 1951). */
export const LARGE_FRAME_LENGTH = 32 * 1024

/** A metric without the numbers that move. */
export type MetricKind = Omit<MetricRow, 'value' | 'min' | 'max' | 'samples'>

/** What a node is, without its numbers; its targets are told by the edges. */
export interface NodeBase extends Omit<NodeSummary, 'metrics' | 'adjacency'> {
  readonly metrics?: readonly MetricKind[]
}

/** What an edge is, without its numbers. */
export type EdgeBase = Pick<Edge, 'id' | 'source' | 'target' | 'ports' | 'portsTotal' | 'estimated' | 'told'>

/** A number of a node or edge; null where it is absent. */
export type Cell = number | null

/**
 * A node or edge by the index that it has from here on, with all its numbers in a fixed order. Those at the end that are absent
 * may be missing.
 */
export type Entry<Base> = readonly [index: number, base: Base, cells: readonly Cell[]]

/** New and changed nodes or edges. The removed ones come first: their indexes may be dealt again in the same frame. */
export interface Patch<Base> {
  readonly remove?: readonly number[]
  readonly set?: readonly Entry<Base>[]
}

/** Numbers that moved, of one node or edge: its index, then pairs of a position in its cells and the new number. */
export type NumberRow = readonly [index: number, ...positionsAndCells: Cell[]]

/** A frame of a view's socket that speaks {@link VIEW_PROTOCOL}. */
export interface ViewFrame {
  /** Number of the state that the view has after this frame. */
  readonly seq: number
  /** Number of the state that this frame changes. When it is `seq`, nothing changes: the frame is a sign of life. */
  readonly base: number
  /** The frame holds everything; forget what came before. */
  readonly reset?: true
  readonly nodes?: Patch<NodeBase>
  readonly edges?: Patch<EdgeBase>
  /** Applied after `nodes` and `edges`. */
  readonly numbers?: { readonly nodes?: readonly NumberRow[]; readonly edges?: readonly NumberRow[] }
  /** In the first frame of a view with a query, and when it changes. */
  readonly query?: QuerySummary
}
