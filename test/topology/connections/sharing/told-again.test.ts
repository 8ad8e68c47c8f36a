import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Half } from '../../../../src/topology/connections/flow.ts'
import { flowsOf } from '../../../../src/topology/connections/report-flows.ts'
import { shareOut } from '../../../../src/topology/connections/sharing/share-out.ts'
import { ToldFlows } from '../../../../src/topology/connections/sharing/told-flows.ts'
import { clientHalf, held, report, serverHalf } from '../../../support/reports/reports.ts'

const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }

const histogram = fc.record({
  from: fc.nat(3),
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
})
const told = fc.record({
  open: fc.nat(2),
  closed: fc.nat(5),
  durations: histogram,
  connectTimes: histogram,
})
const side = fc.array(told, { minLength: 1, maxLength: 4 })
/** So many that what others tell is shared out among them. */
const several = fc.array(told, { minLength: 2, maxLength: 4 })
type Side = typeof side extends fc.Arbitrary<infer One> ? One : never

const halves = (role: 'client' | 'server', sides: Side): readonly Half[] => {
  const make = role === 'client' ? clientHalf : serverHalf
  const connections = sides.map((given, i) => make(`${role};${i}`, { ...ends, ...given }))
  return flowsOf(held(report({ host: role, connections }))).halves
}

const numbersOf = (flows: ReturnType<typeof shareOut>) => flows.map(({ numbers }) => numbers)

test('what is shared out does not depend on what was before', () => {
  fc.assert(
    fc.property(side, side, side, side, (clientsBefore, serversBefore, clientsNow, serversNow) => {
      const before = shareOut(halves('client', clientsBefore), halves('server', serversBefore))
      const [clients, servers] = [halves('client', clientsNow), halves('server', serversNow)]
      const now = shareOut(clients, servers, undefined, undefined, new ToldFlows(before))
      expect(numbersOf(now)).toStrictEqual(numbersOf(shareOut(clients, servers)))
    }),
  )
})

test('a histogram that is shared out as before is the object that it was', () => {
  fc.assert(
    fc.property(side, several, (clients, servers) => {
      const share = (before: ReturnType<typeof shareOut>) =>
        shareOut(
          halves('client', clients),
          halves('server', servers),
          undefined,
          undefined,
          new ToldFlows(before),
        )
      const before = share([])
      for (const [i, { numbers }] of share(before).entries()) {
        expect(numbers.durations).toBe(before[i]?.numbers.durations)
        expect(numbers.connectTimes).toBe(before[i]?.numbers.connectTimes)
      }
    }),
  )
})
