import { expect, it } from 'vitest'
import { LatestReports } from '../../../../src/app/reports/held/latest-reports.ts'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'
import type { Report } from '../../../../src/report/schema.ts'
import { report } from '../../../support/reports/reports.ts'

const WINDOW_MS = 15_000
const INTERVAL_MS = 1000
/** Reports that are taken together: some milliseconds of work. */
const REPORTS = 2000
/** More probes than an app takes: what looks at each of them with every report would take ten times as long. */
const MANY = 10_000
const TRIES = 9

const quiet = createLogger({ format: 'text', debug: false, write: () => {} })
const base = report()

/** The report with a number of one of the probes. */
const reportOf = (probe: number, seq: number): Report => ({
  ...{ ...base, host: { ...base.host, id: `host-${probe}` } },
  envelope: {
    ...base.envelope,
    ...{ probeId: probe.toString(16).padStart(16, '0'), seq, uptimeMs: seq * INTERVAL_MS },
  },
})

/** Holds reports of so many probes, which report in turn. @returns what takes the next of their reports, and tells the CPU time of that, in µs */
const timedTakes = (probes: number): { readonly time: () => number; readonly stop: () => void } => {
  let atMs = 0
  let taken = 0
  const nowMs = () => atMs
  const latest = new LatestReports({
    ...{ windowMs: WINDOW_MS, limits: defaultLimits, unverifiedLimits: defaultLimits },
    ...{ log: quiet, nowMs, listeningMs: nowMs },
    inAll: { probes, nodes: 1_000_000, connections: 1_000_000, reportBytes: 1e9 },
    faults: createFaults({ nowMs, log: quiet }),
    unverified: { refuse: () => undefined, refuseForRoom: () => undefined, accepted: () => {} },
    accepted: () => {},
    changed: () => {},
  })
  const next = (): Report => {
    const one = reportOf(taken % probes, 1 + Math.floor(taken / probes))
    taken += 1
    return one
  }
  const take = (one: Report): void => {
    atMs += INTERVAL_MS / probes
    if (latest.take(one, { verified: true }) !== undefined) throw new Error('a report was refused')
  }
  for (let i = 0; i < probes; i++) take(next())
  return {
    time() {
      const reports = Array.from({ length: REPORTS }, next)
      const before = process.threadCpuUsage()
      for (const one of reports) take(one)
      const { user, system } = process.threadCpuUsage(before)
      expect(latest.held).toHaveLength(probes)
      return user + system
    },
    stop: () => latest.stop(),
  }
}

it('taking a report costs the same however many other probes report', () => {
  const [few, many] = [timedTakes(50), timedTakes(MANY)]
  const took = Array.from({ length: TRIES }, () => ({ few: few.time(), many: many.time() }))
  few.stop()
  many.stop()
  const shortest = (of: 'few' | 'many') => Math.min(...took.map((one) => one[of]))
  expect(shortest('many')).toBeLessThan(3 * shortest('few'))
})
