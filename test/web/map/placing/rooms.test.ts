import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { createPins } from '../../../../web/map/placing/pins.ts'
import { createPlaces } from '../../../../web/map/placing/places.ts'
import { asideOf, backInto, foldedBack, regrouping } from '../../../../web/map/placing/regroup.ts'
import { createRooms } from '../../../../web/map/placing/rooms.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const shop = { id: 'group:host=shop', label: 'shop' }
const graphOf = (...nodes: readonly ReturnType<typeof node>[]): Graph => ({
  nodes: new Map(nodes.map((one) => [one.id, one])),
  edges: new Map(),
})
const closed = graphOf(node(shop.id, { group: shop }), node('a'), node('b'))
const members = ['x', 'y', 'z'].map((id) => node(id, { group: shop }))
const open = graphOf(node('a'), node('b'), ...members)

describe('regrouping', () => {
  it('finds what was opened and closed', () => {
    expect([...regrouping(closed, open).opened].map(([id, held]) => [id, held.map((one) => one.id)])).toEqual(
      [[shop.id, ['x', 'y', 'z']]],
    )
    expect(regrouping(closed, open).closed.size).toBe(0)
    expect([...regrouping(open, closed).closed.keys()]).toEqual([shop.id])
  })

  it('is nothing when groups come and go for other reasons', () => {
    for (const [before, after] of [
      [closed, closed],
      [open, open],
      [graphOf(node('a')), open],
      [open, graphOf(node('a'))],
      [closed, graphOf(node('x'), node('y'))],
    ] as const) {
      expect(regrouping(before, after).opened.size + regrouping(before, after).closed.size).toBe(0)
    }
  })
})

describe('a graph with open groups', () => {
  it('is as it is with them closed', () => {
    const between = edge('x', 'a')
    const { graph, open: held } = foldedBack({
      ...open,
      edges: new Map([
        ['1', between],
        ['2', edge('x', 'y')],
      ]),
    })
    expect([...graph.nodes.keys()].sort()).toEqual(['a', 'b', shop.id].sort())
    expect(graph.nodes.get(shop.id)?.label).toBe('shop')
    expect([...graph.edges.values()].map(({ source, target }) => [source, target])).toEqual([
      [shop.id, 'a'],
      [shop.id, shop.id],
    ])
    expect([...held].map(([id, nodes]) => [id, nodes.length])).toEqual([[shop.id, 3]])
    expect(foldedBack(closed)).toEqual({ graph: closed, open: new Map() })
  })
})

describe('a room', () => {
  const room = { centre: { x: 10, y: 20 }, halfWidth: 300, halfHeight: 200 }
  const depth = ({ x, y }: { x: number; y: number }) =>
    Math.hypot(((x - 10) / 300) ** 2, ((y - 20) / 200) ** 2) ** 0.5

  it('is free once everything has made way, and all is back when it is given up', () => {
    for (const place of [
      { x: 11, y: 20 },
      { x: -400, y: 90 },
      { x: 10, y: 900 },
    ]) {
      const aside = asideOf(room, place)
      expect(depth(aside)).toBeGreaterThanOrEqual(1)
      const back = backInto(room, aside)
      expect(back.x).toBeCloseTo(place.x)
      expect(back.y).toBeCloseTo(place.y)
    }
    expect(asideOf(room, room.centre)).toEqual(room.centre)
  })

  it('keeps the order of what is near and far', () => {
    const distance = (x: number) => asideOf(room, { x, y: 20 }).x
    expect(distance(50)).toBeLessThan(distance(60))
    expect(distance(2000) - 2000).toBeLessThan(distance(100) - 100)
  })
})

describe('rooms', () => {
  const size = { r: 20, halfWidth: 50, below: 56 }
  const sizes = new Map(['a', 'b', 'x', 'y', 'z'].map((id) => [id, size]))
  const layout = new Map(members.map(({ id }, at) => [id, { x: at * 120, y: 0 }]))
  const start = new Map([
    [shop.id, { x: 0, y: 0 }],
    ['a', { x: 100, y: 0 }],
    ['b', { x: 0, y: -300 }],
    ['unseen', { x: 0, y: 10 }],
  ])
  const setUp = () => {
    const places = createPlaces()
    places.moveTo(start, 0, 0)
    const pins = createPins(places, new Map())
    return { places, pins, rooms: createRooms(places, pins, settings.layout) }
  }
  const held = regrouping(open, closed).closed

  it('put members around the place of their group, and move the others aside', () => {
    const { places, rooms } = setUp()
    rooms.make(shop.id, layout, sizes, 0, 0)
    expect(places.target('x')?.x).toBeCloseTo(-120)
    expect(places.target('z')?.x).toBeCloseTo(120)
    expect(places.target('a')?.x).toBeGreaterThan(220)
    expect(places.target('b')?.y).toBeLessThan(-300)
    expect(places.target('unseen')?.y).toBeGreaterThan(50)
  })

  it('move gently: members from where their group was', () => {
    const { places, rooms } = setUp()
    for (const { id } of members) places.put(id, { x: 0, y: 0 })
    rooms.make(shop.id, layout, sizes, 0, 100)
    expect(places.now.get('z')).toEqual({ x: 0, y: 0 })
    places.step(101)
    expect(places.now.get('z')?.x).toBeCloseTo(120)
  })

  it('give everything back when the group is closed', () => {
    const { places, rooms } = setUp()
    rooms.make(shop.id, layout, sizes, 0, 0)
    expect(rooms.giveUp(held, 0, 0)).toBe(true)
    for (const [id, place] of start) expect(places.target(id)).toEqual(place)
    expect(places.target('x')).toBeUndefined()
  })

  it('leave pinned nodes where they are, also among members, which are put beside them', () => {
    const { places, pins, rooms } = setUp()
    const at = { x: 30, y: 5 }
    pins.pin('a', at)
    rooms.make(shop.id, layout, sizes, 0, 0)
    expect(places.target('a')).toEqual(at)
    for (const { id } of members) {
      const { x = Number.NaN, y = Number.NaN } = places.target(id) ?? {}
      expect(Math.abs(x - at.x) > 2 * size.halfWidth || Math.abs(y - at.y) > size.r + size.below).toBe(true)
    }
    rooms.giveUp(held, 0, 0)
    expect(places.target('a')).toEqual(at)
    expect(places.target('b')).toEqual(start.get('b'))
    expect(pins.unpin('a')?.x).toBeCloseTo(start.get('a')?.x ?? Number.NaN)
  })

  it('leave alone what was put elsewhere by hand, but for the way back', () => {
    const { places, rooms } = setUp()
    rooms.make(shop.id, layout, sizes, 0, 0)
    places.put('b', { x: 2000, y: 0 })
    rooms.giveUp(held, 0, 0)
    expect(places.target('a')).toEqual(start.get('a'))
    expect(places.target('b')?.x).toBeGreaterThan(1950)
  })

  it('put a group that was open from the start amid its members', () => {
    const { places, rooms } = setUp()
    places.keep(new Set(['a', 'b']))
    places.moveTo(new Map(members.map(({ id }, at) => [id, { x: at * 30, y: 60 }])), 0, 0)
    rooms.giveUp(held, 0, 0)
    expect(places.target(shop.id)).toEqual({ x: 30, y: 60 })
    expect(places.target('a')).toEqual({ x: 100, y: 0 })
    expect(rooms.giveUp(new Map(), 0, 0)).toBe(false)
  })
})
