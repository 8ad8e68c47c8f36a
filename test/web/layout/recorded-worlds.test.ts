import { describe, expect, it } from 'vitest'
import type { Point } from '../../../web/domain/plot/geometry.ts'
import { arrange } from '../../../web/layout/arrange.ts'
import type { LayoutNode } from '../../../web/layout/protocol.ts'
import { settings } from '../../../web/settings.ts'
import { type RecordedWorld, recordedGraph, requestOf } from '../support/layout/graphs.ts'
import { backwardEdges, crossings, extent, stress } from '../support/layout/measures.ts'

/**
 * What the layout of November 2026 gave: d3-force, with each node pulled to the layer of a heuristic order. Crossings are of
 * straight edges; backward are edges that lead to the left.
 */
const before: Readonly<Record<RecordedWorld, { crossings: number; backward: number; stress: number }>> = {
  shop: { crossings: 237, backward: 9, stress: 0.2326 },
  'shop-services': { crossings: 44, backward: 4, stress: 0.2407 },
  stacks: { crossings: 273, backward: 5, stress: 0.2701 },
  services: { crossings: 542, backward: 50, stress: 0.2366 },
  hosts: { crossings: 27_242, backward: 235, stress: 0.2343 },
  processes: { crossings: 369, backward: 11, stress: 0.2331 },
}

const overlap = (a: LayoutNode, at: Point, b: LayoutNode, bt: Point) =>
  Math.min(
    a.halfWidth + b.halfWidth - Math.abs(at.x - bt.x),
    Math.min(at.y + a.below, bt.y + b.below) - Math.max(at.y - a.r, bt.y - b.r),
  )

describe.each(Object.entries(before) as [RecordedWorld, (typeof before)[RecordedWorld]][])(
  'the layout of %s',
  (name, then) => {
    const request = requestOf(recordedGraph(name))
    const { nodes, edges } = request
    const places = arrange(request, settings.layout)

    // Stress is allowed to be higher than it was: ranks set nodes apart that one edge joins.
    it('has at most two thirds of the crossings that it had', () => {
      expect(crossings(places, edges)).toBeLessThan((before[name].crossings * 2) / 3)
      expect(stress(places, edges)).toBeLessThan(then.stress * 1.4)
    })

    it('leads from left to right', () => {
      const backward = backwardEdges(places, edges)
      expect(backward).toBeLessThan(then.backward)
      // All hosts but one call each other, so they are in one cycle and in one rank.
      if (name !== 'hosts') expect(backward).toBe(0)
    })

    it('fills a wide screen, and puts nothing onto another', () => {
      const { width, height } = extent(places)
      expect(width / height).toBeGreaterThan(1.2)
      expect(width / height).toBeLessThan(2.4)
      nodes.forEach((a, index) => {
        for (let other = 0; other < index; other++) {
          const b = nodes[other] as LayoutNode
          expect(overlap(a, places[index] as Point, b, places[other] as Point)).toBeLessThanOrEqual(0)
        }
      })
    })
  },
)
