/** A node as the layout knows it: a label makes it wider than its shape, and hang below it. */
export interface LayoutNode {
  readonly id: string
  readonly r: number
  /** Half the width of shape and label, whichever is wider. */
  readonly halfWidth: number
  /** From the centre to below the label. */
  readonly below: number
  /** Where it is and stays; absent for a newcomer. */
  readonly at?: { readonly x: number; readonly y: number }
}

/** What to lay out. */
export interface LayoutRequest {
  readonly job: number
  readonly nodes: readonly LayoutNode[]
  /** Client and server by index into `nodes`. */
  readonly edges: readonly (readonly [number, number])[]
  /** Width of the space over its height. */
  readonly aspect: number
}

/** Coordinates by index of the request's nodes: x0, y0, x1, y1 … */
export interface LayoutAnswer {
  readonly job: number
  readonly places: Float64Array
}
