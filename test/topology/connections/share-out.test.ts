import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Half } from '../../../src/topology/connections/flow.ts'
import { flowsOf } from '../../../src/topology/connections/report-flows.ts'
import { shareOut } from '../../../src/topology/connections/share-out.ts'
import { clientHalf, held, report, serverHalf } from '../../support/reports.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
const total = fc.oneof(fc.nat(20), fc.nat(2 ** 40))
const numbers = fc.record({
  open: fc.nat(3),
  opened: total,
  closed: total,
  failed: fc.nat(5),
  bytesSent: total,
  bytesReceived: total,
})
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
        for (const key of ['open', 'opened', 'closed', 'failed', 'bytesSent', 'bytesReceived'] as const) {
          const values = shares.map((share) => share.numbers[key])
          expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
          expect(values.reduce((a, b) => a + b, 0)).toBe(told[key])
        }
      }
    }),
  )
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
