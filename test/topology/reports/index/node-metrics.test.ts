import { expect, test } from 'vitest'
import type { Metric } from '../../../../src/report/schema.ts'
import { NodeMetrics } from '../../../../src/topology/reports/index/node-metrics.ts'

/** Metrics such as `a.cpu`, each with one value. */
const metrics = (value: number, ...names: readonly string[]): Metric[] =>
  names.map((name) => {
    const [node = '', id = ''] = name.split('.')
    return { node, id, samples: [[0, value]] }
  })

const namesOf = (of: readonly Metric[]): string[] => of.map(({ node, id }) => `${node}.${id}`)

test('finds the metrics of a node, however they are told', () => {
  const apart = new NodeMetrics(metrics(1, 'a.cpu', 'b.cpu', 'a.memory'))
  expect(namesOf(apart.of('a'))).toEqual(['a.cpu', 'a.memory'])
  expect(namesOf(apart.of('b'))).toEqual(['b.cpu'])
  expect(apart.of('c')).toEqual([])
  expect(apart.startOf('c')).toBeUndefined()
})

test('what was made of the layout is kept as long as the same is measured, and each report has a version of its own', () => {
  const first = new NodeMetrics(metrics(1, 'a.cpu', 'b.cpu', 'a.memory'))
  const second = new NodeMetrics(metrics(2, 'a.cpu', 'b.cpu', 'a.memory'), first)
  const third = new NodeMetrics(metrics(3, 'a.cpu', 'a.memory', 'b.cpu'), second)
  const aside = new NodeMetrics(metrics(4, 'a.cpu', 'a.memory', 'b.cpu'), first)
  const alike = [first, second, third, aside]
  expect(new Set(alike.map(({ layout }) => layout)).size).toBe(1)
  expect(new Set(alike.map(({ version }) => version)).size).toBe(alike.length)
  expect(alike.map((one) => one.of('a').at(-1)?.samples)).toEqual([1, 2, 3, 4].map((value) => [[0, value]]))
})

test.each([
  ['a metric is gone', ['a.cpu', 'b.cpu']],
  ['one has come', ['a.cpu', 'a.memory', 'b.cpu', 'b.memory']],
  ['another is measured', ['a.cpu', 'a.files', 'b.cpu']],
  ['they are told in another order', ['a.memory', 'a.cpu', 'b.cpu']],
])('it is another layout when %s', (_, now) => {
  const before = new NodeMetrics(metrics(1, 'a.cpu', 'a.memory', 'b.cpu'))
  const after = new NodeMetrics(metrics(1, ...now), before)
  expect(after.layout).not.toBe(before.layout)
  expect(namesOf([...after.of('a'), ...after.of('b')])).toEqual(now)
})
