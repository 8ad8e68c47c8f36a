import { expect, test } from 'vitest'
import { growthLines, type Sample } from '../../../../../tools/bench/web/churn/results.ts'

const sample = (at: number, page: number, worker: number): Sample => ({
  atMinutes: at,
  held: { page, workers: new Map([['worker.js', worker]]), domNodes: 500, listeners: 50 },
  size: 1000,
  nodeChanges: 10 * at,
  edgeChanges: 20 * at,
})

test('what fills while it warms up does not count as growth', () => {
  const { lines, grows } = growthLines(
    Array.from({ length: 40 }, (_, at) => sample(at, Math.min(10, at) * 1e6, 2e6)),
  )
  expect(grows).toBe(false)
  expect(lines.join('\n')).toContain('390 nodes and 780 edges came or went')
})

test('a worker that grows is named', () => {
  const { lines, grows } = growthLines(Array.from({ length: 40 }, (_, at) => sample(at, 1e7, 1e6 + 1e5 * at)))
  expect(grows).toBe(true)
  expect(lines.filter((line) => line.includes('grows ✗'))).toEqual([
    expect.stringContaining('heap of worker.js'),
  ])
})
