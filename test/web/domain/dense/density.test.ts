import { describe, expect, it } from 'vitest'
import { edgesPerNode, isDense } from '../../../../web/domain/dense/density.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { graph } from '../../support/graph.ts'

const rule = { from: 8, until: 6, most: 50, gain: 1.5, ageMsLeast: 60_000, nowShare: 0.25 } as const

/** A ring of nodes, each of which calls so many of those after it. */
const ring = (nodes: number, calls: number): Graph =>
  graph(
    ...Array.from({ length: nodes * calls }, (_, at) => {
      const from = at % nodes
      return `n${from}>n${(from + 1 + Math.floor(at / nodes)) % nodes}`
    }),
  )

describe('edges per node', () => {
  it('count an edge at both of its ends, and none from a node to itself', () => {
    expect(edgesPerNode(graph('a>b', 'b>a', 'a>a', 'c'))).toBeCloseTo(4 / 3)
    expect(edgesPerNode(graph())).toBe(0)
  })
})

describe('a dense view', () => {
  it('has more than eight edges a node, and until it has no more than six', () => {
    expect(isDense(ring(20, 4), false, rule)).toBe(false)
    expect(isDense(ring(20, 5), false, rule)).toBe(true)
    expect(isDense(ring(20, 4), true, rule)).toBe(true)
    expect(isDense(ring(20, 3), true, rule)).toBe(false)
  })

  it('is none for edges from nodes to themselves', () => {
    const { nodes, edges } = ring(20, 3)
    const own = graph(...Array.from({ length: 20 }, (_, at) => `n${at}>n${at}`)).edges
    expect(isDense({ nodes, edges: new Map([...edges, ...own]) }, true, rule)).toBe(false)
  })
})
