import { expect, test } from 'vitest'
import { listedGraph } from '../../../web/domain/listed-graph.ts'
import { graph } from '../support/graph.ts'

const shown = graph('c>a', 'a>b', 'b>c', 'd>a')
const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)
const placed = new Map([
  ['c', 0],
  ['a', 0],
  ['gone', 0],
])

test('a small graph is listed whole, by id, wherever its nodes are', () => {
  const { nodes, edges } = listedGraph(shown, new Map(), { nodesMost: 4, edgesMost: 4 })
  expect([ids(nodes), ids(edges)]).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a>b', 'b>c', 'c>a', 'd>a'],
  ])
})

test('of a large graph the placed nodes are, and edges between them', () => {
  const { nodes, edges } = listedGraph(shown, placed, { nodesMost: 3, edgesMost: 4 })
  expect([ids(nodes), ids(edges)]).toEqual([['a', 'c'], ['c>a']])
})

test('there are no more edges than so many', () => {
  expect(ids(listedGraph(shown, new Map(), { nodesMost: 4, edgesMost: 2 }).edges)).toEqual(['a>b', 'b>c'])
})
