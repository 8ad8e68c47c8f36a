import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexed } from '../../../../src/topology/pipeline/indexed-reports.ts'
import { SummedEdge, sameEdge } from '../../../../src/topology/view/assembling/summed-edge.ts'
import { held, pair, processNode, report } from '../../../support/reports/reports.ts'

const connections = [pair('alpha;1', 'alpha;2', 80, { opened: 1 })]
const nodes = [processNode('alpha', 1), processNode('alpha', 2)]
const [flow] = indexed(held(report({ host: 'alpha', nodes, connections }))).flows.pairs

const edgeWith = (bytesSentPerSecond: number): SummedEdge => {
  if (flow === undefined) throw new Error('a report with a pair has a flow')
  const facts = { id: 'e', source: 'a', target: 'b', ports: [80], portsTotal: 1, told: undefined }
  return new SummedEdge(facts, { ...flow.numbers, bytesSentPerSecond }, false)
}

test('rates from a thousand on are rounded to three digits as decimal numbers are', () => {
  const rate = fc.oneof(
    fc.double({ min: 1000, max: 1e8, noNaN: true }),
    fc
      .tuple(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(1, 3, 7, 10, 20, 3000, 2999))
      .map(([n, by]) => n / by),
    // Next to a tie.
    fc
      .tuple(fc.integer({ min: 100, max: 999 }), fc.constantFrom(10, 100, 1000), fc.constantFrom(-1, 0, 1))
      .map(([n, by, side]) => (n + 0.5) * by * (1 + side * Number.EPSILON)),
  )
  fc.assert(
    fc.property(rate, (perSecond) => {
      fc.pre(perSecond >= 1000)
      expect(edgeWith(perSecond).bytesSentPerSecond).toBe(Number(perSecond.toPrecision(3)))
    }),
    { numRuns: 2000 },
  )
})

test('edges say the same when they differ only in what is not shown', () => {
  expect(sameEdge(edgeWith(1234), edgeWith(1233))).toBe(true)
  expect(sameEdge(edgeWith(1234), edgeWith(1236))).toBe(false)
})
