import type { Edge } from '../../api/types.ts'
import { equalValues } from '../../topology/equal.ts'
import type { Cell, EdgeBase } from '../frame.ts'
import { type Splitter, trimmed } from './split.ts'

// The order is part of the protocol: new cells come at the end.
const COUNTS = [
  ...(['open', 'opened', 'closed', 'failed', 'abandoned', 'reset', 'lost'] as const),
  ...(['bytesSent', 'bytesReceived', 'retransmits'] as const),
  ...(['openedPerSecond', 'failedPerSecond', 'bytesSentPerSecond', 'bytesReceivedPerSecond'] as const),
]
const DATES = ['firstSeen', 'lastSeen'] as const
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
  ...DATES,
  ...OPTIONAL,
  ...PART_NAMES.flatMap((part) => PARTS[part].map((name) => `${part}.${name}`)),
]

type Numbers = Readonly<Record<string, number>>

/** Edges, apart. Dates are milliseconds since 1970. A part such as `failedBy` is absent when its first cell is. */
export const edgeCells: Splitter<Edge, EdgeBase> = {
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
    equalValues(a.ports, b.ports),

  cells(edge, before) {
    // By their names it takes longer; thousands of edges are taken apart each second.
    const cells: Cell[] = [
      edge.open,
      edge.opened,
      edge.closed,
      edge.failed,
      edge.abandoned,
      edge.reset,
      edge.lost,
      edge.bytesSent,
      edge.bytesReceived,
      edge.retransmits,
      edge.openedPerSecond,
      edge.failedPerSecond,
      edge.bytesSentPerSecond,
      edge.bytesReceivedPerSecond,
    ]
    for (const name of DATES) {
      // To read a date takes as long as all else, and that of the first connection seldom changes.
      const known = before?.whole[name] === edge[name] ? before.cells[cells.length] : undefined
      cells.push(known ?? msOf(edge[name]))
    }
    for (const name of OPTIONAL) cells.push(edge[name] ?? null)
    for (const part of PART_NAMES) {
      const numbers = edge[part] as Numbers | undefined
      for (const name of PARTS[part]) cells.push(numbers?.[name] ?? null)
    }
    return trimmed(cells)
  },

  join(base, cells) {
    let at = 0
    const next = (): Cell => cells[at++] ?? null
    const edge: Record<string, unknown> = { ...base }
    for (const name of COUNTS) edge[name] = next() ?? 0
    for (const name of DATES) edge[name] = dateOf(next())
    for (const name of OPTIONAL) {
      const cell = next()
      if (cell !== null) edge[name] = cell
    }
    for (const part of PART_NAMES) {
      const values = PARTS[part].map((name) => [name, next()] as const)
      if (values[0]?.[1] !== null)
        edge[part] = Object.fromEntries(values.map(([name, cell]) => [name, cell ?? 0]))
    }
    return edge as unknown as Edge
  },
}

const msOf = (date: string): Cell => {
  const ms = Date.parse(date)
  return Number.isNaN(ms) ? null : ms
}

const dateOf = (ms: Cell): string => (ms === null ? '' : new Date(ms).toISOString())
