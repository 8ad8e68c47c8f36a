import type { Point } from '../../domain/plot/geometry.ts'
import type { LayoutNode } from '../protocol.ts'

/** Where nodes may stand. */
export interface Slots {
  /** All places. */
  readonly places: readonly Point[]
  /** The places of each rank, from top to bottom, by index into `places`. */
  readonly ofRank: readonly (readonly number[])[]
}

/** Lengths by which {@link slotsFor} sets places apart, and by how much it may stretch them. */
export interface SlotRules {
  /** Free space around a node with its label. */
  readonly margin: number
  /** Free space between the columns of two ranks, at least. */
  readonly rankGap: number
  /** How many places there are for each node of the fullest rank. */
  readonly slack: number
  /** By how much rows, and the gaps between ranks, are stretched at most to fit the aspect. */
  readonly stretchMost: number
}

/**
 * Places for the nodes of each rank: ranks from left to right, each with one or more columns of equally many rows, such that the whole
 * best fills a space of the given aspect (width over height). Every other column is half a row lower, so that straight edges pass between
 * nodes.
 */
export function slotsFor(
  nodes: readonly LayoutNode[],
  rank: ArrayLike<number>,
  aspect: number,
  { margin, rankGap, slack, stretchMost }: SlotRules,
): Slots {
  const count = Math.max(0, ...Array.from(rank)) + 1
  const held = new Int32Array(count)
  const widths = new Float64Array(count)
  let rowHeight = 1
  nodes.forEach((node, index) => {
    const own = rank[index] ?? 0
    held[own] = (held[own] ?? 0) + 1
    widths[own] = Math.max(widths[own] ?? 0, 2 * node.halfWidth + margin)
    rowHeight = Math.max(rowHeight, node.r + node.below + margin)
  })
  // Of numbers and sizes that differ a little the same is made, so that two fresh layouts of almost the same nodes do.
  for (let own = 0; own < count; own++) {
    const one = held[own] ?? 0
    held[own] = one === 1 ? 1 : rounded(Math.ceil(one * slack), 4)
    widths[own] = 16 * Math.ceil((widths[own] ?? 0) / 16)
  }
  rowHeight = 4 * Math.ceil(rowHeight / 4)
  const most = Math.max(...held)
  const columnsAt = (rows: number) => Array.from(held, (one) => Math.max(1, Math.ceil(one / rows)))
  const widthAt = (columns: readonly number[]) =>
    columns.reduce((sum, one, at) => sum + one * (widths[at] ?? 0), 0) + (count - 1) * rankGap
  let rows = 1
  let least = Number.POSITIVE_INFINITY
  for (let tried = 1; tried <= most; tried++) {
    if (rounded(tried, 4) !== tried) continue
    const cost = Math.max(widthAt(columnsAt(tried)), tried * rowHeight * aspect)
    if (cost >= least) continue
    least = cost
    rows = tried
  }
  const columns = columnsAt(rows)
  const width = widthAt(columns)
  const height = rows * rowHeight
  const rowPitch = rowHeight * Math.max(1, Math.min(stretchMost, width / aspect / height))
  const missing = Math.max(0, height * aspect - width) / Math.max(1, count - 1)
  const gap = Math.min(rankGap + missing, rankGap + (stretchMost - 1) * 2 * rankGap)
  const places: Point[] = []
  const ofRank: number[][] = []
  let x = 0
  let column = 0
  for (let own = 0; own < count; own++) {
    const pitch = widths[own] ?? 0
    const inRank: number[] = []
    for (let at = 0; at < (columns[own] ?? 1); at++, column++) {
      for (let row = 0; row < rows; row++) {
        inRank.push(places.length)
        places.push({ x: x + (at + 0.5) * pitch, y: (row + (rows > 1 ? (column % 2) / 2 : 0)) * rowPitch })
      }
    }
    inRank.sort((a, b) => (places[a]?.y ?? 0) - (places[b]?.y ?? 0))
    ofRank.push(inRank)
    x += (columns[own] ?? 1) * pitch + gap
  }
  return { places, ofRank }
}

/** The next number that is not less, of numbers of which there are `steps` from one power of two to the next. */
function rounded(count: number, steps: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, count) / steps)))
  return step * Math.ceil(count / step)
}
