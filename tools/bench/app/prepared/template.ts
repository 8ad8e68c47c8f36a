import { isDeepStrictEqual } from 'node:util'
import { makeDelta } from '../../../../src/report/delta/make-delta.ts'
import { metrics } from '../../../../src/report/facts.ts'
import { type Histogram, histogramSchema } from '../../../../src/report/histogram.ts'
import type { ConnectionRecord, Report } from '../../../../src/report/schema.ts'
import { packed } from './writer.ts'

/** Where the prepared bytes have a gap, and what is written there. Of all moments: the first is that of the whole report. */
export type Gap =
  /** A number that goes on from one round of the moments to the next by what it gained in one, or repeats. */
  | { readonly kind: 'number'; readonly values: number[]; readonly gain: number }
  /** A time on the probe's clock, as the difference to that of the report. */
  | { readonly kind: 'time'; readonly offsetsMs: readonly number[] }
  | { readonly kind: 'value'; readonly encoded: Uint8Array[]; readonly histograms: Histogram[] | undefined }

/** A part of the prepared bytes, and what follows it. */
export interface Piece {
  readonly from: number
  readonly to: number
  readonly gap: Gap | undefined
}

/** What is prepared of one host: the bytes of all that stays, and the numbers that move, at moments one interval apart. */
export interface Template {
  readonly bytes: Uint8Array
  readonly host: Report['host']
  /** Number of moments after the first. */
  readonly rounds: number
  /** From the text `host` up to the nodes. */
  readonly about: readonly Piece[]
  /** The nodes of a whole report and of a delta. */
  readonly nodes: { readonly whole: Piece; readonly delta: Piece }
  readonly metrics: {
    /** What precedes the list, and each metric up to its samples. */
    readonly list: Piece
    readonly heads: readonly Piece[]
    /** The second of the probe's clock of the first sample of each. */
    readonly firstSecond: number
    /** The last second that is not told again. */
    readonly lastOnce: number
    /** Of each metric, the value at each second. */
    readonly samples: readonly (readonly number[])[]
    /** Which one carries beacons. */
    readonly beacon: number
  }
  readonly connections: {
    readonly list: Piece
    readonly records: readonly (readonly Piece[])[]
    /** At each moment but the first, which records are not as at the one before. */
    readonly moved: readonly Uint8Array[]
  }
  /** All behind the connections. */
  readonly rest: { readonly whole: Piece; readonly delta: Piece }
}

/** Counts that only grow, so that they never go back in later rounds. */
const COUNTERS: ReadonlySet<string> = new Set<keyof ConnectionRecord | 'cpuMs'>([
  ...([
    'opened',
    'closed',
    'failed',
    'refused',
    'timedOut',
    'unreachable',
    'outOfPorts',
    'abandoned',
  ] as const),
  ...(['bytesSent', 'bytesReceived', 'retransmits', 'resetByClient', 'resetByServer', 'lost'] as const),
  'cpuMs',
])
const TIMES: ReadonlySet<string> = new Set<keyof ConnectionRecord>(['lastMs'])

const SECOND_MS = 1000

/** Whether two values are equal; most are numbers and texts. */
const isSame = (one: unknown, other: unknown): boolean =>
  Object.is(one, other) || (typeof one === 'object' && isDeepStrictEqual(one, other))

class Bytes {
  #room = new Uint8Array(1 << 18)
  #size = 0
  #from = 0

  add(bytes: Uint8Array): this {
    if (this.#size + bytes.length > this.#room.length) {
      const larger = new Uint8Array(2 * (this.#size + bytes.length))
      larger.set(this.#room.subarray(0, this.#size))
      this.#room = larger
    }
    this.#room.set(bytes, this.#size)
    this.#size += bytes.length
    return this
  }

  /** Ends a part, with a gap behind it. */
  cut(gap?: Gap): Piece {
    const piece = { from: this.#from, to: this.#size, gap }
    this.#from = this.#size
    return piece
  }

  all(): Uint8Array {
    return this.#room.slice(0, this.#size)
  }
}

const entry = (bytes: Bytes, key: string, value: unknown): Bytes => bytes.add(packed(key)).add(packed(value))

/** The header of a map with so many entries. */
const mapHeader = (entries: number): Uint8Array =>
  entries < 16 ? Uint8Array.of(0x80 | entries) : Uint8Array.of(0xde, entries >> 8, entries & 255)

const gapFor = (key: string, values: readonly unknown[], uptimesMs: readonly number[]): Gap => {
  if (!values.every((value) => typeof value === 'number')) {
    const areHistograms = values.every((value) => histogramSchema.safeParse(value).success)
    return {
      kind: 'value',
      encoded: values.map((value) => packed(value).slice()),
      histograms: areHistograms ? (values as Histogram[]) : undefined,
    }
  }
  if (TIMES.has(key))
    return { kind: 'time', offsetsMs: values.map((value, n) => value - (uptimesMs[n] ?? 0)) }
  const gain = COUNTERS.has(key) ? (values.at(-1) ?? 0) - (values[0] ?? 0) : 0
  return { kind: 'number', values: [...values], gain }
}

/** An object that has the same fields at all moments. */
const piecesOf = (bytes: Bytes, moments: readonly object[], uptimesMs: readonly number[]): Piece[] => {
  const all = moments as readonly Record<string, unknown>[]
  const keys = Object.keys(all[0] ?? {})
  const names = keys.join()
  if (!all.every((one) => Object.keys(one).join() === names))
    throw new Error(`what is prepared has other fields at another moment than ${names}`)
  const pieces: Piece[] = []
  bytes.add(mapHeader(keys.length))
  for (const key of keys) {
    const values = all.map((one) => one[key])
    bytes.add(packed(key))
    if (values.every((value) => isSame(value, values[0]))) bytes.add(packed(values[0]))
    else pieces.push(bytes.cut(gapFor(key, values, uptimesMs)))
  }
  pieces.push(bytes.cut())
  return pieces
}

const sameList = (what: string, lists: readonly (readonly string[])[]): void => {
  const [first = []] = lists
  if (
    !lists.every((list) => list.length === first.length && list.every((one, index) => one === first[index]))
  )
    throw new Error(`the ${what} of a prepared host are others at another moment`)
}

/** Checks that nothing but numbers moves, which is all that can be prepared. */
const checkDeltas = (reports: readonly Report[]): void => {
  for (const part of ['nodes', 'addresses', 'listeners', 'status', 'controls'] as const) {
    const [first, ...others] = reports.map((report): readonly object[] => report[part])
    const isFirst = (list: readonly object[]): boolean =>
      list.length === first?.length && list.every((one, index) => one === first[index])
    if (!others.every(isFirst)) throw new Error(`the ${part} of a prepared host change`)
  }
  sameList(
    'connections',
    reports.map(({ connections }) => connections.map(({ id }) => id)),
  )
  sameList(
    'metrics',
    reports.map(({ metrics: all }) => all.map(({ node, id, max }) => `${node} ${id} ${max}`)),
  )
}

/**
 * Prepares what a host tells.
 *
 * @param reports of one host, at moments one interval apart: whole at first, with all samples; then those since the one before. Entities that
 * did not change are the same objects, as in the reports of probes
 * @throws Error when more than numbers changes
 */
export const templateOf = (reports: readonly Report[]): Template => {
  checkDeltas(reports)
  const [first, second] = reports
  if (first === undefined || second === undefined) throw new Error('it takes two reports at least')
  const uptimesMs = reports.map(({ envelope }) => envelope.uptimeMs)
  const bytes = new Bytes()

  entry(bytes, 'host', first.host).add(packed('probe'))
  const about = piecesOf(
    bytes,
    reports.map(({ probe }) => probe),
    uptimesMs,
  )
  const nodes = {
    whole: entry(bytes, 'nodes', first.nodes).cut(),
    delta: entry(bytes, 'nodes', []).cut(),
  }
  const metricList = bytes.add(packed('metrics')).cut()
  const heads = first.metrics.map(({ samples: _, ...metric }) => {
    bytes.add(mapHeader(Object.keys(metric).length + 1))
    for (const [key, value] of Object.entries(metric)) entry(bytes, key, value)
    return bytes.add(packed('samples')).cut()
  })
  const connectionList = bytes.add(packed('connections')).cut()
  const records = first.connections.map((_, index) =>
    piecesOf(
      bytes,
      reports.map(({ connections }) => connections[index] as ConnectionRecord),
      uptimesMs,
    ),
  )
  for (const key of ['addresses', 'listeners', 'status', 'controls', 'omitted'] as const)
    entry(bytes, key, first[key])
  const whole = bytes.cut()
  const delta = makeDelta(first, second)
  for (const key of ['addresses', 'listeners', 'status', 'controls', 'removed', 'omitted'] as const)
    entry(bytes, key, delta[key])
  return {
    about,
    nodes,
    host: first.host,
    rounds: reports.length - 1,
    metrics: { list: metricList, heads, ...samplesOf(reports) },
    connections: { list: connectionList, records, moved: movedOf(reports) },
    rest: { whole, delta: bytes.cut() },
    bytes: bytes.all(),
  }
}

/** When a sample was taken: the whole second of the probe's clock. */
const secondOf = ({ envelope }: Report, ageMs: number): number =>
  Math.round((envelope.uptimeMs - ageMs) / SECOND_MS)

const samplesOf = (
  reports: readonly Report[],
): Pick<Template['metrics'], 'firstSecond' | 'lastOnce' | 'samples' | 'beacon'> => {
  const [first] = reports as [Report]
  const seconds = reports.flatMap((report) =>
    (report.metrics[0]?.samples ?? []).map(([ageMs]) => secondOf(report, ageMs)),
  )
  const [firstSecond, lastSecond] = [Math.min(...seconds), Math.max(...seconds)]
  const samples = first.metrics.map(() => Array<number>(lastSecond - firstSecond + 1).fill(Number.NaN))
  for (const report of reports)
    for (const [n, metric] of report.metrics.entries())
      for (const [ageMs, value] of metric.samples)
        (samples[n] as number[])[secondOf(report, ageMs) - firstSecond] = value
  if (samples.some((values) => values.includes(Number.NaN)))
    throw new Error('a metric of a prepared host is not sampled each second')
  return {
    ...{ firstSecond, samples },
    lastOnce: Math.floor(first.envelope.uptimeMs / SECOND_MS),
    beacon: first.metrics.findIndex(({ id }) => id === metrics.containerMemory),
  }
}

const movedOf = (reports: readonly Report[]): Uint8Array[] =>
  reports
    .slice(1)
    .map(({ connections }, n) =>
      Uint8Array.from(connections, (record, index) => (record === reports[n]?.connections[index] ? 0 : 1)),
    )
