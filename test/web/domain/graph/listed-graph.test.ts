import { expect, test } from 'vitest'
import { listedGraph } from '../../../../web/domain/graph/listed-graph.ts'
import { edge, graph } from '../../support/graph.ts'

const shown = graph('c>a', 'a>b', 'b>c', 'd>a')
const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)
const placed = new Map([
  ['c', 0],
  ['a', 0],
  ['gone', 0],
])

test('a small graph is listed whole, by id, wherever its nodes are', () => {
  const { nodes, edges } = listedGraph(shown, new Map(), { nodesMost: 4, most: 8 })
  expect([ids(nodes), ids(edges)]).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a>b', 'b>c', 'c>a', 'd>a'],
  ])
})

test('of a large graph the placed nodes are, and edges between them', () => {
  const { nodes, edges } = listedGraph(shown, placed, { nodesMost: 3, most: 8 })
  expect([ids(nodes), ids(edges)]).toEqual([['a', 'c'], ['c>a']])
})

test('there are no more than so many in all: of edges, those that fail and the busiest', () => {
  const some = (all: typeof shown) => ids(listedGraph(all, new Map(), { nodesMost: 4, most: 6 }).edges)
  expect(some(shown)).toEqual(['a>b', 'b>c'])
  const edges = new Map(shown.edges)
    .set('d>a', edge('d', 'a', { failedPerSecond: 1 }))
    .set('c>a', edge('c', 'a', { open: 9 }))
  expect(some({ ...shown, edges })).toEqual(['c>a', 'd>a'])
  expect(ids(listedGraph(shown, new Map(), { nodesMost: 4, most: 3 }).edges)).toEqual([])
})
