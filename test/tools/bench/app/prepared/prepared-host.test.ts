import { describe, expect, it } from 'vitest'
import { applyDelta } from '../../../../../src/report/delta/apply-delta.ts'
import { isDelta, type ReportDelta } from '../../../../../src/report/delta/delta-schema.ts'
import { makeDelta } from '../../../../../src/report/delta/make-delta.ts'
import { decodeMessage } from '../../../../../src/report/encoding/decoding.ts'
import { metrics } from '../../../../../src/report/facts.ts'
import { defaultLimits } from '../../../../../src/report/limits.ts'
import type { Report } from '../../../../../src/report/schema.ts'
import { createResting } from '../../../../../tools/bench/app/changing.ts'
import { prepare, reportsOf, roundsFor } from '../../../../../tools/bench/app/prepared/prepare.ts'
import { createPreparedHost } from '../../../../../tools/bench/app/prepared/prepared-host.ts'
import { createWriter, packed } from '../../../../../tools/bench/app/prepared/writer.ts'
import { createWorld } from '../../../../../tools/bench/app/world.ts'

const FROM_MS = 3_600_000
const EPOCH = '0'.repeat(16)
const world = createWorld(10, { intervalMs: 3000, historyMs: 15_000, startedAtMs: 0 })

/** A host with what makes its reports, and the same host prepared. */
const both = (intervalMs: number, share: number, index: number) => {
  const host = world.hosts[index]
  if (host === undefined) throw new Error('there is no such host')
  const { probeId } = host
  const rounds = roundsFor(intervalMs)
  const count = rounds + 1
  const generated = reportsOf(host, { fromMs: FROM_MS, intervalMs, count }, createResting(share))
  const prepared = createPreparedHost(
    prepare(host, FROM_MS, intervalMs, createResting(share)),
    createWriter(),
  )
  const moment = (step: number) => ({ step, uptimeMs: FROM_MS + step * intervalMs, beacon: undefined })
  const message = (step: number, base?: number, beacon?: number): Uint8Array =>
    prepared
      .message({
        moment: { ...moment(step), beacon },
        base: base === undefined ? undefined : moment(base),
        envelope: {
          probeId,
          epoch: EPOCH,
          seq: step + 1,
          base: base === undefined ? null : base + 1,
          intervalMs,
        },
      })
      .slice()
  const deltaAt = (step: number, base = step - 1): ReportDelta => {
    const decoded = decodeMessage(Buffer.from(message(step, base)), defaultLimits)
    if (!isDelta(decoded)) throw new Error('it is no delta')
    return decoded
  }
  return { host, generated, rounds, message, deltaAt, prepared }
}

describe('a prepared host', () => {
  it.each([
    [3000, 1, 0],
    [3000, 1, 9],
    [3000, 0.1, 3],
    [3000, 0.01, 3],
    [1000, 1, 4],
  ])('sends the very bytes of the generator: each %i ms, %d change, host %i', (intervalMs, share, index) => {
    const { generated, message } = both(intervalMs, share, index)
    for (const [step, report] of generated.entries()) {
      const before = generated[step - 1]
      const wanted = packed(before === undefined ? report : makeDelta(before, report))
      expect(Buffer.from(message(step, before && step - 1)).equals(wanted)).toBe(true)
    }
  })

  it('sends what changed since an older report, too', () => {
    const { generated, message } = both(3000, 1, 2)
    const [first, , , later] = generated as [Report, Report, Report, Report]
    const since = world.hosts[2]?.collect(later.envelope.uptimeMs, first.envelope.uptimeMs)
    const samples = since?.contributions.flatMap(({ metrics: all }) => all)
    const wanted = makeDelta(first, { ...later, metrics: samples ?? [] })
    expect(Buffer.from(message(3, 0)).equals(packed(wanted))).toBe(true)
  })

  it('never goes back in later rounds: what is counted grows, and samples follow each other', () => {
    const { generated, rounds, message, deltaAt } = both(3000, 1, 5)
    let held = decodeMessage(Buffer.from(message(0)), defaultLimits) as Report
    for (let step = 1; step <= 4 * rounds + 1; step++) {
      const delta = deltaAt(step)
      expect(delta.connections).toHaveLength(generated[0]?.connections.length ?? 0)
      expect(delta.metrics.every(({ samples }) => samples.length === 3)).toBe(true)
      const known = new Map(held.connections.map((one) => [one.id, one]))
      for (const { id, bytesSent, opened, closed, lastMs, durations } of delta.connections) {
        const before = known.get(id)
        expect(bytesSent).toBeGreaterThan(before?.bytesSent ?? Number.NaN)
        expect(opened).toBeGreaterThanOrEqual(before?.opened ?? Number.NaN)
        expect(closed).toBe(durations?.counts.reduce((sum, n) => sum + n, 0))
        expect(lastMs).toBeGreaterThan(before?.lastMs ?? Number.NaN)
      }
      held = applyDelta(held, delta)
    }
  })

  it('sends whole reports later, as large as the first', () => {
    const { rounds, message } = both(3000, 1, 1)
    const [first, later] = [message(0), message(2 * rounds + 3)]
    expect(later.length / first.length).toBeCloseTo(1, 1)
    const samplesIn = (bytes: Uint8Array): number[] =>
      decodeMessage(Buffer.from(bytes), defaultLimits).metrics.map(({ samples }) => samples.length)
    expect(samplesIn(later)).toEqual(samplesIn(first))
  })

  it('moves only a share', () => {
    const { generated, rounds, deltaAt } = both(3000, 0.1, 6)
    const all = generated[0]?.connections.length ?? 0
    const shares = [rounds, rounds + 1, 2 * rounds + 2].map((step) => deltaAt(step).connections.length / all)
    expect(shares.every((share) => share > 0.04 && share < 0.2)).toBe(true)
  })

  it('carries beacons', () => {
    const { message } = both(3000, 1, 7)
    const { metrics: all } = decodeMessage(Buffer.from(message(1, 0, 2 ** 40)), defaultLimits)
    const last = all
      .filter(({ id }) => id === metrics.containerMemory)
      .map(({ samples }) => samples.at(-1)?.[1])
    expect(last.indexOf(2 ** 40)).toBe(0)
    expect(last.filter((value) => value === 2 ** 40)).toHaveLength(1)
  })

  it('is not made of what comes and goes', () => {
    const { host } = both(3000, 1, 8)
    const coming = (tMs: number) => {
      const collected = host.collect(tMs)
      const contributions = collected.contributions.map((one) => ({
        ...one,
        connections: tMs === FROM_MS ? one.connections : one.connections.slice(1),
      }))
      return { ...collected, contributions }
    }
    expect(() => prepare({ probeId: host.probeId, collect: coming }, FROM_MS, 3000, (all) => all)).toThrow(
      'connections',
    )
  })
})
