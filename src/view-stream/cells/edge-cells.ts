import type { Edge } from '../../api/types.ts'
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
  split(edge) {
    const { id, source, target, ports, portsTotal, estimated, told } = edge
    const cells: Cell[] = COUNTS.map((name) => edge[name])
    for (const name of DATES) cells.push(msOf(edge[name]))
    for (const name of OPTIONAL) cells.push(edge[name] ?? null)
    for (const part of PART_NAMES) {
      const numbers = edge[part] as Numbers | undefined
      for (const name of PARTS[part]) cells.push(numbers?.[name] ?? null)
    }
    return {
      base: {
        ...{ id, source, target, ports, portsTotal },
        ...(estimated !== undefined && { estimated }),
        ...(told !== undefined && { told }),
      },
      cells: trimmed(cells),
    }
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
