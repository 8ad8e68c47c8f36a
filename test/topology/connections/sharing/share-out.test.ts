import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addHistograms } from '../../../../src/report/histogram.ts'
import type { Half } from '../../../../src/topology/connections/flow.ts'
import { failedOf, tellsAnything } from '../../../../src/topology/connections/numbers.ts'
import { flowsOf } from '../../../../src/topology/connections/report-flows.ts'
import type { Doubt } from '../../../../src/topology/connections/sharing/doubt.ts'
import { shareBetween, shareOut } from '../../../../src/topology/connections/sharing/share-out.ts'
import { clientHalf, held, report, serverHalf } from '../../../support/reports/reports.ts'
import { isInDoubt, plainShares } from './plain-shares.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
const total = fc.oneof(fc.nat(20), fc.nat(2 ** 40))
const rate = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }))
const histogram = fc.option(
  fc.record({
    from: fc.nat(20),
    counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
  }),
  { nil: undefined },
)
const numbers = fc
  .record({
    open: fc.nat(3),
    opened: total,
    closed: total,
    refused: fc.nat(5),
    timedOut: fc.nat(5),
    otherwise: fc.nat(2),
    resetByServer: fc.nat(5),
    durations: histogram,
    bytesSent: total,
    bytesReceived: total,
  })
  .map(({ otherwise, durations, ...given }) => ({
    ...given,
    ...(durations && { durations }),
    failed: given.refused + given.timedOut + otherwise,
  }))
const countedKeys = [
  'open',
  'opened',
  'closed',
  'failed',
  'refused',
  'timedOut',
  'resetByServer',
  'bytesSent',
  'bytesReceived',
] as const
const side = fc.array(numbers, { minLength: 1, maxLength: 5 })

const halves = (role: 'client' | 'server', sides: readonly object[]): readonly Half[] => {
  const make = role === 'client' ? clientHalf : serverHalf
  return flowsOf(
    held(
      report({
        host: role,
        connections: sides.map((given, i) => make(`${role};${i}`, { ...ends, ...given })),
      }),
    ),
  ).halves
}

/** What no record can tell: rates, and what the report of a probe says of all. */
const besides = fc.record({
  openedPerSecond: rate,
  failedPerSecond: rate,
  bytesSentPerSecond: rate,
  bytesReceivedPerSecond: rate,
  quietSeconds: fc.constantFrom(0, 15, 30),
  estimated: fc.boolean(),
})
const ports = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 })
/** Either anything, or open connections only, of which all ports are told. */
const told = fc.oneof(
  fc.record({
    numbers,
    connectTimes: histogram,
    retransmits: total,
    abandoned: fc.nat(2),
    clientPorts: ports,
  }),
  ports.map((clientPorts) => ({
    ...{ numbers: { open: clientPorts.length, opened: clientPorts.length }, clientPorts },
    ...{ connectTimes: undefined, retransmits: 0, abandoned: 0 },
  })),
)
const toldSide = fc.array(
  fc.record({ told, besides, completeness: fc.constantFrom('polled', 'partial', 'complete') } as const),
  { minLength: 1, maxLength: 5 },
)
type ToldSide = typeof toldSide extends fc.Arbitrary<infer Side> ? Side : never

const toldHalves = (role: 'client' | 'server', sides: ToldSide): readonly Half[] =>
  halves(
    role,
    sides.map(({ told: { numbers: counted, connectTimes, ...more } }) => ({
      ...{ ...counted, ...more },
      ...(connectTimes && { connectTimes }),
    })),
  ).map((half, i) => ({
    ...half,
    numbers: { ...half.numbers, ...sides[i]?.besides },
    completeness: sides[i]?.completeness ?? half.completeness,
  }))

test('shares add up to exactly what the client told, of every client and in every number', () => {
  fc.assert(
    fc.property(side, side, (clientSides, serverSides) => {
      const flows = shareOut(halves('client', clientSides), halves('server', serverSides))
      for (const [i, told] of clientSides.entries()) {
        const shares = flows.filter(({ client }) => client.kind === 'process' && client.id === `client;${i}`)
        for (const { numbers } of shares) expect(numbers.failed).toBe(failedOf(numbers))
        const durations = shares.map((share) => share.numbers.durations)
        expect(durations.reduce(addHistograms, undefined)).toEqual(told.durations)
        for (const key of countedKeys) {
          const values = shares.map((share) => share.numbers[key])
          expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
          expect(values.reduce((a, b) => a + b, 0)).toBe(told[key])
        }
      }
    }),
  )
})

test('shares are exactly those of the rules, said plainly, and what is left out tells of nothing', () => {
  fc.assert(
    fc.property(toldSide, toldSide, (clientSides, serverSides) => {
      const [tellers, others] = [toldHalves('client', clientSides), toldHalves('server', serverSides)]
      // Of a single one nothing is split, and its quiet time is its own.
      fc.pre(others.length > 1)
      const flows = shareBetween(tellers, others)
      const plain = plainShares(tellers, others)
      for (const [i, teller] of tellers.entries()) {
        const made = others.map((other) =>
          flows.find(({ client, server }) => client === teller.process && server === other.process),
        )
        expect(made.some((flow) => flow !== undefined)).toBe(true)
        for (const [j, flow] of made.entries()) {
          const expected = plain[i]?.[j]
          if (flow !== undefined) expect(flow.numbers).toEqual(expected)
          else expect(expected === undefined || tellsAnything(expected)).toBe(false)
        }
      }
    }),
  )
})

test('of two that may have connections with each other there is a flow or a doubt, and of no others a doubt', () => {
  fc.assert(
    fc.property(toldSide, toldSide, fc.boolean(), (clientSides, serverSides, serversTell) => {
      const [clients, servers] = [toldHalves('client', clientSides), toldHalves('server', serverSides)]
      const [tellers, others] = serversTell ? [servers, clients] : [clients, servers]
      const doubts: Doubt[] = []
      const flows = shareBetween(tellers, others, undefined, doubts)
      for (const [i, teller] of tellers.entries())
        for (const [j, other] of others.entries()) {
          const [client, server] = serversTell ? [other, teller] : [teller, other]
          if (flows.some((flow) => flow.client === client.process && flow.server === server.process)) continue
          const isFound = doubts.some(
            (doubt) => doubt.clients.includes(client.process) && doubt.servers.includes(server.process),
          )
          expect(isFound).toBe(isInDoubt(tellers, others, i, j))
        }
    }),
  )
})

test('a server is given the connections that lasted as long as those it tells of', () => {
  const quick = { opened: 4, closed: 4, durations: { from: 10, counts: [4] } }
  const slow = { opened: 2, closed: 2, durations: { from: 20, counts: [2] } }
  const both = { opened: 6, closed: 6, durations: { from: 10, counts: [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] } }
  const flows = shareOut(halves('client', [both]), halves('server', [quick, slow]))
  expect(flows.map(({ numbers }) => numbers.durations)).toEqual([quick.durations, slow.durations])
})

test('estimated only where several could have met several', () => {
  const one = [{ opened: 4 }]
  const two = [{ opened: 2 }, { opened: 2 }]
  const estimated = (clients: readonly object[], servers: readonly object[]) =>
    shareOut(halves('client', clients), halves('server', servers)).some((flow) => flow.numbers.estimated)
  expect([estimated(one, one), estimated(one, two), estimated(two, one), estimated(two, two)]).toEqual([
    false,
    false,
    false,
    true,
  ])
})
