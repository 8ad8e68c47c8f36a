import { describe, expect, it } from 'vitest'
import { arrange } from '../../../web/layout/arrange.ts'
import { connectedGroups } from '../../../web/layout/groups.ts'
import { pack } from '../../../web/layout/places/pack.ts'
import type { LayoutNode } from '../../../web/layout/protocol.ts'
import { arrangeLayered } from '../../../web/layout/ways/layered.ts'
import { settings } from '../../../web/settings.ts'
import { recordedGraph, requestOf } from '../support/layout/graphs.ts'
import { backwardEdges, extent } from '../support/layout/measures.ts'

const body = (id: string, at?: { x: number; y: number }): LayoutNode => ({
  id,
  r: 20,
  halfWidth: 50,
  below: 56,
  ...(at ? { at } : {}),
})

const lay = (nodes: readonly LayoutNode[], edges: readonly (readonly [number, number])[], aspect = 1.6) =>
  arrange({ job: 1, nodes, edges, aspect }, settings.layout)

const noPlace = { x: 0, y: 0 }

const overlap = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.min(100 - Math.abs(a.x - b.x), 76 - Math.abs(a.y - b.y))

describe('connectedGroups', () => {
  it('lists the largest first', () => {
    expect(
      connectedGroups(5, [
        [0, 3],
        [3, 4],
      ]),
    ).toEqual([[0, 3, 4], [1], [2]])
  })
})

describe('pack', () => {
  it('puts nothing onto another and fits the aspect', () => {
    const sizes = Array.from({ length: 12 }, (_, at) => ({ width: 100 + at * 10, height: 80 }))
    const { places, width, height } = pack(sizes, 10, 2)
    for (const [at, a] of places.entries()) {
      for (const [other, b] of places.entries()) {
        if (other <= at) continue
        const apart = Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 80
        expect(apart).toBe(true)
      }
    }
    expect(width / height).toBeGreaterThan(1)
    expect(pack([], 10, 2)).toEqual({ places: [], width: 0, height: 0 })
  })
})

describe('arrange', () => {
  it('puts clients left of servers', () => {
    const [client, web, base] = lay(
      [body('client'), body('web'), body('base')],
      [
        [0, 1],
        [1, 2],
      ],
    )
    expect(client?.x).toBeLessThan(web?.x ?? 0)
    expect(web?.x).toBeLessThan(base?.x ?? 0)
  })

  it('is the same for the same input', () => {
    const nodes = Array.from({ length: 20 }, (_, at) => body(`n${at}`))
    const edges = Array.from({ length: 19 }, (_, at): [number, number] => [at + 1, Math.floor(at / 3)])
    expect(lay(nodes, edges)).toEqual(lay(nodes, edges))
  })

  it('leaves room for shapes and labels', () => {
    const nodes = Array.from({ length: 24 }, (_, at) => body(`n${at}`))
    const edges = Array.from({ length: 17 }, (_, at): [number, number] => [at + 1, Math.floor(at / 4)])
    const places = lay(nodes, edges)
    for (const [at, a] of places.entries()) {
      for (const b of places.slice(at + 1)) expect(overlap(a, b)).toBeLessThanOrEqual(1)
    }
  })

  it('does not move who has a place, and puts a newcomer near whom it talks to', () => {
    const held = lay(
      [body('a'), body('b'), body('c')],
      [
        [0, 1],
        [1, 2],
      ],
    )
    const nodes = [...['a', 'b', 'c'].map((id, at) => body(id, held[at])), body('new')]
    const places = lay(nodes, [
      [0, 1],
      [1, 2],
      [3, 2],
    ])
    expect(places.slice(0, 3)).toEqual(held)
    const far = (at: number) =>
      Math.hypot((places[3]?.x ?? 0) - (held[at]?.x ?? 0), (places[3]?.y ?? 0) - (held[at]?.y ?? 0))
    expect(far(2)).toBeLessThan(300)
    for (const place of held) expect(overlap(places[3] ?? place, place)).toBeLessThanOrEqual(1)
  })

  it('gives newcomers without connections free cells', () => {
    const held = lay([body('a'), body('b')], [[0, 1]])
    const nodes = [body('a', held[0]), body('b', held[1]), body('x'), body('y'), body('z')]
    const places = lay(nodes, [[0, 1]])
    for (const [at, a] of places.entries()) {
      for (const b of places.slice(at + 1)) expect(overlap(a, b)).toBeLessThanOrEqual(1)
    }
  })

  it('puts newcomers that talk only to each other beside the map, from left to right', () => {
    const held = lay([body('a'), body('b')], [[0, 1]])
    const nodes = [body('a', held[0]), body('b', held[1]), body('x'), body('y'), body('z')]
    const edges = [
      [0, 1],
      [2, 3],
      [3, 4],
    ] as const
    const places = lay(nodes, edges)
    expect(places.slice(0, 2)).toEqual(held)
    const [, , x, y, z] = places.map((place) => place.x)
    expect(x).toBeLessThan(y ?? 0)
    expect(y).toBeLessThan(z ?? 0)
    for (const [at, a] of places.entries()) {
      for (const b of places.slice(at + 1)) expect(overlap(a, b)).toBeLessThanOrEqual(1)
    }
  })

  it('puts a newcomer into a gap of the map rather than beyond its border', () => {
    const crowd = Array.from({ length: 30 }, (_, at) =>
      body(`n${at}`, { x: (at % 6) * 180, y: Math.floor(at / 6) * 100 }),
    )
    const gapped = crowd.filter(({ id }) => id !== 'n20' && id !== 'n21' && id !== 'n29')
    const places = lay(
      [...gapped, body('new')],
      [[gapped.findIndex(({ id }) => id === 'n19'), gapped.length]],
    )
    const at = places.at(-1) ?? noPlace
    expect(at.x).toBeGreaterThan(180)
    expect(at.x).toBeLessThanOrEqual(900)
    expect(at.y).toBeGreaterThanOrEqual(0)
    expect(at.y).toBeLessThanOrEqual(400)
  })

  it('finds a place for a newcomer where all near its neighbour are taken', () => {
    const crowd = Array.from({ length: 400 }, (_, at) =>
      body(`n${at}`, { x: (at % 20) * 115, y: Math.floor(at / 20) * 91 }),
    )
    const nodes = [...crowd, body('new')]
    const places = lay(nodes, [[400, 210]])
    for (const one of crowd) expect(overlap(places[400] ?? noPlace, one.at ?? noPlace)).toBeLessThanOrEqual(1)
  })

  it('copes with nothing', () => expect(lay([], [])).toEqual([]))
})

describe('a group in which all talk to all', () => {
  it('is no row', () => {
    const nodes = Array.from({ length: 10 }, (_, at) => body(`host-${at}`))
    const edges = nodes.flatMap((_, from) =>
      nodes.flatMap((_, to) => (from === to ? [] : [[from, to] as const])),
    )
    const places = lay(nodes, edges)
    const extent = (values: readonly number[]) => Math.max(...values) - Math.min(...values)
    const width = extent(places.map(({ x }) => x))
    const height = extent(places.map(({ y }) => y))
    expect(height).toBeGreaterThan(width / 4)
    expect(width).toBeGreaterThan(height / 4)
  })
})

describe('a layered layout', () => {
  const request = { ...requestOf(recordedGraph('shop-services')), kind: 'layered' } as const

  it('has strict columns from left to right, and nothing on another', () => {
    const { nodes, edges } = request
    const places = arrange(request, settings.layout, arrangeLayered)
    expect(backwardEdges(places, edges)).toBe(0)
    const columns = new Set(places.map(({ x }) => Math.round(x)))
    expect(columns.size).toBeLessThan(nodes.length / 2)
    for (const [at, a] of places.entries()) {
      for (const b of places.slice(at + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(60)
    }
    const { width, height } = extent(places)
    expect(width / height).toBeGreaterThan(1)
  })

  it('is the default where its library is not loaded', () => {
    expect(arrange(request, settings.layout)).toEqual(arrange({ ...request, kind: 'flow' }, settings.layout))
  })
})

describe('a layout by forces', () => {
  const request = { ...requestOf(recordedGraph('shop')), kind: 'force' } as const

  it('puts those near each other that talk to each other, and nothing onto another', () => {
    const { nodes, edges } = request
    const places = arrange(request, settings.layout)
    const far = (a: number, b: number) =>
      Math.hypot((places[a]?.x ?? 0) - (places[b]?.x ?? 0), (places[a]?.y ?? 0) - (places[b]?.y ?? 0))
    const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
    const all = nodes.flatMap((_, a) => nodes.slice(0, a).map((_, b) => far(a, b)))
    expect(mean(edges.map(([a, b]) => far(a, b)))).toBeLessThan(0.7 * mean(all))
    expect(Math.min(...all)).toBeGreaterThan(60)
  })

  it('does not depend on the order of nodes', () => {
    const last = request.nodes.length - 1
    const turned = {
      ...request,
      nodes: request.nodes.toReversed(),
      edges: request.edges.map(([from, to]) => [last - from, last - to] as const),
    }
    expect(arrange(turned, settings.layout).toReversed()).toEqual(arrange(request, settings.layout))
  })
})
