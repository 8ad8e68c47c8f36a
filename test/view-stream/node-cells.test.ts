import { expect, test } from 'vitest'
import { metricRowSchema } from '../../src/api/map/node.ts'
import type { MetricRow, NodeSummary } from '../../src/api/types.ts'
import { nodeCells } from '../../src/view-stream/cells/node-cells.ts'

const row: MetricRow = {
  ...{ id: 'cpu', label: 'CPU', format: 'percent', group: 'load', priority: 1 },
  ...{ value: 2, min: 1, max: 3, maxIsLimit: true, samples: null, url: '' },
}

const nodeWith = (metrics: readonly MetricRow[]): NodeSummary => ({
  ...{ id: 'a', label: 'a', labelMinor: '', rank: '', shape: 'square' },
  metrics,
})

test('each field of a metric is one of its cells, or told with what the node is', () => {
  const cells = ['value', 'min', 'max', 'samples']
  const fields = Object.keys(metricRowSchema.unwrap().shape)
  expect(fields).toEqual(expect.arrayContaining(cells))
  for (const field of fields) {
    const other = { ...row, [field]: field === 'samples' ? [] : 'other' }
    expect(nodeCells.isSameBase(nodeWith([row]), nodeWith([other])), field).toBe(cells.includes(field))
  }
})

test('a node with more metrics, fewer or none is told anew', () => {
  for (const [before, now] of [
    [[row], [row, row]],
    [[row, row], [row]],
    [[row], []],
  ])
    expect(nodeCells.isSameBase(nodeWith(before ?? []), nodeWith(now ?? []))).toBe(false)
})

test('of two nodes, the cells that moved are those that differ, added to a row', () => {
  const other = { ...row, id: 'memory' }
  const before = nodeWith([row, other])
  expect(nodeCells.moved(before, nodeWith([row, { ...other, value: 9, max: 8 }]))).toEqual([3, 9, 5, 8])
  expect(nodeCells.moved(before, nodeWith([{ ...row, min: 0 }, other]), [7])).toEqual([7, 1, 0])
  expect(nodeCells.moved(before, nodeWith([row, other]))).toEqual([])
})
