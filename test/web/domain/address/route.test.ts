import { describe, expect, it } from 'vitest'
import {
  BELOW_MOST,
  changedRoute,
  formatRoute,
  nodeOf,
  parseRoute,
  type Route,
} from '../../../../web/domain/address/route.ts'
import { mapShown } from '../../../../web/domain/address/shown.ts'

describe('route', () => {
  it.each<[string, Route]>([
    [
      '#/',
      {
        view: undefined,
        selected: undefined,
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
      },
    ],
    [
      '#/containers',
      {
        view: 'containers',
        selected: undefined,
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
      },
    ],
    [
      '#/containers/4f3c%3B%3Ccontainer%3E?q=redis+6%2F&stopped=both&system=all',
      {
        view: 'containers',
        selected: { kind: 'node', id: '4f3c;<container>' },
        below: [],
        search: 'redis 6/',
        shown: mapShown,
        options: { stopped: 'both', system: 'all' },
        layout: 'flow',
      },
    ],
    [
      '#/processes/host~1a%3B42',
      {
        view: 'processes',
        selected: { kind: 'node', id: 'host~1a;42' },
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
      },
    ],
    [
      '#/processes/host~1a%3B42/pseudo%3A10.0.0.9?q=x',
      {
        view: 'processes',
        selected: { kind: 'edge', source: 'host~1a;42', target: 'pseudo:10.0.0.9' },
        below: [],
        search: 'x',
        shown: mapShown,
        options: {},
        layout: 'flow',
      },
    ],
    [
      '#/processes/a%3B1/b%3B2?card=containers%2Fc%253B%253Ccontainer%253E&card=hosts%2Fx%252Fy%2Fz',
      {
        view: 'processes',
        selected: { kind: 'edge', source: 'a;1', target: 'b;2' },
        below: [
          { view: 'containers', selected: { kind: 'node', id: 'c;<container>' } },
          { view: 'hosts', selected: { kind: 'edge', source: 'x/y', target: 'z' } },
        ],
        search: '',
        shown: mapShown,
        options: {},
        layout: 'flow',
      },
    ],
    [
      '#/hosts?q=x&group=stack&layout=force',
      {
        view: 'hosts',
        selected: undefined,
        below: [],
        search: 'x',
        options: { group: 'stack' },
        shown: mapShown,
        layout: 'force',
      },
    ],
    [
      '#/containers?networks=show&network=shop_default',
      {
        view: 'containers',
        selected: undefined,
        below: [],
        search: '',
        options: { networks: 'show' },
        shown: mapShown,
        layout: 'flow',
        network: 'shop_default',
      },
    ],
    [
      '#/hosts?hubs=hide',
      {
        view: 'hosts',
        selected: undefined,
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
        hubs: 'hide',
      },
    ],
    [
      '#/containers/b?near=2%2Fcontainers%2Fa%253B%253Ccontainer%253E&at=1_2_3',
      {
        view: 'containers',
        selected: { kind: 'node', id: 'b' },
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
        near: { view: 'containers', id: 'a;<container>', hops: 2 },
        sight: { x: 1, y: 2, zoom: 3 },
      },
    ],
    [
      '#/hosts?layout=layered',
      {
        view: 'hosts',
        selected: undefined,
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'layered',
      },
    ],
    [
      '#/hosts?ring=Memory&at=120_-40_1.25',
      {
        view: 'hosts',
        selected: undefined,
        below: [],
        search: '',
        options: {},
        shown: mapShown,
        layout: 'flow',
        ring: 'Memory',
        sight: { x: 120, y: -40, zoom: 1.25 },
      },
    ],
  ])('%s reads and writes', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
    expect(formatRoute(route)).toBe(hash)
  })

  it('passes over options that no view has', () => {
    expect(parseRoute('#/containers?stopped=both&colour=red&__proto__=x').options).toEqual({
      stopped: 'both',
    })
  })

  it('passes over a layout that it does not know, and leaves out the default', () => {
    expect(parseRoute('#/hosts?layout=spiral').layout).toBe('flow')
    expect(formatRoute(parseRoute('#/hosts?layout=flow'))).toBe('#/hosts')
  })

  it.each(['', '1', '1/hosts', '3/hosts/a', '0/hosts/a', '1/hosts/a/b', '1/%3Cx%3E/a', '1//a'])(
    'passes over a focus that it cannot read: %s',
    (value) => expect(parseRoute(`#/hosts?near=${encodeURIComponent(value)}`).near).toBeUndefined(),
  )

  it('keeps the focus of a view while another one is shown, and leaves it out once it is gone', () => {
    const focused = parseRoute('#/hosts?near=1%2Fhosts%2Fa')
    expect(formatRoute(changedRoute(focused, { view: 'containers' }))).toBe('#/containers?near=1%2Fhosts%2Fa')
    expect(formatRoute(changedRoute(focused, { near: undefined }))).toBe('#/hosts')
  })

  it('says that all edges are drawn, until another view is shown', () => {
    const all = parseRoute('#/hosts?edges=all')
    expect(all.allEdges).toBe(true)
    expect(formatRoute(changedRoute(all, { search: 'x' }))).toBe('#/hosts?q=x&edges=all')
    expect(formatRoute(changedRoute(all, { allEdges: false }))).toBe('#/hosts')
    expect(formatRoute(changedRoute(all, { view: 'containers' }))).toBe('#/containers')
    expect(parseRoute('#/hosts?edges=few').allEdges).toBeUndefined()
  })

  it('passes over cards that it cannot read, all without a card on top, and the lowest of too many', () => {
    expect(parseRoute('#/hosts/a?card=%3Cx%3E%2Fa&card=hosts&card=&card=hosts%2Fb').below).toEqual([
      { view: 'hosts', selected: { kind: 'node', id: 'b' } },
    ])
    expect(parseRoute('#/hosts?card=hosts%2Fb').below).toEqual([])
    const many = parseRoute(
      `#/hosts/a?${Array.from({ length: 30 }, (_, i) => `card=hosts%2F${i}`).join('&')}`,
    )
    expect(many.below).toHaveLength(BELOW_MOST)
    expect(many.below.at(-1)?.selected).toEqual({ kind: 'node', id: '29' })
  })

  it('says the part of the map in sight only of the view and layout that have it', () => {
    const route = parseRoute('#/hosts?at=1_2_3&ring=')
    expect(changedRoute(route, { search: 'x' }).sight).toEqual({ x: 1, y: 2, zoom: 3 })
    expect(changedRoute(route, { view: 'containers' }).sight).toBeUndefined()
    expect(changedRoute(route, { layout: 'force' }).sight).toBeUndefined()
    expect(changedRoute(route, { view: 'containers', sight: { x: 1, y: 1, zoom: 1 } }).sight?.x).toBe(1)
    expect(changedRoute(route, { view: 'containers' }).ring).toBe('')
  })

  it('closes the cards below when something else is selected, unless told which ones there are', () => {
    const route = parseRoute('#/hosts/a?card=hosts%2Fb')
    expect(changedRoute(route, { search: 'x' }).below).toHaveLength(1)
    expect(changedRoute(route, { selected: { kind: 'node', id: 'c' } }).below).toEqual([])
    expect(changedRoute(route, { selected: { kind: 'node', id: 'c' }, below: route.below }).below).toEqual(
      route.below,
    )
    expect(changedRoute(route, { selected: undefined, below: route.below }).below).toEqual([])
  })

  it.each([
    ['', undefined],
    ['#', undefined],
    ['#/%E0%A4%A', undefined],
    ['#/<script>/x', undefined],
    ['#containers', 'containers'],
  ])('passes over what it cannot read: %s', (hash, view) => {
    expect(parseRoute(hash).view).toBe(view)
  })
})

describe('nodeOf', () => {
  it.each([
    ['a node that is selected', { kind: 'node', id: 'a' }, 'a'],
    ['nothing', undefined, undefined],
    ['an edge that is selected', { kind: 'edge', source: 'a', target: 'b' }, undefined],
    ['an edge that is pointed at', { kind: 'edge', id: 'a>b' }, undefined],
  ] as const)('of %s', (_, what, id) => expect(nodeOf(what)).toBe(id))
})
