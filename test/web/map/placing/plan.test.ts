import { describe, expect, it } from 'vitest'
import { createPlaces } from '../../../../web/map/placing/places.ts'
import { planLayout } from '../../../../web/map/placing/plan.ts'
import { settings } from '../../../../web/settings.ts'
import { graph } from '../../support/graph.ts'

const plan = (of: ReturnType<typeof graph>, placed: readonly string[], single: readonly string[] = []) =>
  planLayout(
    {
      graph: of,
      placeOf: (id) => (placed.includes(id) ? { x: placed.indexOf(id) * 200, y: 0 } : undefined),
      single: new Set(single),
      labelWidth: () => 80,
      aspect: 1.6,
    },
    settings,
  )

const newcomers = (of: ReturnType<typeof plan>) =>
  of?.request.nodes.filter((node) => !node.at).map((node) => node.id)

describe('planLayout', () => {
  it('has nothing to do when everything has its place', () => {
    expect(plan(graph('a>b', 'c'), ['a', 'b', 'c'])).toBeUndefined()
  })

  it('lays out all at first', () => {
    expect(plan(graph('a>b', 'c'), [])).toMatchObject({ whole: true })
  })

  it('places only newcomers among those who stay', () => {
    const result = plan(graph('a>b', 'b>c', 'new>c'), ['a', 'b', 'c'])
    expect(result?.whole).toBe(false)
    expect(newcomers(result)).toEqual(['new'])
  })

  it('fetches a single node from the grid when it begins to talk', () => {
    expect(newcomers(plan(graph('a>b', 'c>b'), ['a', 'b', 'c'], ['c']))).toEqual(['c'])
    expect(plan(graph('a>b', 'c'), ['a', 'b', 'c'], ['c'])).toBeUndefined()
  })

  it('lays out all again when most of the map is new', () => {
    expect(plan(graph('a>b', 'c>d', 'e>f'), ['a'])?.whole).toBe(true)
  })
})

describe('places', () => {
  it('put newcomers down at once and move the others there', () => {
    const places = createPlaces()
    places.moveTo(new Map([['a', { x: 0, y: 0 }]]), 0, 100)
    expect(places.now.get('a')).toEqual({ x: 0, y: 0 })
    places.moveTo(new Map([['a', { x: 100, y: 0 }]]), 0, 100)
    expect(places.target('a')).toEqual({ x: 100, y: 0 })
    expect(places.step(50)).toBe(true)
    expect(places.now.get('a')?.x).toBeGreaterThan(0)
    places.step(100)
    expect(places.now.get('a')).toEqual({ x: 100, y: 0 })
    expect(places.step(101)).toBe(false)
  })

  it('stop for the hand', () => {
    const places = createPlaces()
    places.moveTo(new Map([['a', { x: 0, y: 0 }]]), 0, 0)
    places.moveTo(new Map([['a', { x: 100, y: 0 }]]), 0, 100)
    places.put('a', { x: 5, y: 5 })
    places.step(100)
    expect(places.now.get('a')).toEqual({ x: 5, y: 5 })
  })
})
