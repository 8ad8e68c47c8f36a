import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addHistograms } from '../../../../src/report/histogram.ts'
import type { Flow, Half } from '../../../../src/topology/connections/flow.ts'
import {
  addTo,
  counterKeys,
  failedOf,
  rateKeys,
  type Totals,
} from '../../../../src/topology/connections/numbers.ts'
import { flowsOf } from '../../../../src/topology/connections/report-flows.ts'
import type { Doubt } from '../../../../src/topology/connections/sharing/doubt.ts'
import { shareOut } from '../../../../src/topology/connections/sharing/share-out.ts'
import { shareSparsely } from '../../../../src/topology/connections/sharing/share-sparsely.ts'
import { clientHalf, held, report, serverHalf } from '../../../support/reports/reports.ts'
import { shortestMsOf } from '../../../support/shortest-time.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
const halves = (role: 'client' | 'server', sides: readonly object[]): readonly Half[] => {
  const make = role === 'client' ? clientHalf : serverHalf
  const connections = sides.map((given, i) => make(`${role};${i}`, { ...ends, ...given }))
  return flowsOf(held(report({ host: role, connections }))).halves
}

const total = fc.oneof(fc.nat(20), fc.nat(2 ** 40))
const histogram = fc.record({
  from: fc.nat(20),
  counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
})
const side = fc.array(
  fc
    .record({
      open: fc.nat(3),
      opened: total,
      closed: total,
      refused: fc.nat(5),
      bytesSent: total,
      clientPorts: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
      durations: fc.option(histogram, { nil: undefined }),
    })
    .map(({ durations, ...given }) => ({ ...given, failed: given.refused, ...(durations && { durations }) })),
  { minLength: 1, maxLength: 12 },
)

const sumOf = (parts: readonly Totals[]): Totals | undefined => {
  const [first, ...rest] = parts
  if (first === undefined) return undefined
  const all = { ...first }
  for (const part of rest) addTo(all, part)
  return all
}

describe('shares where there are many of both', () => {
  it('add up to exactly what each teller told, in every number', () => {
    fc.assert(
      fc.property(side, side, (clients, servers) => {
        const tellers = halves('client', clients)
        for (const [i, row] of shareSparsely(tellers, halves('server', servers)).entries()) {
          const told = tellers[i]?.numbers
          const all = sumOf(row.map(({ numbers }) => numbers))
          for (const { numbers } of row) {
            expect(numbers.failed).toBe(failedOf(numbers))
            for (const key of counterKeys)
              expect(Number.isInteger(numbers[key]) && numbers[key] >= 0).toBe(true)
          }
          for (const key of counterKeys) expect([key, all?.[key]]).toEqual([key, told?.[key]])
          for (const key of rateKeys) expect(all?.[key]).toBeCloseTo(told?.[key] ?? 0)
          expect(row.map(({ numbers }) => numbers.durations).reduce(addHistograms, undefined)).toEqual(
            told?.durations,
          )
        }
      }),
    )
  })

  it('are few, and leave nobody out', () => {
    fc.assert(
      fc.property(side, side, (clients, servers) => {
        const rows = shareSparsely(halves('client', clients), halves('server', servers))
        const cells = rows.flatMap((row, i) => row.map(({ j }) => `${i} ${j}`))
        const ports = clients.reduce((count, { clientPorts }) => count + clientPorts.length, 0)
        expect(new Set(cells).size).toBe(cells.length)
        expect(cells.length).toBeLessThanOrEqual(clients.length + servers.length + ports)
        for (const row of rows) expect(row.length).toBeGreaterThan(0)
        expect(cells.every((cell) => Number(cell.split(' ')[1]) < servers.length)).toBe(true)
      }),
    )
  })

  it('are where ports say, and no guess where these say all', () => {
    const clients = halves('client', [
      { open: 2, opened: 2, clientPorts: [1, 2], bytesSent: 70 },
      { open: 1, opened: 5, closed: 4, clientPorts: [3], bytesSent: 50 },
    ])
    const servers = halves('server', [
      { open: 1, opened: 5, closed: 4, clientPorts: [3] },
      { open: 2, opened: 2, clientPorts: [1, 2] },
    ])
    const [first, second] = shareSparsely(clients, servers)
    expect(first?.map(({ j, numbers }) => [j, numbers.open, numbers.bytesSent, numbers.estimated])).toEqual([
      [1, 2, 70, false],
    ])
    expect(second?.map(({ j, numbers }) => [j, numbers.open, numbers.estimated])).toContainEqual([0, 1, true])
  })
})

describe('thousands of clients and servers of one address', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      open: 1 + (i % 3),
      opened: 4 + (i % 5),
      closed: 3,
      bytesSent: i,
    }))
  const sharedOut = (count: number): readonly Flow[] =>
    shareOut(halves('client', many(count)), halves('server', many(count)))
  const ids = (flows: readonly Flow[], end: 'client' | 'server') =>
    new Set(flows.map(({ [end]: { ...at } }) => (at.kind === 'process' ? at.id : '')))

  it('are told of with about as many flows as there are of them, with everybody in it and all marked as estimated', () => {
    const flows = sharedOut(3000)
    expect(flows.length).toBeLessThanOrEqual(6000)
    expect(ids(flows, 'client').size).toBe(3000)
    expect(ids(flows, 'server').size).toBe(3000)
    expect(flows.every(({ numbers }) => numbers.estimated)).toBe(true)
    for (const key of ['open', 'opened', 'closed', 'bytesSent'] as const)
      expect(flows.reduce((sum, { numbers }) => sum + numbers[key], 0)).toBe(
        many(3000).reduce((sum, told) => sum + told[key], 0),
      )
  })

  it('are in doubt about all who have connections that no port identifies, in one list of each side', () => {
    const byPort = { open: 1, opened: 1, closed: 0, clientPorts: [1] }
    const doubts: Doubt[] = []
    const sides = (role: 'client' | 'server') => halves(role, [byPort, ...many(3000)])
    const [clients, servers] = [sides('client'), sides('server')]
    shareOut(clients, servers, undefined, doubts)
    expect(doubts).toEqual([
      {
        clients: clients.slice(1).map(({ process }) => process),
        servers: servers.slice(1).map(({ process }) => process),
      },
    ])
  })

  it('cost in proportion to how many there are, and not to all pairs of them', () => {
    const timeOf = (count: number) => {
      const [clients, servers] = [halves('client', many(count)), halves('server', many(count))]
      return shortestMsOf(() => shareOut(clients, servers), 3)
    }
    timeOf(1000)
    // Of pairs there are 64 times as many.
    expect(timeOf(8000) / timeOf(1000)).toBeLessThan(32)
  })
})
