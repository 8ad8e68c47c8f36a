import { expect, test } from 'vitest'
import { metrics } from '../../../../src/report/facts.ts'
import type { ReportNode } from '../../../../src/report/schema.ts'
import { metricRowsOf } from '../../../../src/topology/nodes/rows/metric-rows.ts'
import { indexOf } from '../../../../src/topology/reports/index/index-of.ts'
import type { ReportIndex } from '../../../../src/topology/reports/index/report-index.ts'
import { hostNode, processNode, report } from '../../../support/reports/reports.ts'

const HOST = 'alpha'
const processes: Readonly<Record<string, ReportNode>> = Object.fromEntries(
  ['a', 'b', 'c'].map((name, n) => [name, processNode(HOST, n + 1, { name })]),
)
const idOf = (name: string): string => processes[name]?.id ?? ''

/** @param told values such as `['a', metrics.processCpu, 3]`, in their order */
const indexTelling = (
  told: readonly (readonly [name: string, metric: string, ...values: number[]])[],
  earlier?: ReportIndex,
): ReportIndex => {
  const names = new Set(told.map(([name]) => name))
  const nodes = [hostNode(HOST), ...Array.from(names, (name) => processes[name] ?? [])].flat()
  const measured = told.map(([name, id, ...values]) => ({
    ...{ node: idOf(name), id },
    samples: values.map((value, n): [number, number] => [1000 * n, value]),
  }))
  return indexOf({ report: report({ host: HOST, nodes, metrics: measured }), verified: true }, earlier)
}

const rowsOf = (index: ReportIndex, name: string) => {
  const node = index.nodes.get(idOf(name))
  return node && metricRowsOf(index, node)
}

const valuesOf = (index: ReportIndex, name: string) =>
  rowsOf(index, name)?.map(({ label, value }) => [label, value])

test.each([
  ['comes behind it', ['a', 'b'], ['a', 'b', 'c']],
  ['comes before it', ['b', 'a'], ['c', 'b', 'a']],
  ['goes', ['c', 'b', 'a'], ['b', 'a']],
])('rows of which no number moves stay the same objects where another process %s', (_, before, now) => {
  const telling = (names: readonly string[]) =>
    names.flatMap((name) => [
      [name, metrics.processCpu, 1, 2] as const,
      [name, metrics.processMemory, 3] as const,
    ])
  const first = indexTelling(telling(before))
  const known = ['a', 'b'].map((name) => rowsOf(first, name))
  const second = indexTelling(telling(now), first)
  expect(['a', 'b'].map((name, n) => rowsOf(second, name) === known[n])).toEqual([true, true])
  expect(valuesOf(second, 'a')).toEqual([
    ['CPU', 2],
    ['Memory', 3],
  ])
})

test('a row whose number does not move stays the same object where those beside it do, come or go', () => {
  const first = indexTelling([
    ['a', metrics.processCpu, 1],
    ['a', metrics.processMemory, 2],
  ])
  const before = rowsOf(first, 'a')
  const second = indexTelling(
    [
      ['a', metrics.processMemory, 2],
      ['a', metrics.processCpu, 5],
      ['a', metrics.processThreads, 4],
    ],
    first,
  )
  const now = rowsOf(second, 'a')
  expect(now).toEqual([
    expect.objectContaining({ label: 'CPU', value: 5 }),
    expect.objectContaining({ label: 'Memory', value: 2 }),
    expect.objectContaining({ label: 'Threads', value: 4 }),
  ])
  expect(now?.[1]).toBe(before?.[1])
})

test('each report tells its own numbers, in whatever order they are asked', () => {
  const first = indexTelling([['a', metrics.processCpu, 1]])
  const second = indexTelling([['a', metrics.processCpu, 2]], first)
  const third = indexTelling(
    [
      ['b', metrics.processCpu, 9],
      ['a', metrics.processCpu, 3],
    ],
    second,
  )
  const fourth = indexTelling([['b', metrics.processCpu, 4]], third)
  const asked = [third, first, fourth, second, second, third, first]
  expect(asked.map((index) => metricRowsOf(index, processes.a as ReportNode)?.[0]?.value)).toEqual([
    3,
    1,
    undefined,
    2,
    2,
    3,
    1,
  ])
})
