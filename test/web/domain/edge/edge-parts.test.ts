import { expect, it } from 'vitest'
import { widthOfSum } from '../../../../web/domain/edge/edge-look.ts'
import { edgeParts } from '../../../../web/domain/edge/edge-parts.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const edges = [
  edge('a', 'x', { open: 2, bytesSentPerSecond: 10 }),
  edge('b', 'x', { open: 5, bytesSentPerSecond: 900 }),
  edge('c', 'x', { open: 0, failed: 4, failedPerSecond: 1 }),
  edge('d', 'x', { open: 9, bytesSentPerSecond: 10 }),
]
const graph = {
  nodes: new Map(['a', 'b', 'c', 'd', 'x'].map((id) => [id, node(id, { label: id.toUpperCase() })])),
  edges: new Map(edges.map((one) => [one.id, one])),
}

it('the parts of several edges are those that fail, then those with most traffic, and how many more', () => {
  const ids = new Set([...edges.map(({ id }) => id), 'gone'])
  const { sum, parts, rest } = edgeParts(ids, graph, 3)
  expect(sum).toBe('4 edges, 16 open')
  expect(parts.map(({ from, to, words, tone }) => [from, to, words, tone])).toEqual([
    ['C', 'X', '4 failed', 'fail'],
    ['B', 'X', '5 open', undefined],
    ['D', 'X', '9 open', undefined],
  ])
  expect(rest).toBe(1)
})

it('several edges together are as wide as one that carries what they do', () => {
  const { widthMin, widthMax } = settings.edge
  const wide = (...widths: readonly number[]) => widthOfSum(widths, settings.edge)
  expect(wide(2)).toBeCloseTo(2)
  // On a scale of logarithms, twice as much is as much wider wherever it starts.
  expect(wide(2, 2) - wide(2)).toBeCloseTo(wide(3, 3) - wide(3))
  expect(wide(2, widthMin)).toBeGreaterThan(2)
  expect(wide(widthMax, widthMax)).toBe(widthMax)
})
