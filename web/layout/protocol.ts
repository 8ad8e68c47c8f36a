import type { LayoutKind } from '../domain/address/layout-kind.ts'

/** A node as the layout sees it: a box around its shape and the label below. Lengths are map units. */
export interface LayoutNode {
  readonly id: string
  readonly r: number
  /** Half the width of shape and label, whichever is wider. */
  readonly halfWidth: number
  /** From the centre down to the lower edge of the label. */
  readonly below: number
  /** The place that the node keeps; absent for a new node. */
  readonly at?: { readonly x: number; readonly y: number }
}

/** What to lay out. */
export interface LayoutRequest {
  readonly job: number
  readonly nodes: readonly LayoutNode[]
  /** Client and server by index into `nodes`. */
  readonly edges: Edges
  /** Width divided by height of the space to fill. */
  readonly aspect: number
  /** By default `flow`. New nodes among those that have a place are placed in the same way in each. */
  readonly kind?: LayoutKind
}

/** Client and server of each edge, by index of the nodes. */
export type Edges = readonly (readonly [number, number])[]

/** Coordinates by index of the request's nodes: x0, y0, x1, y1 … */
export interface LayoutAnswer {
  readonly job: number
  readonly places: Float64Array
  /** Why it is laid out in another way than was asked for; the words are for people. */
  readonly lacking?: string
}
