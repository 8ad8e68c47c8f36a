import { describe, expect, it } from 'vitest'
import { checkOnlyOwn } from '../../../../src/app/reports/only-own.ts'
import { checkConsistency } from '../../../../src/report/consistency.ts'
import { validateReport } from '../../../../src/report/encoding/validation.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'
import { countReport } from '../../../../tools/bench/app/count.ts'
import { createWorld, PER_HOST } from '../../../../tools/bench/app/world.ts'

const options = { intervalMs: 3000, historyMs: 15_000, startedAtMs: Date.UTC(2026, 0, 5) }

describe('the world of the bench', () => {
  it.each([2, 3, 10, 15, 25])('has hosts that are all alike: %i', (hosts) => {
    const reports = createWorld(hosts, options).reportsAt(3_600_000)
    expect(reports.map(countReport)).toEqual(Array.from({ length: hosts }, () => PER_HOST))
    for (const report of reports) {
      checkConsistency(validateReport(report, defaultLimits))
      checkOnlyOwn(report)
    }
  })

  it('joins the halves of connections between hosts', () => {
    const reports = createWorld(10, options).reportsAt(3_600_000)
    const keyOf = ({ clientAddress, serverAddress, serverPort }: (typeof halves)[number]): string =>
      `${clientAddress} ${serverAddress} ${serverPort}`
    const halves = reports
      .flatMap(({ connections }) => connections)
      .filter(({ client, server }) => client === undefined || server === undefined)
    const clients = new Set(halves.filter(({ server }) => server === undefined).map(keyOf))
    const servers = new Set(halves.filter(({ client }) => client === undefined).map(keyOf))
    expect(clients).toEqual(servers)
    expect(halves.length).toBe((10 * PER_HOST.connections * 2) / 3)
  })

  it('moves all numbers from report to report', () => {
    const world = createWorld(2, options)
    const [before, after] = [world.reportsAt(3_600_000)[0], world.reportsAt(3_603_000)[0]]
    const known = new Map(before?.connections.map((record) => [record.id, record]))
    expect(
      after?.connections.every(({ id, bytesSent }) => bytesSent > (known.get(id)?.bytesSent ?? Number.NaN)),
    ).toBe(true)
  })

  it('needs two hosts', () => {
    expect(() => createWorld(1, options)).toThrow('at least 2')
  })
})
