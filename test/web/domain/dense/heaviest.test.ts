import { describe, expect, it } from 'vitest'
import { byWeightFirst, heaviest, weightOf } from '../../../../web/domain/dense/heaviest.ts'
import type { MapEdge } from '../../../../web/domain/graph/graph.ts'
import { edge } from '../../support/graph.ts'

const rule = { from: 8, until: 6, most: 2, gain: 1.5, ageMsLeast: 60_000, nowShare: 0.25 } as const
const began = Date.parse('2026-01-01T00:00:00.000Z')
const lastSeen = '2026-01-01T00:10:00.000Z'
const nowMs = Date.parse(lastSeen)
/** An edge to `z` that has carried so many kilobytes a second for ten minutes. */
const carrying = (id: string, kilobytes: number, more: Partial<MapEdge> = {}): MapEdge =>
  edge(id, 'z', { id, lastSeen, opened: 0, bytesSent: kilobytes * 1000 * 600, ...more })
const none: ReadonlySet<string> = new Set()
const ids = (chosen: ReadonlySet<string>) => [...chosen].sort().join('')

describe('the weight of an edge', () => {
  it('is what it carried a second since it was first seen, in kilobytes or connections', () => {
    expect(weightOf(carrying('a', 3), nowMs, rule)).toBeCloseTo(3)
    expect(weightOf(carrying('a', 3, { opened: 6000 }), nowMs, rule)).toBeCloseTo(10)
    expect(weightOf(carrying('a', 3, { opened: 5000, failed: 7000 }), nowMs, rule)).toBeCloseTo(20)
  })

  it('does not make much of the first moments', () => {
    const young = { bytesSent: 120_000, opened: 0 }
    expect(weightOf(edge('a', 'b', young), began + 1000, rule)).toBeCloseTo(2)
  })

  it('is more at once when an edge becomes far busier', () => {
    expect(weightOf(carrying('a', 3, { bytesSentPerSecond: 10_000 }), nowMs, rule)).toBeCloseTo(3)
    expect(weightOf(carrying('a', 3, { bytesReceivedPerSecond: 80_000 }), nowMs, rule)).toBeCloseTo(20)
  })

  it('is nothing at rest, or when nobody reports', () => {
    expect(weightOf(carrying('a', 3, { quietSeconds: 60 }), nowMs, rule)).toBe(0)
    expect(weightOf(carrying('a', 3, { stale: true }), nowMs, rule)).toBe(0)
  })
})

describe('the heaviest edges', () => {
  const [a, b, c] = [carrying('a', 3), carrying('b', 2), carrying('c', 1)]

  it('are so many, whatever the order', () => {
    expect(ids(heaviest(none, [c, b, a], rule))).toBe('ab')
    expect(ids(heaviest(none, [a, b, c], rule))).toBe('ab')
    expect(ids(heaviest(none, [a], rule))).toBe('a')
  })

  it('are those with more open connections, then the first by id, of those that weigh the same', () => {
    const like = ['d', 'c', 'b'].map((id) => carrying(id, 1))
    expect(ids(heaviest(none, like, rule))).toBe('bc')
    expect(ids(heaviest(none, [...like, carrying('e', 1, { open: 9 })], rule))).toBe('be')
  })

  it('stay until another is clearly heavier', () => {
    const before = heaviest(none, [a, b, c], rule)
    expect(heaviest(before, [a, b, carrying('c', 2.9)], rule)).toBe(before)
    expect(ids(heaviest(before, [a, b, carrying('c', 3.1)], rule))).toBe('ac')
    expect(ids(heaviest(before, [a, b, carrying('c', 9), carrying('d', 8)], rule))).toBe('cd')
  })

  it('do not change to and fro when two edges take turns in being a bit heavier', () => {
    let chosen = heaviest(none, [a, b, c], rule)
    const seen = new Set([ids(chosen)])
    for (let frame = 0; frame < 20; frame++) {
      const [one, other] = frame % 2 === 0 ? [2, 2.5] : [2.5, 2]
      chosen = heaviest(chosen, [a, carrying('b', one), carrying('c', other)], rule)
      seen.add(ids(chosen))
    }
    expect([...seen]).toEqual(['ab'])
  })

  it('are made up again when one is gone', () => {
    const before = heaviest(none, [a, b, c], rule)
    expect(ids(heaviest(before, [b, c], rule))).toBe('bc')
  })

  it('have none from a node to itself', () => {
    expect(ids(heaviest(none, [{ ...a, target: 'a' }, b, c], rule))).toBe('bc')
  })

  it('are listed by weight', () => {
    expect(byWeightFirst([c, a, b], rule)).toEqual([a, b, c])
  })
})
