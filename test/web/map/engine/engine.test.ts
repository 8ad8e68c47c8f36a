import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { notThinned } from '../../../../web/domain/dense/lighter.ts'
import { emptyGraph, type Graph } from '../../../../web/domain/graph/graph.ts'
import { noPresence, type Presence } from '../../../../web/domain/node/presence.ts'
import type { Point } from '../../../../web/domain/plot/geometry.ts'
import { toScreen } from '../../../../web/draw/camera.ts'
import type { Tokens } from '../../../../web/draw/tokens.ts'
import { arrange } from '../../../../web/layout/arrange.ts'
import { createEngine } from '../../../../web/map/engine/engine.ts'
import { pictureOf } from '../../../../web/map/engine/frame/picture.ts'
import { createLayers } from '../../../../web/map/layers.ts'
import type { KeptPlaces } from '../../../../web/map/placing/placer.ts'
import { createContentSender, type MapContent } from '../../../../web/map/renderer/content-sender.ts'
import type { MapCommand, MapNews, Rest } from '../../../../web/map/renderer/protocol.ts'
import { settings } from '../../../../web/settings.ts'
import { type FakeCanvas, fakeCanvas, fakePath } from '../../support/canvas.ts'
import { edge, graph, node } from '../../support/graph.ts'

const tokens: Tokens = {
  ...{ bg: '#111', surface: '', line: '', text: '', text2: '', accent: '', ok: '', warn: '', fail: '' },
  ...{ traffic: '', edge: '', groups: [], font: 'sans-serif', dim: 0.15 },
}
const frameMs = 1000 / 60
const middle = { x: 500, y: 350 }

const setUp = (
  shown: Graph = graph('web>api', 'api>db', 'web>cache'),
  remembered: readonly KeptPlaces[] = [],
  reducedMotion = false,
) => {
  const news: MapNews[] = []
  const screen = fakeCanvas()
  const pictures: FakeCanvas[] = []
  let lateMs = 0
  /** From now on, the pictures take long to draw. */
  const slowDown = () => {
    for (const { ctx, called } of pictures)
      ctx.fill = () => {
        called.push('fill')
        lateMs += 20
      }
  }
  const newCanvas = () => {
    const picture = fakeCanvas()
    pictures.push(picture)
    return picture.canvas
  }
  const engine = createEngine(
    {
      layers: createLayers(screen.canvas, newCanvas),
      newScratch: () => fakeCanvas().ctx,
      layout: {
        arrange(request, done) {
          const points = arrange({ ...request, job: 1 }, settings.layout)
          done(new Map(request.nodes.map(({ id }, at) => [id, points[at] ?? { x: 0, y: 0 }])))
        },
        stop: () => undefined,
      },
      loadMarks: () => new Promise(() => undefined),
      withPictures: (use) => use(pictureOf),
      clock: { now: () => performance.now() + lateMs },
      style: { tokens, reducedMotion },
      settings,
    },
    (one) => news.push(one),
  )
  const tell = (command: MapCommand) => engine.tell(command)
  const sender = createContentSender(settings)
  const show = (
    next: Graph,
    view = 'containers',
    presence: Presence = noPresence,
    thinned: MapContent['thinned'] = notThinned,
  ) =>
    tell({
      kind: 'show',
      change: sender.next({ view, graph: next, presence, thinned, ring: undefined, live: true }),
    })
  const settle = () => vi.advanceTimersByTime(2000)
  const told = <K extends MapNews['kind']>(kind: K) =>
    news.filter((one): one is Extract<MapNews, { kind: K }> => one.kind === kind)
  const rest = (): Rest =>
    told('rest').at(-1)?.rest ?? {
      ...{ view: '', sight: undefined, listed: new Map(), pinned: new Set() },
      camera: { zoom: 0, x: 0, y: 0 },
    }
  const placeOf = (id: string): Point => {
    const { camera, listed } = rest()
    return toScreen(camera, listed.get(id) ?? { x: Number.NaN, y: Number.NaN })
  }
  tell({ kind: 'size', size: { width: 1000, height: 700, ratio: 1 }, covered: settings.camera.padding })
  tell({ kind: 'remember', kept: remembered })
  show(shown)
  settle()
  return { screen, pictures, slowDown, tell, show, settle, told, news, rest, placeOf }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  vi.stubGlobal('Path2D', fakePath)
  vi.stubGlobal('requestAnimationFrame', (draw: (ms: number) => void) =>
    setTimeout(() => draw(performance.now()), frameMs),
  )
  vi.stubGlobal('cancelAnimationFrame', (frame: ReturnType<typeof setTimeout>) => clearTimeout(frame))
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const empty: Point = { x: 990, y: 690 }

it('a canvas that has another size has the colour of the background until the map is drawn on it', () => {
  const { screen, tell } = setUp()
  screen.called.length = 0
  tell({ kind: 'size', size: { width: 900, height: 700, ratio: 1 }, covered: settings.camera.padding })
  expect(screen.called).toEqual(['setTransform', 'fillRect'])
  expect(screen.ctx.fillStyle).toBe(tokens.bg)
})

describe('the part of the map in sight', () => {
  it('is told when somebody has moved there, and not while all is shown', () => {
    const { tell, settle, rest } = setUp()
    expect(rest().sight).toBeUndefined()
    tell({ kind: 'pan', dx: 200, dy: 0 })
    settle()
    const { sight, camera, view } = rest()
    expect(view).toBe('containers')
    expect(sight?.zoom).toBe(camera.zoom)
    tell({ kind: 'fit' })
    settle()
    expect(rest().sight).toBeUndefined()
  })

  it('is the one that the address says, at once when the view is laid out and while it is shown', () => {
    const { tell, show, settle, rest } = setUp()
    const sight = { x: 40, y: -20, zoom: 2 }
    tell({ kind: 'look-at', view: 'hosts', sight })
    const before = rest().camera
    settle()
    expect(rest().camera).toEqual(before)
    show(graph('a>b', 'b>c'), 'hosts')
    settle()
    expect(rest()).toMatchObject({ view: 'hosts', sight, camera: { zoom: 2 } })
    show(graph('a>b', 'b>c', 'c>d'), 'hosts')
    settle()
    expect(rest().sight).toEqual(sight)
    tell({ kind: 'look-at', view: 'hosts', sight: { x: 0, y: 0, zoom: 1 } })
    settle()
    expect(rest()).toMatchObject({ sight: { x: 0, y: 0, zoom: 1 } })
    tell({ kind: 'look-at', view: 'hosts', sight: undefined })
    settle()
    expect(rest().sight).toBeUndefined()
  })
})

describe('a page that is loaded again', () => {
  it('has nodes where they were, and new ones beside them', () => {
    const before = setUp()
    const { kept } = before.told('places').at(-1) ?? { kept: undefined }
    expect(kept?.places).toEqual(before.rest().listed)
    const moved = new Map([...(kept?.places ?? [])].map(([id, { x, y }]) => [id, { x: x + 7, y: -y }]))
    const more = graph('web>api', 'api>db', 'web>cache', 'web>new')
    const after = setUp(more, kept && [{ ...kept, places: moved }])
    const { listed } = after.rest()
    expect([...moved].map(([id]) => listed.get(id))).toEqual([...moved.values()])
    expect(listed.get('new')?.x).toBeGreaterThan(listed.get('web')?.x ?? Number.NaN)
  })

  it('knows of each layout where its nodes were', () => {
    const before = setUp()
    const flow = before.told('places').at(-1)?.kept
    before.tell({ kind: 'layout', layout: 'force' })
    before.settle()
    const force = before.told('places').at(-1)?.kept
    expect(force?.kind).toBe('force')
    const after = setUp(undefined, flow && force ? [flow, force] : [])
    expect(after.rest().listed).toEqual(flow?.places)
    after.tell({ kind: 'layout', layout: 'force' })
    after.settle()
    expect(after.rest().listed).toEqual(force?.places)
  })

  it('knows where a node was dragged', () => {
    const { tell, settle, told, placeOf } = setUp()
    const at = placeOf('db')
    tell({ kind: 'grab', at, afterMenu: false })
    tell({ kind: 'drag', at: { x: at.x + 60, y: at.y } })
    tell({ kind: 'release' })
    settle()
    const [first, ...later] = told('places')
    expect(later.at(-1)?.kept.pinned.get('db')?.x).toBeGreaterThan(
      first?.kept.places.get('db')?.x ?? Number.NaN,
    )
  })
})

describe('another layout', () => {
  it('puts nodes elsewhere, and back where they were in the first', () => {
    const { tell, settle, told, rest } = setUp()
    const flow = rest().listed
    tell({ kind: 'layout', layout: 'force' })
    settle()
    const force = rest().listed
    expect([...force.keys()].sort()).toEqual([...flow.keys()].sort())
    expect(force.get('db')).not.toEqual(flow.get('db'))
    tell({ kind: 'layout', layout: 'flow' })
    settle()
    expect(rest().listed).toEqual(flow)
    expect(told('settled').map(({ isSettled }) => isSettled)).toEqual([false, true, false, true, false, true])
  })

  it('is nothing new when it is the one that is shown', () => {
    const { tell, settle, told } = setUp()
    tell({ kind: 'layout', layout: 'flow' })
    settle()
    expect(told('settled')).toHaveLength(2)
  })
})

describe('a view', () => {
  it('is told to be settled once it is drawn, after its places', () => {
    const { news, rest } = setUp()
    const kinds = news.map(({ kind }) => kind)
    expect(kinds.indexOf('rest')).toBeLessThan(kinds.lastIndexOf('settled'))
    expect(news.filter(({ kind }) => kind === 'settled')).toEqual([
      { kind: 'settled', isSettled: false },
      { kind: 'settled', isSettled: true },
    ])
    expect([...rest().listed.keys()].sort()).toEqual(['api', 'cache', 'db', 'web'])
  })

  it('is left for another, whose nodes alone are listed', () => {
    const { show, settle, rest, told } = setUp()
    show(graph('host-1>host-2'), 'hosts')
    settle()
    expect([...rest().listed.keys()].sort()).toEqual(['host-1', 'host-2'])
    expect(told('settled').map(({ isSettled }) => isSettled)).toEqual([false, true, false, true])
  })
})

describe('the camera', () => {
  const moves: Readonly<Record<string, MapCommand>> = {
    pan: { kind: 'pan', dx: 60, dy: -40 },
    zoom: { kind: 'zoom', at: middle, factor: 1.5 },
    'step of zoom': { kind: 'step-zoom', factor: 1.3 },
  }
  for (const [name, command] of Object.entries(moves))
    it(`stays where a ${name} has put it, while frames come`, () => {
      const { tell, show, settle, rest } = setUp()
      const before = rest().camera
      tell(command)
      settle()
      const moved = rest().camera
      expect(moved).not.toEqual(before)
      show(graph('web>api', 'api>db', 'web>cache', 'new>api'))
      settle()
      expect(rest().listed.has('new')).toBe(true)
      expect(rest().camera).toEqual(moved)
    })

  it('is told when it has rested for a moment, not with each step of a drag', () => {
    const { tell, settle, told, rest } = setUp()
    const before = told('rest').length
    const { camera } = rest()
    tell({ kind: 'grab', at: empty, afterMenu: false })
    for (let step = 1; step <= 20; step++) {
      tell({ kind: 'drag', at: { x: empty.x - 5 * step, y: empty.y } })
      vi.advanceTimersByTime(frameMs)
    }
    expect(told('rest')).toHaveLength(before)
    tell({ kind: 'release' })
    settle()
    expect(told('rest')).toHaveLength(before + 1)
    expect(rest().camera).toEqual({ ...camera, x: camera.x - 100 })
  })

  it('leaves room for the options, and makes more when these take more, until somebody moves it', () => {
    const servers = Array.from({ length: 30 }, (_, i) => `web>db${i}`)
    const { tell, settle, rest, placeOf } = setUp(graph(...servers))
    const lowest = () => Math.max(...[...rest().listed.keys()].map((id) => placeOf(id).y))
    expect(lowest()).toBeGreaterThan(500)
    tell({ kind: 'options', top: 250 })
    settle()
    expect(lowest()).toBeGreaterThan(350)
    expect(lowest()).toBeLessThan(450)
    tell({ kind: 'options', top: 40 })
    settle()
    expect(lowest()).toBeLessThan(450)
    tell({ kind: 'pan', dx: 10, dy: 0 })
    settle()
    const { camera } = rest()
    tell({ kind: 'options', top: 300 })
    settle()
    expect(rest().camera).toEqual(camera)
  })

  it('has no node under the buttons in the corner of a phone, neither at first nor when more come', () => {
    const servers = Array.from({ length: 12 }, (_, i) => `web>db${i}`)
    const { tell, show, settle, rest, placeOf } = setUp(graph(...servers))
    const size = { width: 390, height: 844, ratio: 3 }
    const corner = { width: 62, height: 352 }
    const isUnder = () =>
      [...rest().listed.keys()].filter((id) => {
        const { x, y } = placeOf(id)
        const reach = settings.node.radiusMin * rest().camera.zoom
        return x + reach > size.width - corner.width && y + reach > size.height - corner.height
      })
    const covered = { top: 162, left: 28, right: 28, bottom: 96 }
    tell({ kind: 'size', size, covered })
    settle()
    expect(isUnder()).not.toEqual([])
    tell({ kind: 'size', size: { ...size, ratio: 2 }, covered: { ...covered, corner } })
    settle()
    expect(isUnder()).toEqual([])
    for (let more = 12; more < 20; more++) {
      servers.push(`web>db${more}`)
      show(graph(...servers))
      settle()
      expect(isUnder(), `${more} servers`).toEqual([])
    }
  })

  it.each([
    ['a card at the right', { right: 484 }],
    ['a card at the bottom of a phone', { bottom: 480 }],
  ])('stays as it is when more come while %s is open', (_, card) => {
    const servers = Array.from({ length: 12 }, (_, i) => `web>db${i}`)
    const { tell, show, settle, rest } = setUp(graph(...servers))
    const size = { width: 1280, height: 800, ratio: 1 }
    const covered = { ...settings.camera.padding, corner: { width: 40, height: 200 } }
    tell({ kind: 'size', size, covered })
    settle()
    tell({ kind: 'size', size, covered: { ...covered, ...card } })
    const { camera } = rest()
    // One that takes the place of another, so that none is out of sight.
    show(graph(...servers.slice(1), 'web>other'))
    settle()
    expect(rest().camera).toEqual(camera)
  })

  it('follows the size of the map until somebody moves it', () => {
    const { tell, settle, rest } = setUp()
    tell({ kind: 'size', size: { width: 400, height: 300, ratio: 2 }, covered: settings.camera.padding })
    settle()
    const fitted = rest().camera
    tell({ kind: 'pan', dx: 10, dy: 0 })
    tell({ kind: 'size', size: { width: 1000, height: 700, ratio: 1 }, covered: settings.camera.padding })
    settle()
    expect(rest().camera).toEqual({ ...fitted, x: fitted.x + 10 })
  })

  it('shows the map beside the card when a phone is turned, not beside where the card was', () => {
    const { tell, settle, rest, placeOf } = setUp()
    const turn = (width: number, height: number) => {
      const covered = { ...settings.camera.padding, left: 8, right: 8, bottom: Math.round(height * 0.6) }
      tell({ kind: 'size', size: { width, height, ratio: 2 }, covered })
      settle()
      for (const id of rest().listed.keys()) expect(placeOf(id).y, id).toBeLessThan(height * 0.4)
      return rest().camera
    }
    const turned = turn(740, 400)
    const upright = turn(400, 844)
    expect(upright.zoom).toBeGreaterThan(turned.zoom)
    expect(turn(740, 400)).toEqual(turned)
    expect(turn(400, 844)).toEqual(upright)
  })
})

describe('an edge that is drawn only while it is looked at', () => {
  const shown = graph('web>api', 'api>db', 'web>cache')
  const all = [...shown.edges.keys()]
  const thinned = { lighter: new Set(['web>cache']), placing: new Set(all) }

  it('is pointed at from its node, or when that is selected, and not else', () => {
    const { tell, told, show, settle, placeOf } = setUp()
    const hovered = (at: Point | undefined) => {
      tell({ kind: 'hover', at })
      return told('hover').at(-1)?.hover?.kind
    }
    const [web, cache] = [placeOf('web'), placeOf('cache')]
    // The edge bends to one side of the middle between its ends.
    const at = [-12, -8, -4, 0, 4, 8, 12]
      .flatMap((aside) => [
        { x: (web.x + cache.x) / 2, y: (web.y + cache.y) / 2 + aside },
        { x: (web.x + cache.x) / 2 + aside, y: (web.y + cache.y) / 2 },
      ])
      .find((place) => hovered(place) === 'edge')
    expect(at).toBeDefined()
    show(shown, 'containers', noPresence, thinned)
    settle()
    hovered(undefined)
    expect(hovered(at)).toBeUndefined()
    hovered(web)
    expect([hovered(at), hovered(at)]).toEqual(['edge', 'edge'])
    hovered(undefined)
    expect(hovered(at)).toBeUndefined()
    tell({ kind: 'select', selection: { kind: 'node', id: 'cache' } })
    expect(hovered(at)).toBe('edge')
  })

  it('changes no place when it becomes one, and places a new node only when that has no other', () => {
    const { show, settle, rest, told } = setUp()
    const before = rest().listed
    show(shown, 'containers', noPresence, thinned)
    settle()
    expect(rest().listed).toEqual(before)
    const more = graph('web>api', 'api>db', 'web>cache', 'web>new')
    const alone = { lighter: new Set(['web>cache', 'web>new']), placing: new Set(all) }
    show(more, 'containers', noPresence, alone)
    settle()
    expect([...(told('places').at(-1)?.kept.single ?? [])]).toEqual(['new'])
    show(more, 'containers', noPresence, { ...alone, placing: new Set([...all, 'web>new']) })
    settle()
    expect([...(told('places').at(-1)?.kept.single ?? [])]).toEqual([])
  })
})

describe('a node', () => {
  it('is dragged by its place, and stays there when others come', () => {
    const { tell, show, settle, placeOf } = setUp()
    const from = placeOf('web')
    tell({ kind: 'grab', at: { x: from.x + 3, y: from.y }, afterMenu: false })
    tell({ kind: 'drag', at: { x: from.x + 103, y: from.y - 50 } })
    tell({ kind: 'release' })
    settle()
    const there = placeOf('web')
    expect(there.x).toBeCloseTo(from.x + 100)
    expect(there.y).toBeCloseTo(from.y - 50)
    tell({ kind: 'pan', dx: 0, dy: 0 })
    show(graph('web>api', 'api>db', 'web>cache', 'new>db'))
    settle()
    expect(placeOf('web')).toEqual(there)
  })

  it('is hovered, which each question is told, and let go of', () => {
    const { tell, told, placeOf } = setUp()
    tell({ kind: 'hover', at: placeOf('api') })
    tell({ kind: 'hover', at: undefined })
    expect(told('hover').slice(-2)).toEqual([
      { kind: 'hover', hover: { kind: 'node', id: 'api' }, asked: true },
      { kind: 'hover', hover: undefined, asked: true },
    ])
  })

  it('is selected by a click, as is an edge, and nothing where nothing is', () => {
    const { tell, told, placeOf } = setUp()
    const [web, api] = [placeOf('web'), placeOf('api')]
    const click = (at: Point) => tell({ kind: 'click', at, again: false, afterMenu: false })
    click(web)
    click(empty)
    // The edge bends to one side of the middle between its ends.
    for (let aside = -12; aside <= 12; aside += 4)
      click({ x: (web.x + api.x) / 2, y: (web.y + api.y) / 2 + aside })
    expect(told('select')[0]?.selection).toEqual({ kind: 'node', id: 'web' })
    expect(told('select')[1]?.selection).toBeUndefined()
    expect(told('select').map(({ selection }) => selection)).toContainEqual({
      kind: 'edge',
      source: 'web',
      target: 'api',
    })
  })

  it('has a menu, after which the press that asked for it neither clicks nor drags', () => {
    const { tell, told, settle, placeOf, rest } = setUp()
    const at = placeOf('db')
    tell({ kind: 'menu', at })
    expect(told('menu')).toEqual([{ kind: 'menu', id: 'db', at }])
    tell({ kind: 'grab', at, afterMenu: true })
    tell({ kind: 'drag', at: empty })
    tell({ kind: 'release' })
    tell({ kind: 'click', at, again: false, afterMenu: true })
    settle()
    expect(told('select')).toEqual([])
    expect(placeOf('db')).toEqual(at)
    // Where no menu was, the same press clicks.
    tell({ kind: 'menu', at: empty })
    tell({ kind: 'click', at: empty, again: false, afterMenu: true })
    expect(told('select')).toHaveLength(1)
    expect(rest().listed.size).toBe(4)
  })

  it('is gone to by keys, in their order, and opened, or its menu is', () => {
    const { tell, told, placeOf } = setUp()
    tell({ kind: 'menu-of', id: undefined })
    tell({ kind: 'open' })
    expect([...told('menu'), ...told('open')]).toEqual([])
    tell({ kind: 'hover', at: placeOf('web') })
    tell({ kind: 'point', direction: 'right' })
    const next = told('hover').at(-1)?.hover
    if (next?.kind !== 'node') throw new Error('the key went to no node')
    expect(next.id).not.toBe('web')
    tell({ kind: 'open' })
    tell({ kind: 'menu-of', id: undefined })
    tell({ kind: 'menu-of', id: 'cache' })
    expect(told('open')).toEqual([{ kind: 'open', id: next.id }])
    expect(told('menu').map(({ id }) => id)).toEqual([next.id, 'cache'])
  })

  it('of an open group closes it by a double click between the nodes, or by a key', () => {
    const group = { id: 'g', label: 'shop' }
    const members = ['a', 'b', 'c'].map((id) => node(id, { group }))
    const { tell, told, placeOf, settle } = setUp({
      nodes: new Map([...members, node('far')].map((one) => [one.id, one])),
      edges: new Map([edge('a', 'far')].map((one) => [one.id, one])),
    })
    const beside = placeOf('b')
    const at = { x: beside.x, y: beside.y - settings.node.radiusMax - 12 }
    tell({ kind: 'click', at, again: false, afterMenu: false })
    expect(told('close-group')).toEqual([])
    tell({ kind: 'click', at, again: true, afterMenu: false })
    expect(told('close-group')).toEqual([{ kind: 'close-group', id: 'g' }])
    tell({ kind: 'click', at: empty, again: true, afterMenu: false })
    expect(told('close-group')).toHaveLength(1)
    tell({ kind: 'select', selection: { kind: 'node', id: 'far' } })
    tell({ kind: 'toggle-group' })
    tell({ kind: 'select', selection: { kind: 'node', id: 'c' } })
    tell({ kind: 'toggle-group' })
    settle()
    expect(told('close-group')).toHaveLength(2)
  })

  it('that is a group opens by a key', () => {
    const { tell, told } = setUp({
      nodes: new Map([['g', node('g', { group: { id: 'g', label: 'shop' } })]]),
      edges: new Map(),
    })
    tell({ kind: 'select', selection: { kind: 'node', id: 'g' } })
    tell({ kind: 'toggle-group' })
    expect(told('open-group')).toEqual([{ kind: 'open-group', id: 'g' }])
  })

  it('that is a group opens by a double click on where the first click hit it', () => {
    const group = { id: 'group:compose=shop', label: 'shop' }
    const { tell, told, placeOf } = setUp({
      nodes: new Map([group.id, 'web'].map((id) => [id, node(id, id === group.id ? { group } : {})])),
      edges: new Map([['e', edge(group.id, 'web')]]),
    })
    const at = placeOf(group.id)
    tell({ kind: 'click', at, again: false, afterMenu: false })
    tell({ kind: 'click', at: empty, again: true, afterMenu: false })
    expect(told('open-group')).toEqual([{ kind: 'open-group', id: group.id }])
  })
})

describe('what is pointed at', () => {
  const withoutDb = graph('web>api', 'web>cache')
  const loseDb = ({ show, settle }: ReturnType<typeof setUp>) => {
    const goneNodes = new Map([['db', { node: node('db'), atMs: performance.now() }]])
    show(withoutDb, 'containers', { ...noPresence, goneNodes })
    settle()
  }
  /** Whether anything is drawn fainter than the rest. */
  const isDimmed = ({ tell, told }: ReturnType<typeof setUp>) => {
    tell({ kind: 'picture', picture: { number: 1, whole: false, title: '', style: undefined } })
    return /opacity="0\.02/.test(told('picture').at(-1)?.svg ?? '')
  }

  it('is what is under the pointer when a node has gone there, and keys mean the selected one again', () => {
    const map = setUp()
    const at = map.placeOf('db')
    map.tell({ kind: 'select', selection: { kind: 'node', id: 'web' } })
    map.tell({ kind: 'hover', at })
    // So that the map is not fitted to those that are left.
    map.tell({ kind: 'pan', dx: 0, dy: 0 })
    loseDb(map)
    expect(map.told('hover').at(-1)).toEqual({
      kind: 'hover',
      hover: { kind: 'ghost', id: 'db', at },
      asked: false,
    })
    map.tell({ kind: 'open' })
    map.tell({ kind: 'menu-of', id: undefined })
    expect([...map.told('open'), ...map.told('menu')].map(({ id }) => id)).toEqual(['web', 'web'])
  })

  it('is nothing when the node that the keys went to has gone, wherever the pointer rests', () => {
    const map = setUp()
    map.tell({ kind: 'hover', at: map.placeOf('api') })
    map.tell({ kind: 'point', direction: 'right' })
    expect(map.told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'db' })
    loseDb(map)
    expect(map.told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
  })

  it('is nothing when an edge has gone there', () => {
    const map = setUp()
    const [api, db] = [map.placeOf('api'), map.placeOf('db')]
    for (let aside = -12; aside <= 12; aside += 4) {
      map.tell({ kind: 'hover', at: { x: (api.x + db.x) / 2, y: (api.y + db.y) / 2 + aside } })
      if (map.told('hover').at(-1)?.hover?.kind === 'edge') break
    }
    expect(map.told('hover').at(-1)?.hover).toMatchObject({ kind: 'edge', id: 'api>db' })
    loseDb(map)
    expect(map.told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
  })

  it('is nothing when the map has moved away under the pointer, and comes back with the pointer alone', () => {
    const map = setUp()
    const at = map.placeOf('db')
    map.tell({ kind: 'hover', at })
    for (const move of [
      () => map.tell({ kind: 'pan', dx: 200, dy: 0 }),
      () => map.tell({ kind: 'step-zoom', factor: 3 }),
      () => map.tell({ kind: 'fit' }),
    ]) {
      const before = map.placeOf('db')
      map.tell({ kind: 'hover', at: before })
      expect(map.told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'db' })
      move()
      map.settle()
      expect(Math.hypot(map.placeOf('db').x - before.x, map.placeOf('db').y - before.y)).toBeGreaterThan(60)
      expect(map.told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
    }
  })

  it('is no other node that comes under a pointer that rests', () => {
    const map = setUp()
    const [at, other] = [map.placeOf('db'), map.placeOf('api')]
    map.tell({ kind: 'hover', at })
    map.tell({ kind: 'pan', dx: at.x - other.x, dy: at.y - other.y })
    map.settle()
    expect(map.told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
    map.tell({ kind: 'hover', at })
    expect(map.told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'api' })
  })

  it('stays while the map moves and it is still under the pointer, or dragged by it, or was gone to by keys', () => {
    const map = setUp()
    const at = map.placeOf('db')
    map.tell({ kind: 'hover', at })
    map.tell({ kind: 'zoom', at, factor: 1.5 })
    map.settle()
    expect(map.told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'db' })
    map.tell({ kind: 'grab', at, afterMenu: false })
    map.tell({ kind: 'drag', at: { x: at.x - 150, y: at.y + 90 } })
    map.tell({ kind: 'release' })
    map.settle()
    expect(map.told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'db' })
    map.tell({ kind: 'point', direction: 'left' })
    const byKeys = map.told('hover').at(-1)?.hover
    expect(byKeys?.kind).toBe('node')
    map.tell({ kind: 'pan', dx: 300, dy: 0 })
    map.settle()
    expect(map.told('hover').at(-1)?.hover).toEqual(byKeys)
  })

  it('tells where it is on screen, also if it is not listed, and at each step while the map moves', () => {
    const shown = graph(...Array.from({ length: 180 }, (_, at) => `web>api-${at}`), 'idle')
    const map = setUp(shown)
    const { x, y } = map.told('places').at(-1)?.kept.places.get('idle') ?? empty
    const rightEdge = ({ zoom, x: left, y: top } = map.rest().camera) => ({
      x: (x + settings.node.radiusMin) * zoom + left,
      y: y * zoom + top,
    })
    const at = toScreen(map.rest().camera, { x, y })
    expect(map.rest().listed.has('idle')).toBe(false)
    map.tell({ kind: 'hover', at })
    expect(map.told('hover').at(-1)?.hover).toMatchObject({ kind: 'node', id: 'idle' })
    const last = () => map.told('hover-place').at(-1)
    const isAtEdge = () => {
      expect(last()?.id).toBe('idle')
      expect(last()?.at.x).toBeCloseTo(rightEdge().x)
      expect(last()?.at.y).toBeCloseTo(rightEdge().y)
    }
    isAtEdge()

    const before = { ...map.rest().camera }
    map.tell({ kind: 'zoom', at, factor: 2 })
    vi.advanceTimersByTime(2 * frameMs)
    expect(map.rest().camera).toEqual(before)
    expect(last()?.at.x).toBeCloseTo(at.x + settings.node.radiusMin * before.zoom * 2)
    expect(last()?.at.y).toBeCloseTo(at.y)
    map.settle()
    isAtEdge()

    const told = map.told('hover-place').length
    map.tell({ kind: 'hover', at: { x: at.x + 1, y: at.y } })
    map.settle()
    expect(map.told('hover-place')).toHaveLength(told)
  })

  it('is left by a key, and nothing is dimmed any more', () => {
    const map = setUp()
    map.tell({ kind: 'point', direction: 'right' })
    map.settle()
    expect(isDimmed(map)).toBe(true)
    map.tell({ kind: 'leave' })
    map.settle()
    expect(map.told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
    expect(isDimmed(map)).toBe(false)
  })
})

describe('a node that is gone', () => {
  const loseDb = (reducedMotion = false) => {
    const map = setUp(undefined, [], reducedMotion)
    const at = map.placeOf('db')
    const left = graph('web>api', 'web>cache')
    const atMs = performance.now()
    const goneNodes = new Map([['db', { node: node('db'), atMs }]])
    const goneEdges = new Map([['api>db', { edge: edge('api', 'db'), atMs }]])
    map.show(left, 'containers', { ...noPresence, goneNodes, goneEdges })
    map.settle()
    const hovered = () => {
      map.tell({ kind: 'hover', at })
      return map.told('hover').at(-1)?.hover
    }
    return { ...map, at, hovered }
  }

  it('is neither listed nor clicked, and told of only while it fades', () => {
    const { tell, told, rest, settle, at, hovered } = loseDb()
    tell({ kind: 'pan', dx: 0, dy: 0 })
    settle()
    expect([...rest().listed.keys()].sort()).toEqual(['api', 'cache', 'web'])
    expect(hovered()).toEqual({ kind: 'ghost', id: 'db', at })
    tell({ kind: 'click', at, again: false, afterMenu: false })
    expect(told('select').at(-1)?.selection).toBeUndefined()
    vi.advanceTimersByTime(settings.motion.fadeMs)
    expect(told('hover').at(-1)).toEqual({ kind: 'hover', hover: undefined, asked: false })
    expect(hovered()).toBeUndefined()
  })

  for (const reducedMotion of [false, true])
    it(`is drawn until it vanishes by itself${reducedMotion ? ', also with reduced motion' : ''}`, () => {
      const { pictures, settle } = loseDb(reducedMotion)
      const names = () => pictures.flatMap(({ texts }) => texts)
      const clear = () => {
        for (const { called, texts } of pictures) called.length = texts.length = 0
      }
      expect(names()).toContain('db')
      clear()
      vi.advanceTimersByTime(settings.motion.fadeMs - 2_500)
      expect(new Set(names())).toEqual(new Set(reducedMotion ? [] : ['api', 'cache', 'db', 'web']))
      vi.advanceTimersByTime(1_000)
      expect(new Set(names().slice(-3))).toEqual(new Set(['api', 'cache', 'web']))
      clear()
      settle()
      expect(pictures.flatMap(({ called }) => called)).toEqual([])
    })
})

describe('a picture', () => {
  const pictureOf = ({ tell, told }: ReturnType<typeof setUp>, whole: boolean) => {
    tell({ kind: 'picture', picture: { number: 7, whole, title: 'Containers, <now>', style: undefined } })
    const { number, svg } = told('picture').at(-1) ?? { number: -1, svg: '' }
    expect(number).toBe(7)
    return svg
  }
  const namesIn = (svg: string) => [...svg.matchAll(/>([a-z]+)<\/text>/g)].map(([, name]) => name).sort()

  it('has all nodes by their names, and their edges, wherever the camera looks', () => {
    const map = setUp()
    map.tell({ kind: 'pan', dx: 5000, dy: 0 })
    map.settle()
    expect(namesIn(pictureOf(map, false))).toEqual([])
    const svg = pictureOf(map, true)
    expect(namesIn(svg)).toEqual(['api', 'cache', 'db', 'web'])
    expect(svg.match(/Q/g)).toHaveLength(3)
    expect(svg).toContain('<title>Containers, &lt;now&gt;</title>')
  })

  it('is of what is seen, dimmed as it is, or of the whole, undimmed', () => {
    const map = setUp()
    map.tell({ kind: 'select', selection: { kind: 'node', id: 'db' } })
    map.settle()
    expect(pictureOf(map, false)).toContain('width="1000" height="700"')
    // The faint ground of a node that is dimmed.
    expect(pictureOf(map, false)).toMatch(/opacity="0\.02/)
    expect(pictureOf(map, true)).not.toMatch(/opacity="0\.02/)
  })
})

it('a double click on a node chooses it, also when the map has moved away under the pointer', () => {
  const map = setUp()
  const at = map.placeOf('db')
  map.tell({ kind: 'click', at, again: false, afterMenu: false })
  map.tell({ kind: 'pan', dx: -300, dy: -200 })
  map.tell({ kind: 'click', at, again: true, afterMenu: false })
  const chosen = { kind: 'select', selection: { kind: 'node', id: 'db' } }
  expect(map.told('select')).toEqual([chosen])
  map.tell({ kind: 'click', at, again: false, afterMenu: false })
  expect(map.told('select')).toEqual([chosen, { kind: 'select', selection: undefined }])
})

describe('a pinned node', () => {
  const drag = ({ tell, settle, placeOf }: ReturnType<typeof setUp>, id: string, dx: number, dy: number) => {
    const at = placeOf(id)
    tell({ kind: 'grab', at, afterMenu: false })
    tell({ kind: 'drag', at: { x: at.x + dx, y: at.y + dy } })
    tell({ kind: 'release' })
    settle()
  }
  const doubleClick = ({ tell, settle }: ReturnType<typeof setUp>, at: Point) => {
    for (const again of [false, true]) tell({ kind: 'click', at, again, afterMenu: false })
    settle()
  }

  it('is one that was dragged, alone, and is told of', () => {
    const map = setUp()
    const before = map.rest()
    expect(before.pinned.size).toBe(0)
    drag(map, 'db', 40, 90)
    const { listed, pinned } = map.rest()
    expect([...pinned]).toEqual(['db'])
    expect(listed.get('db')).not.toEqual(before.listed.get('db'))
    for (const id of ['web', 'api', 'cache']) expect(listed.get(id)).toEqual(before.listed.get(id))
    expect(map.rest().camera).toEqual(before.camera)
  })

  it('stays when all is laid out anew, or otherwise, and back', () => {
    const map = setUp()
    drag(map, 'db', 40, 190)
    const there = map.rest().listed.get('db')
    map.tell({ kind: 'tidy' })
    map.settle()
    expect(map.rest().listed.get('db')).toEqual(there)
    for (const layout of ['force', 'layered', 'flow'] as const) {
      map.tell({ kind: 'layout', layout })
      map.settle()
      expect(map.rest().listed.get('db')).toEqual(there)
      expect([...map.rest().pinned]).toEqual(['db'])
    }
  })

  it('is let go of by a double click, and goes back where it came from', () => {
    const map = setUp()
    const { listed } = map.rest()
    drag(map, 'db', 40, 190)
    doubleClick(map, map.placeOf('db'))
    expect(map.rest().pinned.size).toBe(0)
    expect(map.rest().listed).toEqual(listed)
    expect(map.told('places').at(-1)?.kept.pinned.size).toBe(0)
  })

  it('that is a group is let go of first, and opened by the next double click', () => {
    const group = { id: 'group:compose=shop', label: 'shop' }
    const map = setUp({
      nodes: new Map([group.id, 'web'].map((id) => [id, node(id, id === group.id ? { group } : {})])),
      edges: new Map([['e', edge(group.id, 'web')]]),
    })
    drag(map, group.id, 0, 150)
    doubleClick(map, map.placeOf(group.id))
    expect(map.told('open-group')).toEqual([])
    doubleClick(map, map.placeOf(group.id))
    expect(map.told('open-group')).toEqual([{ kind: 'open-group', id: group.id }])
  })

  it('is pinned, moved and let go of by keys, too', () => {
    const map = setUp()
    const { listed } = map.rest()
    map.tell({ kind: 'pin', id: undefined })
    map.tell({ kind: 'nudge', direction: 'right' })
    map.settle()
    expect(map.rest().pinned.size).toBe(0)
    map.tell({ kind: 'select', selection: { kind: 'node', id: 'api' } })
    map.tell({ kind: 'nudge', direction: 'down' })
    map.tell({ kind: 'nudge', direction: 'down' })
    map.tell({ kind: 'pin', id: 'web' })
    map.settle()
    expect([...map.rest().pinned]).toEqual(['api', 'web'])
    expect(map.rest().listed.get('api')?.y).toBeGreaterThan((listed.get('api')?.y ?? Number.NaN) + 10)
    expect(map.rest().listed.get('web')).toEqual(listed.get('web'))
    map.tell({ kind: 'pin', id: undefined })
    map.settle()
    expect([...map.rest().pinned]).toEqual(['web'])
    map.tell({ kind: 'nudge', direction: 'left' })
    map.tell({ kind: 'unpin-all' })
    map.settle()
    expect(map.rest().pinned.size).toBe(0)
    expect(map.rest().listed).toEqual(listed)
  })

  it('is where it was, in every layout, when the page is loaded again', () => {
    const before = setUp()
    const flow = before.rest().listed
    drag(before, 'db', 40, 190)
    const there = before.rest().listed.get('db')
    const after = setUp(
      undefined,
      before.told('places').map(({ kept }) => kept),
    )
    expect(after.rest().listed.get('db')).toEqual(there)
    after.tell({ kind: 'layout', layout: 'force' })
    after.settle()
    expect(after.rest().listed.get('db')).toEqual(there)
    after.tell({ kind: 'layout', layout: 'flow' })
    after.tell({ kind: 'unpin-all' })
    after.settle()
    expect(after.rest().listed).toEqual(flow)
  })

  it('has a mark', () => {
    const map = setUp()
    const count = () => {
      const before = map.pictures.flatMap(({ called }) => called).length
      map.tell({ kind: 'style', style: { tokens, reducedMotion: false } })
      map.settle()
      return map.pictures.flatMap(({ called }) => called).length - before
    }
    const plain = count()
    map.tell({ kind: 'pin', id: 'db' })
    map.settle()
    expect(count()).toBeGreaterThan(plain)
  })
})

describe('the minimap', () => {
  const { width, height, right } = settings.minimap
  const bottom = 150
  const centre = { x: 1000 - right - width / 2, y: 700 - bottom - height / 2 }
  const zoomedIn = () => {
    const map = setUp()
    map.tell({ kind: 'minimap', bottom })
    map.tell({ kind: 'zoom', at: middle, factor: 6 })
    map.settle()
    return map
  }
  const boxes = ({ screen, tell, settle }: ReturnType<typeof setUp>) => {
    screen.called.length = 0
    tell({ kind: 'style', style: { tokens, reducedMotion: false } })
    settle()
    return screen.called.filter((call) => call === 'strokeRect').length
  }

  it('is drawn only where not all is in sight, and not when it is switched off', () => {
    const map = zoomedIn()
    expect(boxes(map)).toBeGreaterThan(0)
    map.tell({ kind: 'minimap', bottom: undefined })
    map.settle()
    expect(boxes(map)).toBe(0)
    map.tell({ kind: 'minimap', bottom })
    map.tell({ kind: 'fit' })
    map.settle()
    expect(boxes(map)).toBe(0)
  })

  it('moves the map by a press or a drag, and nothing under it is hovered or selected', () => {
    const { tell, settle, told, rest, placeOf } = zoomedIn()
    const { zoom } = rest().camera
    tell({ kind: 'click', at: centre, again: false, afterMenu: false })
    settle()
    const xs = [...rest().listed.keys()].map((id) => placeOf(id).x)
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeCloseTo(500, 0)
    const before = rest().camera
    tell({ kind: 'grab', at: centre, afterMenu: false })
    tell({ kind: 'drag', at: { x: centre.x + 10, y: centre.y } })
    tell({ kind: 'release' })
    settle()
    expect(rest().camera.x).toBeLessThan(before.x - 20)
    expect(rest().camera).toMatchObject({ zoom, y: before.y })
    // A node that lies under the minimap is not pointed at.
    const { camera, listed } = rest()
    const web = listed.get('web') ?? middle
    const now = toScreen(camera, web)
    tell({ kind: 'pan', dx: centre.x - now.x, dy: centre.y - now.y })
    tell({ kind: 'hover', at: centre })
    expect(told('hover').at(-1)?.hover).toBeUndefined()
    tell({ kind: 'minimap', bottom: undefined })
    tell({ kind: 'hover', at: centre })
    expect(told('hover').at(-1)?.hover).toEqual({ kind: 'node', id: 'web' })
    expect(told('select')).toEqual([])
  })
})

describe('the map from afar', () => {
  const members = (project: string) =>
    ['1', '2', '3'].map((id) => node(`${project}${id}`, { partOf: project }))
  const all = [...members('shop'), ...members('bank')]
  const world: Graph = {
    nodes: new Map(all.map((one) => [one.id, one])),
    edges: new Map(
      ['1', '2', '3'].map((id) => {
        const one = edge(`shop${id}`, `bank${id}`)
        return [one.id, one]
      }),
    ),
  }
  const at = (x: number, y: number) => ({ x, y })
  const places = new Map([
    ...['1', '2', '3'].map((id, row): [string, Point] => [`shop${id}`, at(0, 100 * row)]),
    ...['1', '2', '3'].map((id, row): [string, Point] => [`bank${id}`, at(900, 100 * row)]),
  ])
  const set = () =>
    setUp(world, [{ view: 'containers', kind: 'flow', places, single: new Set(), pinned: new Map() }])
  const names = ({ pictures, tell, settle }: ReturnType<typeof set>, factor: number) => {
    tell({ kind: 'zoom', at: middle, factor })
    settle()
    for (const { texts } of pictures) texts.length = 0
    tell({ kind: 'style', style: { tokens, reducedMotion: false } })
    settle()
    return pictures.flatMap(({ texts }) => texts).sort()
  }

  it('has hulls in place of nodes, and does not change back and forth at the border', () => {
    const map = set()
    const zoom = map.rest().camera.zoom
    const each = all.map(({ label }) => label).sort()
    const hulls = ['bank · 3', 'shop · 3']
    expect(names(map, 0.4 / zoom)).toEqual(each)
    expect(names(map, 0.37 / 0.4)).toEqual(hulls)
    expect(names(map, 0.4 / 0.37)).toEqual(hulls)
    expect(names(map, 0.43 / 0.4)).toEqual(each)
  })

  it('has one line between two hulls, which tells its edges and is not selected', () => {
    const map = set()
    names(map, 0.3 / map.rest().camera.zoom)
    const [from, to] = [map.placeOf('shop2'), map.placeOf('bank2')]
    const found: unknown[] = []
    for (let aside = -40; aside <= 40; aside += 2) {
      const beside = at((from.x + to.x) / 2, (from.y + to.y) / 2 + aside)
      map.tell({ kind: 'hover', at: beside })
      const { hover } = map.told('hover').at(-1) ?? {}
      if (hover?.kind === 'edge') throw new Error('an edge is drawn by itself')
      if (hover?.kind !== 'bundle') continue
      found.push([hover.from, hover.to, [...hover.edges].sort()])
      map.tell({ kind: 'click', at: beside, again: false, afterMenu: false })
    }
    expect(found[0]).toEqual(['shop', 'bank', ['shop1>bank1', 'shop2>bank2', 'shop3>bank3']])
    expect(map.told('select').every(({ selection }) => selection === undefined)).toBe(true)
  })

  it('has no line that is pointed at still when it has opened into its edges, nor an edge that has become part of one', () => {
    const map = set()
    const zoomTo = (zoom: number, there: Point) => {
      map.tell({ kind: 'zoom', at: there, factor: zoom / map.rest().camera.zoom })
      map.settle()
    }
    const hovered = () => map.told('hover').at(-1)?.hover?.kind
    const search = (kind: 'bundle' | 'edge') => {
      const [from, to] = [map.placeOf('shop2'), map.placeOf('bank2')]
      for (let aside = -40; aside <= 40; aside += 2) {
        const beside = at((from.x + to.x) / 2, (from.y + to.y) / 2 + aside)
        map.tell({ kind: 'hover', at: beside })
        if (hovered() === kind) return beside
      }
      throw new Error(`there is no ${kind}`)
    }
    zoomTo(0.3, middle)
    zoomTo(1, search('bundle'))
    expect(hovered()).not.toBe('bundle')
    zoomTo(0.3, search('edge'))
    expect(hovered()).not.toBe('edge')
  })
})

describe('frames', () => {
  it('are drawn no more once nothing moves', () => {
    const { screen, settle } = setUp()
    settle()
    screen.called.length = 0
    settle()
    expect(screen.called).toEqual([])
  })

  it('move only the dashes where there is traffic', () => {
    const busy = edge('web', 'api', { openedPerSecond: 5 })
    const { screen, pictures, settle } = setUp({
      nodes: new Map(['web', 'api'].map((id) => [id, node(id)])),
      edges: new Map([[busy.id, busy]]),
    })
    settle()
    for (const { called } of [screen, ...pictures]) called.length = 0
    settle()
    expect(screen.called).toContain('stroke')
    expect(pictures.flatMap(({ called }) => called)).toEqual([])
  })

  it('are put together from two pictures where dashes travel, else from one', () => {
    const putOnScreen = (shown: Graph) => {
      const { screen, tell } = setUp(shown)
      screen.called.length = 0
      tell({ kind: 'pan', dx: 30, dy: 0 })
      vi.advanceTimersByTime(frameMs)
      return screen.called.filter((one) => one === 'drawImage').length
    }
    const busy = edge('web', 'api', { bytesSentPerSecond: 1_000_000 })
    expect(putOnScreen(graph('web>api'))).toBe(1)
    expect(putOnScreen({ ...graph('web>api'), edges: new Map([[busy.id, busy]]) })).toBe(2)
  })

  it('move the pictures of a map that takes long to draw, and draw them anew when it rests', () => {
    const { screen, pictures, tell, settle, slowDown } = setUp()
    slowDown()
    // It is drawn once more, and takes long.
    tell({ kind: 'select', selection: { kind: 'node', id: 'web' } })
    settle()
    for (const { called } of [screen, ...pictures]) called.length = 0
    for (let step = 0; step < 20; step++) {
      tell({ kind: 'pan', dx: 1, dy: 0 })
      vi.advanceTimersByTime(frameMs)
    }
    expect(screen.called.filter((call) => call === 'drawImage').length).toBeGreaterThan(15)
    expect(pictures.flatMap(({ called }) => called)).toEqual([])
    settle()
    expect(pictures.flatMap(({ called }) => called)).not.toEqual([])
  })

  it('show what changes of the content of such a map when the camera rests', () => {
    const { pictures, tell, show, settle, slowDown } = setUp()
    slowDown()
    tell({ kind: 'select', selection: { kind: 'node', id: 'web' } })
    settle()
    for (const { called } of pictures) called.length = 0
    const shown = graph('web>api', 'api>db', 'web>cache')
    for (let step = 0; step < 20; step++) {
      tell({ kind: 'pan', dx: 1, dy: 0 })
      const renamed = node('web', { label: `web ${step}` })
      show({ ...shown, nodes: new Map(shown.nodes).set('web', renamed) })
      vi.advanceTimersByTime(frameMs)
    }
    expect(pictures.flatMap(({ called }) => called)).toEqual([])
    settle()
    expect(pictures.flatMap(({ called }) => called)).not.toEqual([])
  })

  it('show nothing of an empty view', () => {
    const { show, settle, rest } = setUp(emptyGraph)
    settle()
    expect(rest().listed.size).toBe(0)
    show(graph('a>b'))
    settle()
    expect(rest().listed.size).toBe(2)
  })
})
