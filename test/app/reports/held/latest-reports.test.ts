import { expect, it } from 'vitest'
import { LatestReports } from '../../../../src/app/reports/held/latest-reports.ts'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'
import type { Report } from '../../../../src/report/schema.ts'
import { report } from '../../../support/reports/reports.ts'

const quiet = createLogger({ format: 'text', debug: false, write: () => {} })
const WINDOW_MS = 15_000

const reportsOf = (probes: number): Report[] => {
  const one = report()
  return Array.from({ length: probes }, (_, n) => ({
    ...{ ...one, host: { ...one.host, id: `host-${n}` } },
    envelope: { ...one.envelope, probeId: n.toString(16).padStart(16, '0') },
  }))
}

const createLatest = (maxProbes: number) => {
  let atMs = 0
  const nowMs = () => atMs
  const latest = new LatestReports({
    ...{
      windowMs: WINDOW_MS,
      limits: defaultLimits,
      unverifiedLimits: defaultLimits,
      log: quiet,
      nowMs,
      listeningMs: nowMs,
    },
    inAll: { probes: maxProbes, nodes: 1_000_000, connections: 1_000_000, reportBytes: 1e9 },
    faults: createFaults({ nowMs, log: quiet }),
    unverified: { refuse: () => undefined, refuseForRoom: () => undefined, accepted: () => {} },
    accepted: () => {},
    changed: () => {},
  })
  return {
    latest,
    pass: (ms: number) => {
      atMs += ms
    },
  }
}

const verified = { verified: true } as const

it('what a probe has sent is not taken again, however many may report', () => {
  const { latest, pass } = createLatest(2000)
  const [last, ...all] = reportsOf(2001)
  expect(all.map((one) => latest.take(one, verified)).filter((refusal) => refusal !== undefined)).toEqual([])
  const stale = all.map((one) => latest.take(one, verified)?.code)
  expect(new Set(stale)).toEqual(new Set(['stale_seq']))
  pass(10 * WINDOW_MS)
  expect(latest.take(last as Report, verified)).toBeUndefined()
  expect(latest.held.map((one) => one.report)).toEqual([last])
  expect(all.filter((one) => latest.take(one, verified) === undefined)).toEqual([])
  latest.stop()
})

it('of the probes that are gone, those that went first are forgotten', () => {
  const { latest, pass } = createLatest(10)
  const all = reportsOf(1100)
  for (const one of all) {
    expect(latest.take(one, verified)).toBeUndefined()
    pass(10 * WINDOW_MS)
  }
  expect(latest.take(all[1099 - 1000] as Report, verified)?.code).toBe('stale_seq')
  expect(latest.take(all[0] as Report, verified)).toBeUndefined()
  latest.stop()
})

/** Reports of one probe, and what they have the app reckon of its start. */
const reckoning = () => {
  const { latest, pass } = createLatest(10)
  const [one] = reportsOf(1) as [Report]
  let seq = 0
  pass(7_200_000)
  return {
    /**
     * A second later, the probe makes a report.
     *
     * @param delayMs how long that is on its way
     * @returns how much later than it was the app takes the probe's start for
     */
    after(delayMs: number): number {
      seq += 1
      pass(1000 + delayMs)
      const envelope = { ...one.envelope, seq, uptimeMs: seq * 1000 }
      expect(latest.take({ ...one, envelope }, verified)).toBeUndefined()
      pass(-delayMs)
      return (latest.held[0]?.startedAtMs ?? 0) - 7_200_000
    },
    stop: () => latest.stop(),
  }
}

it('a first report that was long on its way dates things too late only until one comes that was not', () => {
  const { after, stop } = reckoning()
  expect([4000, 3800, 30, 0, 9000].map(after)).toEqual([4000, 4000, 30, 30, 30])
  stop()
})

it('is reckoned in whole milliseconds, so that a correction moves all dates of a host by the same', () => {
  const { after, stop } = reckoning()
  expect([4000.7, 30.2].map(after)).toEqual([4001, 30])
  stop()
})

it('a probe of which all reports come later, or sooner, than they did is dated anew', () => {
  const { after, stop } = reckoning()
  after(0)
  // As after a sleep of the machine, in which the clock of the probe stood still, or that of the app.
  expect(Array.from({ length: 9 }, () => after(10_000)).at(-1)).toBe(0)
  expect(after(10_020)).toBe(10_000)
  expect(after(-3_600_000)).toBe(-3_600_000)
  stop()
})
