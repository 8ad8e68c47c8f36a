import { addHistograms, type Histogram } from '../../report/histogram.ts'
import type { ConnectionRecord } from '../../report/schema.ts'
import type { Life } from '../life.ts'
import type { Call } from '../shop/service.ts'
import type { Wave } from '../wave.ts'
import { spreadTimes } from './times.ts'

/** The counters of a connection record. */
export type Counts = Required<Pick<ConnectionRecord, (typeof counters)[number]>> & {
  durations?: Histogram
  connectTimes?: Histogram
}

const counters = [
  'open',
  'opened',
  'closed',
  'failed',
  'refused',
  'timedOut',
  'abandoned',
  'resetByServer',
  'bytesSent',
  'bytesReceived',
  'retransmits',
] as const

/**
 * Simulated connections from one process to another. The counts of any time are computed directly, without stored
 * state.
 */
export interface Flow {
  /**
   * Counters for the time between two moments.
   *
   * @param sinceMs 0 means from the beginning of the story; connections open at that time were found open, and are not
   * counted as opened
   * @param ended whether all connections have ended at `toMs`
   */
  counts(sinceMs: number, toMs: number, ended: boolean): Counts
  /** Time of the last change at or before a moment. */
  lastMs(tMs: number): number
  /** Client ports of the connections open at a moment, newest last. */
  ports(tMs: number): number[]
}

export interface FlowOptions {
  readonly call: Call
  /** Average requests per second. */
  readonly perSecond: number
  /** Number of connections kept open; undefined means a new one per request. */
  readonly pool: number | undefined
  readonly wave: Wave
  /** When the server runs, if it ever stops: while it is down, connections are refused. */
  readonly life: Life | undefined
  /** Share of segments that are retransmitted. */
  readonly loss: number
  /** Usual round-trip time, and thus duration of a handshake. */
  readonly rttUs: number
  /** Offset from 0 to 1 that keeps flows from changing in step. */
  readonly phase: number
}

const USUAL_LENGTH_MS = 60
/** How long a pooled connection is kept before it is replaced. */
const KEPT_MS = 240_000
const FIRST_PORT = 32_768
const PORTS = 28_232
const MAX_PORTS = 256
const SEGMENT_BYTES = 1400

/** Makes the flow between two processes. */
export const createFlow = (options: FlowOptions): Flow => {
  const { call, perSecond, pool, wave, life, loss, rttUs, phase } = options
  const firstPort = Math.floor(phase * PORTS)
  const lengthMs = call.lastsMs ?? USUAL_LENGTH_MS
  const lastsUs = 1000 * (pool === undefined ? lengthMs : KEPT_MS)
  const up = (tMs: number): number => (life === undefined ? tMs : tMs - life.downMs(tMs))

  // Rare requests are evenly spaced, so that the time of the last one can be computed.
  const isSteady = perSecond < 1
  const requests = (tMs: number): number =>
    Math.floor(phase + perSecond * (isSteady ? tMs / 1000 : wave.gathered(tMs)))
  const recycled = (tMs: number): number => Math.floor(phase + (tMs / KEPT_MS) * (pool ?? 0))
  const openedBy = (tMs: number): number => (pool === undefined ? requests(up(tMs)) : pool + recycled(tMs))
  const closedBy = (tMs: number): number =>
    pool === undefined ? requests(up(tMs - lengthMs)) : recycled(tMs)

  return {
    counts(sinceMs, toMs, ended) {
      const tMs = Math.max(sinceMs, toMs)
      const asked = requests(up(tMs)) - requests(up(sinceMs))
      const before = sinceMs === 0 ? openedBy(0) : closedBy(sinceMs)
      const [openedNow, closedNow, closedBefore] = [openedBy(tMs), closedBy(tMs), closedBy(sinceMs)]
      const open = openedNow - closedNow
      const segments = (asked * (call.sent + call.received)) / SEGMENT_BYTES
      const refusedMs = life === undefined ? 0 : life.downMs(tMs) - life.downMs(sinceMs)
      const refused = Math.floor((refusedMs / 1000) * perSecond)
      const timedOut = call.failing ? Math.floor(asked * call.failing) : 0
      const closedEnd = ended ? openedNow : closedNow
      return {
        open: ended ? 0 : open,
        opened: openedNow - before,
        closed: closedEnd - closedBefore,
        failed: refused + timedOut,
        refused,
        timedOut,
        abandoned: 0,
        // Connections that are open when the server dies are reset.
        resetByServer: ended && life !== undefined ? open : 0,
        ...told('durations', spreadTimes(lastsUs, closedBefore, closedEnd)),
        ...told('connectTimes', spreadTimes(rttUs, before, openedNow)),
        bytesSent: asked * call.sent,
        bytesReceived: asked * call.received,
        retransmits: Math.floor(segments * loss),
      }
    },
    lastMs(tMs) {
      if (!isSteady || perSecond === 0) return tMs
      const asked = requests(up(tMs))
      const downMs = life?.downMs(tMs) ?? 0
      return Math.min(tMs, Math.max(0, Math.floor(((asked - phase) * 1000) / perSecond + downMs)))
    },
    ports(tMs) {
      const first = Math.max(closedBy(tMs), openedBy(tMs) - MAX_PORTS)
      return Array.from(
        { length: openedBy(tMs) - first },
        (_, i) => FIRST_PORT + ((firstPort + first + i + PORTS) % PORTS),
      )
    },
  }
}

/** Counters of a record without connections. */
export const noCounts: Counts = {
  open: 0,
  opened: 0,
  closed: 0,
  failed: 0,
  refused: 0,
  timedOut: 0,
  abandoned: 0,
  resetByServer: 0,
  bytesSent: 0,
  bytesReceived: 0,
  retransmits: 0,
}

const histograms = ['durations', 'connectTimes'] as const

const told = (key: (typeof histograms)[number], histogram: Histogram | undefined) =>
  histogram && { [key]: histogram }

/** Adds up the counts of several flows. */
export const summed = (all: readonly Counts[]): Counts => {
  const [first, ...others] = all
  if (first === undefined || others.length === 0) return first ?? noCounts
  const sum = { ...first }
  for (const other of others) for (const counter of counters) sum[counter] += other[counter]
  for (const key of histograms) {
    const all = others.reduce<Histogram | undefined>(
      (some, other) => addHistograms(some, other[key]),
      first[key],
    )
    if (all) sum[key] = all
  }
  return sum
}
