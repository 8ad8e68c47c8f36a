import { describe, expect, it } from 'vitest'
import { applyDiff, emptyGraph, saysNothing } from '../../../../web/domain/graph/graph.ts'
import { diff, edge, graph, node } from '../../support/graph.ts'

it.each([
  ['nothing', {}, true],
  ['everything, which is nothing', { reset: true as const }, false],
  ['a node less', { remove: ['a'] }, false],
  ['an edge more', { edges: { add: [edge('a', 'b')] } }, false],
  ['what a query finds', { query: { text: 'a', matched: 0, hidden: 0 } }, false],
])('sees whether a frame says something: %s', (_, parts, expected) => {
  expect(saysNothing(diff(parts as Parameters<typeof diff>[0]))).toBe(expected)
})

describe('applyDiff', () => {
  it('takes a first frame whole', () => {
    const { graph: next, change } = applyDiff(
      emptyGraph,
      diff({ reset: true, add: [node('a'), node('b')], edges: { add: [edge('a', 'b')] } }),
    )
    expect([...next.nodes.keys()]).toEqual(['a', 'b'])
    expect([...next.edges.keys()]).toEqual(['a>b'])
    expect(change.addedNodes).toEqual(['a', 'b'])
  })

  it('removes, updates and adds, in this order', () => {
    const before = graph('a>b', 'c')
    const { graph: next, change } = applyDiff(
      before,
      diff({
        remove: ['a', 'c'],
        update: [node('b', { label: 'B' })],
        add: [node('c', { label: 'new' }), node('d')],
        edges: { remove: ['a>b'], add: [edge('c', 'd')] },
      }),
    )
    expect([...next.nodes.values()].map((one) => one.label).sort()).toEqual(['B', 'd', 'new'])
    expect(change.addedNodes).toEqual(['d'])
    expect(change.removedNodes.map((one) => one.id)).toEqual(['a'])
    expect(change.removedEdges.map((one) => one.id)).toEqual(['a>b'])
    expect([...before.nodes.keys()]).toEqual(['a', 'b', 'c'])
  })

  it('compares a whole frame with what was there, so that a stream opened again is no news', () => {
    const before = graph('a>b', 'gone')
    const { change } = applyDiff(
      before,
      diff({ reset: true, add: [node('a'), node('b'), node('new')], edges: { add: [edge('a', 'b')] } }),
    )
    expect(change.addedNodes).toEqual(['new'])
    expect(change.removedNodes.map((one) => one.id)).toEqual(['gone'])
    expect(change.addedEdges).toEqual([])
  })

  it('takes an update of a node it does not know as a new one', () => {
    const { change } = applyDiff(graph('a'), diff({ update: [node('b')] }))
    expect(change.addedNodes).toEqual(['b'])
  })

  it.each([
    ['grew', { failed: 2 }, ['a>b']],
    ['fails now', { failed: 1, failedPerSecond: 0.5 }, ['a>b']],
    ['stands still', { failed: 1 }, []],
  ])('notices failures: %s', (_, after, expected) => {
    const before = { nodes: new Map(), edges: new Map([['a>b', edge('a', 'b', { failed: 1 })]]) }
    const { change } = applyDiff(before, diff({ edges: { update: [edge('a', 'b', after)] } }))
    expect(change.failedEdges).toEqual(expected)
  })
})
