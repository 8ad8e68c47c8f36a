import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Flow } from '../../../../src/topology/connections/flow.ts'
import { indexed } from '../../../../src/topology/pipeline/indexed-reports.ts'
import { edgeKey, type PlacedFlow, sumOf } from '../../../../src/topology/view/assembling/edge.ts'
import { FlowsAcross } from '../../../../src/topology/view/assembling/flows-across.ts'
import { clientHalf, held, processNode, report } from '../../../support/reports/reports.ts'

const HOSTS = 4
const RECORDS = 12

/** Flows of several hosts, as if each had been told at one of several times. */
const flowsAt = (host: number, time: number): readonly Flow[] => {
  const name = `host${host}`
  const connections = Array.from({ length: RECORDS }, (_, i) =>
    clientHalf(`${name};1`, {
      clientAddress: ';10.0.0.1',
      serverAddress: ';10.0.0.2',
      port: 1000 + i,
      open: time,
      opened: time + i,
      bytesSent: 100 * time + host,
    }),
  )
  const { flows } = indexed(held(report({ host: name, nodes: [processNode(name, 1)], connections })))
  return flows.halves.map(({ process, serverAddress, port, numbers, record }) => ({
    client: process,
    server: { kind: 'remote', address: serverAddress, askedFor: undefined, owners: [], from: process.at },
    port,
    numbers: { ...numbers, bytesSentPerSecond: (time + 1) / (3 * host + 7) },
    records: [record],
  }))
}

const times = Array.from({ length: HOSTS }, (_, host) =>
  Array.from({ length: 3 }, (_, t) => flowsAt(host, t)),
)

const steps = fc.array(
  fc.record({
    does: fc.constantFrom('add', 'add', 'add', 'delete', 'change'),
    host: fc.nat(HOSTS - 1),
    record: fc.nat(RECORDS - 1),
    time: fc.nat(2),
    isAsked: fc.boolean(),
  }),
  { minLength: 60, maxLength: 200 },
)

test('the sum depends only on the flows that are there, in whatever order they came, went and changed', () => {
  const key = edgeKey('a', 'b')
  const make = (flow: Flow): PlacedFlow => ({ source: 'a', target: 'b', flow })
  fc.assert(
    fc.property(steps, (taken) => {
      const across = new FlowsAcross(key)
      const there = new Map<string, PlacedFlow>()
      for (const { does, host, record, time, isAsked } of taken) {
        const id = `${host} ${record}`
        const known = there.get(id)
        // Of one report all flows refer to the same index.
        const flow = times[host]?.[0]?.[record]
        const told = times[host]?.[time]?.[record]
        if (flow === undefined || told === undefined) throw new Error('no such flow')
        if (does === 'add' && known === undefined) {
          const placed = make(flow)
          there.set(id, placed)
          across.add(placed)
        } else if (does === 'delete' && known) {
          there.delete(id)
          expect(across.delete(known)).toBe(true)
          expect(across.delete(known)).toBe(false)
        } else if (does === 'change' && known) {
          known.flow = { ...flow, numbers: told.numbers }
          across.changed(known)
        }
        if (!isAsked) continue
        const fresh = new FlowsAcross(key)
        for (const { flow } of [...there.values()].toReversed()) fresh.add(make(flow))
        expect(across.size).toBe(there.size)
        expect(across.all().map((placed) => placed.flow)).toEqual(fresh.all().map((placed) => placed.flow))
        const [sum, expected] = [across, fresh].map((one) => sumOf(one.sums(), undefined))
        expect(sum?.totals).toEqual(expected?.totals)
        expect(sum?.ports).toEqual(expected?.ports)
        expect(sum?.totals.opened).toBe(
          there.size === 0 ? undefined : [...there.values()].reduce((n, p) => n + p.flow.numbers.opened, 0),
        )
      }
    }),
  )
})
