import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addHistograms } from '../../../../src/report/histogram.ts'
import type { Half } from '../../../../src/topology/connections/flow.ts'
import { failedOf } from '../../../../src/topology/connections/numbers.ts'
import { flowsOf } from '../../../../src/topology/connections/report-flows.ts'
import { shareOut } from '../../../../src/topology/connections/sharing/share-out.ts'
import { clientHalf, held, report, serverHalf } from '../../../support/reports/reports.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
const total = fc.oneof(fc.nat(20), fc.nat(2 ** 40))
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
