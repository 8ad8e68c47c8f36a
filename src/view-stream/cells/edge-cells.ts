import type { Edge } from '../../api/types.ts'
import { equalValues } from '../../topology/equal.ts'
import { isoDate } from '../../topology/nodes/rows/metadata-rows.ts'
import type { ViewEdge } from '../../topology/view/view-edge.ts'
import type { Cell, EdgeBase } from '../frame.ts'
import { addMoved, type Join, type Splitter, trimmed } from './split.ts'

// The order is part of the protocol: new cells come at the end.
const COUNTS = [
  ...(['open', 'opened', 'closed', 'failed', 'abandoned', 'reset', 'lost'] as const),
  ...(['bytesSent', 'bytesReceived', 'retransmits'] as const),
  ...(['openedPerSecond', 'failedPerSecond', 'bytesSentPerSecond', 'bytesReceivedPerSecond'] as const),
]
const SEEN = ['firstSeen', 'lastSeen'] as const
const OPTIONAL = ['quietSeconds', 'rttUs', 'smoothedRttUs'] as const
const TIMES = ['count', 'p50Us', 'p95Us'] as const
const PARTS = {
  connectTime: TIMES,
  duration: TIMES,
  failedBy: ['refused', 'timedOut', 'unreachable', 'outOfPorts', 'other'],
  resetBy: ['client', 'server'],
} as const

type PartName = keyof typeof PARTS
const PART_NAMES = Object.keys(PARTS) as PartName[]

/** Names of an edge's cells, in their order. */
export const edgeCellNames: readonly string[] = [
  ...COUNTS,
  ...SEEN,
  ...OPTIONAL,
  ...PART_NAMES.flatMap((part) => PARTS[part].map((name) => `${part}.${name}`)),
]

type Numbers = Readonly<Record<string, number>>

/** Edges, apart. Times are milliseconds since 1970; whoever reads the cells gets dates. A part such as `failedBy` is absent when its first cell is. */
export const edgeCells: Splitter<ViewEdge, EdgeBase> = {
  base: ({ id, source, target, ports, portsTotal, estimated, told }) => ({
    ...{ id, source, target, ports, portsTotal },
    ...(estimated !== undefined && { estimated }),
    ...(told !== undefined && { told }),
  }),

  isSameBase: (a, b) =>
    a.id === b.id &&
    a.source === b.source &&
    a.target === b.target &&
    a.portsTotal === b.portsTotal &&
    a.estimated === b.estimated &&
    a.told === b.told &&
    (a.ports === b.ports || equalValues(a.ports, b.ports)),

  cells(edge) {
    const cells: Cell[] = COUNTS.map((name) => edge[name])
    for (const name of SEEN) cells.push(edge[`${name}Ms`])
    for (const name of OPTIONAL) cells.push(edge[name] ?? null)
    for (const part of PART_NAMES) {
      const numbers = edge[part] as Numbers | undefined
      for (const name of PARTS[part]) cells.push(numbers?.[name] ?? null)
    }
    return trimmed(cells)
  },

  moved(a, b, moved = []) {
    // By their names it takes longer; thousands of edges are compared each second.
    addMoved(moved, 0, a.open, b.open)
    addMoved(moved, 1, a.opened, b.opened)
    addMoved(moved, 2, a.closed, b.closed)
    addMoved(moved, 3, a.failed, b.failed)
    addMoved(moved, 4, a.abandoned, b.abandoned)
    addMoved(moved, 5, a.reset, b.reset)
    addMoved(moved, 6, a.lost, b.lost)
    addMoved(moved, 7, a.bytesSent, b.bytesSent)
    addMoved(moved, 8, a.bytesReceived, b.bytesReceived)
    addMoved(moved, 9, a.retransmits, b.retransmits)
    addMoved(moved, 10, a.openedPerSecond, b.openedPerSecond)
    addMoved(moved, 11, a.failedPerSecond, b.failedPerSecond)
    addMoved(moved, 12, a.bytesSentPerSecond, b.bytesSentPerSecond)
    addMoved(moved, 13, a.bytesReceivedPerSecond, b.bytesReceivedPerSecond)
    addMoved(moved, 14, a.firstSeenMs, b.firstSeenMs)
    addMoved(moved, 15, a.lastSeenMs, b.lastSeenMs)
    addMoved(moved, 16, a.quietSeconds ?? null, b.quietSeconds ?? null)
    addMoved(moved, 17, a.rttUs ?? null, b.rttUs ?? null)
    addMoved(moved, 18, a.smoothedRttUs ?? null, b.smoothedRttUs ?? null)
    let at = COUNTS.length + SEEN.length + OPTIONAL.length
    for (const part of PART_NAMES) {
      const before = a[part] as Numbers | undefined
      const now = b[part] as Numbers | undefined
      const names = PARTS[part]
      if (before !== now)
        for (let i = 0; i < names.length; i++) {
          const name = names[i] ?? ''
          addMoved(moved, at + i, before?.[name] ?? null, now?.[name] ?? null)
        }
      at += names.length
    }
    return moved
  },
}

/** An edge, put together for those who read it. It is apart from what takes edges apart, which the page does not load. */
export const joinEdge: Join<EdgeBase, Edge> = (base, cells) => {
  let at = 0
  const next = (): Cell => cells[at++] ?? null
  const edge: Record<string, unknown> = { ...base }
  for (const name of COUNTS) edge[name] = next() ?? 0
  for (const name of SEEN) edge[name] = isoDate(next() ?? Number.NaN) ?? ''
  for (const name of OPTIONAL) {
    const cell = next()
    if (cell !== null) edge[name] = cell
  }
  for (const part of PART_NAMES) {
    const values = PARTS[part].map((name) => [name, next()] as const)
    if (values[0]?.[1] !== null)
      edge[part] = Object.fromEntries(values.map(([name, cell]) => [name, cell ?? 0]))
  }
  return edge as Edge
}
