import { expect, it } from 'vitest'
import { LatestReports } from '../../../src/app/reports/latest-reports.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import type { Report } from '../../../src/report/schema.ts'
import { report } from '../../support/reports/reports.ts'

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
    inAll: { probes: maxProbes, nodes: 1_000_000, connections: 1_000_000 },
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

it('a first report that was long on its way dates things too late only until one comes that was not', () => {
  const { latest, pass } = createLatest(10)
  const [one] = reportsOf(1)
  const { envelope } = one as Report
  /** @param delayMs since the report was made */
  const startedAfter = (delayMs: number, seq: number): number | undefined => {
    // The clock of this test and the uptime of the probe pass by the same time, and begin together.
    pass(1000 + delayMs)
    const uptimeMs = seq * 1000
    expect(
      latest.take({ ...(one as Report), envelope: { ...envelope, seq, uptimeMs } }, verified),
    ).toBeUndefined()
    pass(-delayMs)
    return latest.held[0]?.startedAtMs
  }
  expect(startedAfter(4000, 1)).toBe(4000)
  expect(startedAfter(3800, 2)).toBe(4000)
  expect(startedAfter(30, 3)).toBe(30)
  expect(startedAfter(0, 4)).toBe(30)
  expect(startedAfter(9000, 5)).toBe(30)
  latest.stop()
})

it('a clock that is set back does not date what was there before', () => {
  const { latest, pass } = createLatest(10)
  const [one] = reportsOf(1)
  const { envelope } = one as Report
  pass(7_200_000)
  latest.take({ ...(one as Report), envelope: { ...envelope, seq: 1, uptimeMs: 1000 } }, verified)
  pass(1000 - 3_600_000)
  latest.take({ ...(one as Report), envelope: { ...envelope, seq: 2, uptimeMs: 2000 } }, verified)
  expect(latest.held[0]).toMatchObject({ startedAtMs: 7_199_000, arrivedAtMs: 3_601_000 })
  latest.stop()
})
