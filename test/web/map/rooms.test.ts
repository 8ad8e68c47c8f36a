import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../web/domain/graph.ts'
import { createPlaces } from '../../../web/map/places.ts'
import { asideOf, backInto, regrouping, roomFor, spreadOver } from '../../../web/map/regroup.ts'
import { createRooms } from '../../../web/map/rooms.ts'
import { node } from '../support/graph.ts'

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

describe('a room', () => {
  const room = { centre: { x: 10, y: 20 }, radius: 300 }

  it('is free once everything has made way, and all is back when it is given up', () => {
    for (const place of [
      { x: 11, y: 20 },
      { x: -400, y: 90 },
      { x: 10, y: 900 },
    ]) {
      const aside = asideOf(room, place)
      expect(Math.hypot(aside.x - 10, aside.y - 20)).toBeGreaterThanOrEqual(300)
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

  it('has space for its nodes, spread within it', () => {
    const size = { width: 100, height: 80 }
    const forMany = roomFor(room.centre, Array(50).fill(size), 10)
    expect(Math.PI * forMany.radius ** 2).toBeGreaterThan(50 * 110 * 90)
    const places = spreadOver(forMany, 50)
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(50)
    for (const { x, y } of places) expect(Math.hypot(x - 10, y - 20)).toBeLessThanOrEqual(forMany.radius)
    expect(spreadOver(room, 1)).toEqual([room.centre])
  })
})

describe('rooms', () => {
  const setUp = () => {
    const places = createPlaces()
    const start = new Map([
      [shop.id, { x: 0, y: 0 }],
      ['a', { x: 100, y: 0 }],
      ['b', { x: 0, y: -300 }],
    ])
    places.moveTo(start, 0, 0)
    const rooms = createRooms({
      places,
      sizesIn: () => () => ({ r: 20, halfWidth: 50, below: 56 }),
      margin: 10,
    })
    return { places, start, rooms }
  }

  it('let members start where their group was, and the others make way', () => {
    const { places, rooms } = setUp()
    const { moved, homes } = rooms.follow(closed, open, 0, 0)
    expect(moved).toBe(true)
    expect([...homes.keys()]).toEqual(['x', 'y', 'z'])
    expect(homes.get('x')?.centre).toEqual({ x: 0, y: 0 })
    expect(places.target('y')).toEqual({ x: 0, y: 0 })
    expect(places.target('a')?.x).toBeGreaterThan(100)
    expect(places.target('a')?.y).toBeCloseTo(0)
  })

  it('give everything back when the group is closed', () => {
    const { places, start, rooms } = setUp()
    rooms.follow(closed, open, 0, 0)
    rooms.follow(open, closed, 0, 0)
    for (const [id, { x, y }] of start) {
      expect(places.target(id)?.x).toBeCloseTo(x)
      expect(places.target(id)?.y).toBeCloseTo(y)
    }
    expect(places.target('x')).toBeUndefined()
  })

  it('put a group that was open from the start amid its members', () => {
    const { places, rooms } = setUp()
    places.keep(new Set(['a', 'b']))
    places.moveTo(new Map(members.map(({ id }, at) => [id, { x: at * 30, y: 60 }])), 0, 0)
    rooms.follow(open, closed, 0, 0)
    expect(places.target(shop.id)).toEqual({ x: 30, y: 60 })
    expect(places.target('a')).toEqual({ x: 100, y: 0 })
  })
})
