import type { Histogram } from '../../../../src/report/histogram.ts'
import { type Envelope, PROTOCOL } from '../../../../src/report/schema.ts'
import type { Gap, Piece, Template } from './template.ts'
import { packed, type Writer } from './writer.ts'

/** A moment of a host: where it is in its rounds. */
export interface Moment {
  /** 0 at first, then one more at each. */
  readonly step: number
  readonly uptimeMs: number
  /** Written as the last sample of the host's first container's memory, see `createBeacons`. */
  readonly beacon: number | undefined
}

/** What a message is told of. */
export interface Written {
  readonly moment: Moment
  /** What the app holds; undefined = it gets the whole report. */
  readonly base: Moment | undefined
  readonly envelope: Omit<Envelope, 'protocol' | 'uptimeMs'>
}

/** A host whose messages are put together from what is prepared. */
export interface PreparedHost {
  readonly host: Template['host']
  /**
   * Encodes what a probe would send at a moment: MessagePack, not compressed. Moments only go on.
   *
   * @returns valid until the next call for any host with the same writer
   */
  message(written: Written): Uint8Array
  /** Whether there is a sample between two times of the probe's clock, so that a beacon can be seen. */
  hasSamples(afterMs: number, untilMs: number): boolean
}

const SECOND_MS = 1000
const REPORT_FIELDS = 11
const DELTA_FIELDS = REPORT_FIELDS + 1

const grown = (of: Histogram, from: Histogram, to: Histogram): Histogram => {
  const at = ({ from: first, counts }: Histogram, bucket: number): number => counts[bucket - first] ?? 0
  const first = Math.min(of.from, to.from)
  const end = Math.max(of.from + of.counts.length, to.from + to.counts.length)
  const counts = Array.from(
    { length: end - first },
    (_, n) => at(of, first + n) + at(to, first + n) - at(from, first + n),
  )
  return { from: first, counts }
}

/** Adds to all of a gap what was gained in a round. */
const goOn = (gap: Gap): void => {
  if (gap.kind === 'number')
    for (let n = 0; n < gap.values.length; n++) gap.values[n] = (gap.values[n] ?? 0) + gap.gain
  if (gap.kind !== 'value' || gap.histograms === undefined) return
  const { histograms, encoded } = gap
  const [from, to] = [histograms[0], histograms.at(-1)]
  if (from === undefined || to === undefined) return
  for (const [n, histogram] of histograms.entries()) {
    const next = grown(histogram, from, to)
    histograms[n] = next
    encoded[n] = packed(next).slice()
  }
}

/** @param writer may be shared by all hosts of a process */
export const createPreparedHost = (template: Template, writer: Writer): PreparedHost => {
  const { rounds, metrics, connections } = template
  const { firstSecond, lastOnce, samples } = metrics
  const again = (samples[0]?.length ?? 0) - 1 - (lastOnce - firstSecond)
  const gaps = [...template.about, ...connections.records.flat()].flatMap(({ gap }) => gap ?? [])
  let round = 0

  const sampleAt = (second: number): number =>
    second <= lastOnce ? second - firstSecond : lastOnce - firstSecond + 1 + ((second - lastOnce - 1) % again)

  const write = ({ from, to, gap }: Piece, row: number, uptimeMs: number): void => {
    writer.part(from, to)
    switch (gap?.kind) {
      case 'number':
        writer.number(gap.values[row] as number)
        break
      case 'time':
        writer.number(uptimeMs + (gap.offsetsMs[row] as number))
        break
      case 'value':
        writer.bytes(gap.encoded[row] as Uint8Array)
    }
  }

  const writeAll = (pieces: readonly Piece[], row: number, uptimeMs: number): void => {
    for (const piece of pieces) write(piece, row, uptimeMs)
  }

  const writeMetrics = ({ uptimeMs, beacon }: Moment, oldest: number): void => {
    const newest = Math.floor(uptimeMs / SECOND_MS)
    const count = Math.max(0, newest - oldest + 1)
    write(metrics.list, 0, 0)
    writer.arrayHeader(count === 0 ? 0 : metrics.heads.length)
    if (count === 0) return
    for (const [index, head] of metrics.heads.entries()) {
      write(head, 0, 0)
      const values = samples[index] as readonly number[]
      writer.arrayHeader(count)
      for (let second = oldest; second <= newest; second++) {
        writer.arrayHeader(2)
        writer.number(uptimeMs - second * SECOND_MS)
        writer.number(
          beacon !== undefined && second === newest && index === metrics.beacon
            ? beacon
            : (values[sampleAt(second)] as number),
        )
      }
    }
  }

  /** Where a step is in its round: from 1 on, but for the very first. */
  const rowOf = (step: number): number => (step === 0 ? 0 : 1 + ((step - 1) % rounds))

  const reach = (step: number): void => {
    for (const ofStep = Math.floor((step - 1) / rounds); round < ofStep; round++)
      for (const gap of gaps) goOn(gap)
  }

  /** Which records moved after one step, up to another. */
  const movedBetween = (base: number, step: number): Uint8Array => {
    const [next, ...others] = Array.from(
      { length: Math.min(rounds, step - base) },
      (_, n) => connections.moved[rowOf(base + 1 + n) - 1] as Uint8Array,
    )
    if (next === undefined) return new Uint8Array(connections.records.length)
    return others.length === 0
      ? next
      : next.map((is, index) => is | Math.max(...others.map((of) => of[index] ?? 0)))
  }

  return {
    host: template.host,
    hasSamples: (afterMs, untilMs) => Math.floor(untilMs / SECOND_MS) > Math.floor(afterMs / SECOND_MS),
    message({ moment, base, envelope }) {
      const { step, uptimeMs } = moment
      reach(step)
      const row = rowOf(step)
      const form = base === undefined ? 'whole' : 'delta'
      writer.begin(template.bytes)
      writer.mapHeader(base === undefined ? REPORT_FIELDS : DELTA_FIELDS)
      const { probeId, epoch, seq, base: of, intervalMs } = envelope
      writer.bytes(packed('envelope'))
      writer.bytes(packed({ protocol: PROTOCOL, probeId, epoch, seq, base: of, uptimeMs, intervalMs }))
      writeAll(template.about, row, uptimeMs)
      write(template.nodes[form], row, uptimeMs)
      const since = base === undefined ? historyFrom(uptimeMs) : Math.floor(base.uptimeMs / SECOND_MS) + 1
      writeMetrics(moment, since)
      write(connections.list, row, uptimeMs)
      if (base === undefined) {
        writer.arrayHeader(connections.records.length)
        for (const record of connections.records) writeAll(record, row, uptimeMs)
      } else {
        const moved = movedBetween(base.step, step)
        let count = 0
        for (const is of moved) count += is
        writer.arrayHeader(count)
        for (const [index, record] of connections.records.entries())
          if (moved[index] === 1) writeAll(record, row, uptimeMs)
      }
      write(template.rest[form], row, uptimeMs)
      return writer.end()
    },
  }

  /** The oldest second of a whole report: as many as the first had. */
  function historyFrom(uptimeMs: number): number {
    return Math.floor(uptimeMs / SECOND_MS) - (lastOnce - firstSecond)
  }
}
