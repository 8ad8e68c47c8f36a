import { describe, expect, it } from 'vitest'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { arrange } from '../../../../web/layout/arrange.ts'
import type { LayoutClient } from '../../../../web/layout/client.ts'
import { createPlacer, type Placed } from '../../../../web/map/placing/placer.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

/** Lays out when it is told to, so that a test can do something meanwhile. */
const createLayout = (layOut: typeof arrange) => {
  const waiting: (() => void)[] = []
  let fail: (() => void) | undefined
  const client: LayoutClient = {
    arrange(request, done, failed) {
      fail = failed
      waiting.push(() => {
        const points = layOut({ ...request, job: 1 }, settings.layout)
        done(new Map(request.nodes.map(({ id }, at) => [id, points[at] ?? { x: 0, y: 0 }])))
      })
    },
    stop: () => undefined,
  }
  return {
    client,
    step: () => waiting.shift()?.(),
    /** Something else is laid out instead, of which the placer is not told. */
    drop: () => void waiting.shift(),
    fail() {
      waiting.pop()
      fail?.()
    },
    all() {
      for (let next = waiting.shift(); next; next = waiting.shift()) next()
    },
  }
}

const setUp = (layOut: typeof arrange = arrange) => {
  let nowMs = 0
  const layout = createLayout(layOut)
  const told: Placed[] = []
  const placer = createPlacer(
    layout.client,
    {
      aspect: () => 1.6,
      labelWidth: () => 80,
      moveMs: () => 0,
      now: () => nowMs,
      placed: (how) => told.push(how),
    },
    settings,
  )
  placer.enter('containers', 'flow')
  const placeOf = (id: string) => placer.places.target(id) ?? { x: Number.NaN, y: Number.NaN }
  const wait = (ms: number) => {
    nowMs += ms
  }
  return { layout, told, placer, placeOf, wait }
}

const names = ['shop', 'blog', 'wiki']
const members = ['web', 'api', 'db', 'cache', 'queue']

/** Three groups that ask each other in turn, some of them open. */
const graphWith = (open: readonly string[]): Graph => {
  const nodes = names.flatMap((name) => {
    const group = { id: `group:compose=${name}`, label: name }
    return open.includes(name)
      ? members.map((one) => node(`${name}-${one}`, { group }))
      : [node(group.id, { group })]
  })
  const first = (name: string) => (open.includes(name) ? `${name}-web` : `group:compose=${name}`)
  const edges = names.flatMap((name, at) => [
    edge(first(name), first(names[(at + 1) % names.length] ?? '')),
    ...(open.includes(name) ? members.slice(1).map((one) => edge(`${name}-web`, `${name}-${one}`)) : []),
  ])
  return {
    nodes: new Map(nodes.map((one) => [one.id, one])),
    edges: new Map(edges.map((one) => [one.id, one])),
  }
}

const closed = graphWith([])
const idOf = (name: string) => `group:compose=${name}`
const middleOf = (places: readonly { x: number; y: number }[]) => ({
  x: places.reduce((sum, { x }) => sum + x, 0) / places.length,
  y: places.reduce((sum, { y }) => sum + y, 0) / places.length,
})
const distance = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.hypot(a.x - b.x, a.y - b.y)

describe('groups on the map', () => {
  it('let their members out where they were, and take everything back', () => {
    const { layout, told, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    const before = new Map(names.map((name) => [name, placeOf(idOf(name))]))

    placer.arrange(graphWith(['shop']), false)
    expect(placeOf('shop-db')).toEqual(before.get('shop'))
    layout.all()
    const out = members.map((one) => placeOf(`shop-${one}`))
    expect(distance(middleOf(out), before.get('shop') ?? { x: 0, y: 0 })).toBeLessThan(100)
    for (const other of ['blog', 'wiki'])
      for (const place of out) expect(distance(placeOf(idOf(other)), place)).toBeGreaterThan(50)
    expect(told.at(-1)).toEqual({ whole: false, first: false, regrouped: true })

    placer.arrange(closed, false)
    for (const [name, place] of before) expect(placeOf(idOf(name))).toEqual(place)
    expect(told).toHaveLength(3)
  })

  it('may be closed again before there is room', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    const before = names.map((name) => placeOf(idOf(name)))
    placer.arrange(graphWith(['shop', 'blog']), false)
    placer.arrange(closed, false)
    layout.all()
    names.forEach((name, at) => {
      const place = before[at] ?? { x: 0, y: 0 }
      expect(distance(placeOf(idOf(name)), place)).toBeLessThan(1)
    })
  })

  it('are laid out one by one when several are open at first, and nothing shows before', () => {
    const { layout, told, placer, placeOf } = setUp()
    placer.arrange(graphWith(['shop', 'blog']), false)
    layout.step()
    expect(told).toEqual([])
    layout.all()
    expect(told).toEqual([{ whole: true, first: true, regrouped: true }])
    const [shop, blog] = ['shop', 'blog'].map((name) => members.map((one) => placeOf(`${name}-${one}`)))
    const apart = distance(middleOf(shop ?? []), middleOf(blog ?? []))
    for (const place of shop ?? []) expect(distance(place, middleOf(shop ?? []))).toBeLessThan(apart)
    expect(Number.isFinite(apart)).toBe(true)
  })

  it('do not mind another view meanwhile', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    placer.arrange(graphWith(['shop']), false)
    placer.enter('hosts', 'flow')
    layout.all()
    placer.enter('containers', 'flow')
    placer.arrange(graphWith(['shop']), false)
    layout.all()
    const places = members.map((one) => placeOf(`shop-${one}`))
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(members.length)
    for (const { x } of places) expect(Number.isFinite(x)).toBe(true)
  })
})

it('a graph whose layout failed is laid out with the next change', () => {
  const { layout, placer, placeOf, told } = setUp()
  placer.arrange(graphWith([]), false)
  layout.fail()
  expect(placer.settled).toBe(false)
  placer.arrange(graphWith(['shop']), false)
  layout.step()
  layout.fail()
  placer.arrange(graphWith(['shop', 'blog']), false)
  layout.all()
  expect(told.length).toBeGreaterThan(0)
  const [web, api] = ['shop-web', 'shop-api'].map(placeOf)
  expect(web?.x).toBeTypeOf('number')
  expect(web).not.toEqual(api)
})

it('members of a group that was just opened do not stay on one point when something else is laid out meanwhile', () => {
  const { layout, placer, placeOf } = setUp()
  placer.arrange(closed, false)
  layout.all()
  placer.arrange(graphWith(['shop']), false)
  placer.enter('containers', 'force')
  placer.arrange(graphWith(['shop']), false)
  layout.drop()
  layout.all()
  placer.enter('containers', 'flow')
  placer.arrange(graphWith(['shop']), false)
  layout.all()
  const places = members.map((one) => placeOf(`shop-${one}`))
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(members.length)
})

describe('nodes that are gone', () => {
  const graphOf = (ids: readonly string[]): Graph => ({
    nodes: new Map(['web', 'db', ...ids].map((id) => [id, node(id)])),
    edges: new Map(['db', ...ids].map((id) => [`web>${id}`, edge('web', id)])),
  })
  const job = (at: number) => Array.from({ length: 10 }, (_, index) => `job-${at}-${index}`)

  it('get their places again when they come back', () => {
    const { layout, placer, placeOf } = setUp()
    const show = (ids: readonly string[]) => {
      placer.arrange(graphOf(ids), false)
      layout.all()
    }
    show(['api'])
    const before = placeOf('api')
    show([])
    show(['api', 'cache'])
    expect(placeOf('api')).toEqual(before)
  })

  it('are where they were pinned when they come back, however many others had gone as well', () => {
    const { layout, placer, placeOf } = setUp(({ nodes }) => nodes.map((_, at) => ({ x: at, y: 0 })))
    const all = Array.from({ length: 1200 }, (_, at) => `process-${at}`)
    const show = (ids: readonly string[]) => {
      placer.arrange(graphOf(ids), false)
      layout.all()
    }
    show(all)
    placer.pin('process-1', { x: 777, y: -333 })
    show([])
    expect(placer.places.now.size).toBeLessThanOrEqual(settings.layout.goneMost + 2)
    show(all)
    expect(placeOf('process-1')).toEqual({ x: 777, y: -333 })
    expect([...placer.pinned.keys()]).toEqual(['process-1'])
  })

  it('are forgotten when many others have gone since', () => {
    const { layout, placer } = setUp(({ nodes }) => nodes.map((_, at) => ({ x: at, y: 0 })))
    for (let at = 0; at < 150; at++) {
      placer.arrange(graphOf(job(at)), false)
      layout.all()
      placer.pin(`job-${at}-0`, { x: at, y: 9 })
    }
    expect(placer.pinned.size).toBeLessThanOrEqual(settings.layout.goneMost)
    expect(placer.places.now.size).toBeLessThanOrEqual(settings.layout.goneMost + 12)
    expect(placer.places.now.has('web')).toBe(true)
    expect(placer.places.now.has('job-149-0')).toBe(true)
  })
})

describe('pins', () => {
  const at = { x: 777, y: -333 }

  it('hold members of a group, also after it was closed and opened again', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(graphWith(['shop']), false)
    layout.all()
    placer.pin('shop-db', at)
    placer.arrange(closed, false)
    layout.all()
    placer.arrange(graphWith(['shop']), false)
    layout.all()
    expect(placeOf('shop-db')).toEqual(at)
    placer.unpin(['shop-db'])
    const others = members.filter((one) => one !== 'db').map((one) => placeOf(`shop-${one}`))
    expect(distance(placeOf('shop-db'), middleOf(others))).toBeLessThan(distance(at, middleOf(others)))
  })

  it('hold a group, whose members come out there', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    placer.pin(idOf('shop'), at)
    placer.arrange(graphWith(['shop']), true)
    layout.all()
    expect(distance(middleOf(members.map((one) => placeOf(`shop-${one}`))), at)).toBeLessThan(100)
    placer.arrange(closed, false)
    layout.all()
    expect(placeOf(idOf('shop'))).toEqual(at)
  })

  it('leave the places of others alone, which a node that is let go of does not cover', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    const home = placeOf(idOf('wiki'))
    placer.pin(idOf('wiki'), at)
    placer.pin(idOf('blog'), home)
    placer.unpin([idOf('wiki')])
    expect(placeOf(idOf('blog'))).toEqual(home)
    expect(distance(placeOf(idOf('wiki')), home)).toBeGreaterThan(40)
    expect([...placer.pinned.keys()]).toEqual([idOf('blog')])
  })

  it('keep others from lying below when all is laid out', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    const home = placeOf(idOf('wiki'))
    placer.pin(idOf('blog'), home)
    placer.arrange(closed, true)
    layout.all()
    expect(placeOf(idOf('blog'))).toEqual(home)
    expect(distance(placeOf(idOf('wiki')), home)).toBeGreaterThan(40)
    // The home of a pinned node is what the layout says.
    placer.unpin([idOf('blog')])
    expect(distance(placeOf(idOf('blog')), home)).toBeGreaterThan(40)
  })

  it('are kept with the places that nodes would have without them', () => {
    const { layout, placer, placeOf } = setUp()
    placer.arrange(closed, false)
    layout.all()
    const home = placeOf(idOf('wiki'))
    placer.pin(idOf('wiki'), at)
    const { places, pinned } = placer.kept()
    expect(places.get(idOf('wiki'))).toEqual(home)
    expect(pinned).toEqual(new Map([[idOf('wiki'), at]]))
  })
})

describe('a view that has just been opened', () => {
  const chain = (size: number): Graph => {
    const ids = Array.from({ length: size }, (_, i) => `n${i}`)
    return {
      nodes: new Map(ids.map((id) => [id, node(id)])),
      edges: new Map(ids.slice(1).map((id, i) => [id, edge(ids[i >> 1] ?? '', id)])),
    }
  }
  const grown = (sizes: readonly number[], waitMs: number) => {
    const { layout, told, placer, wait } = setUp()
    for (const size of sizes) {
      placer.arrange(chain(size), false)
      layout.all()
      wait(waitMs)
    }
    return { wholes: told.map(({ whole }) => whole), places: placer.kept().places }
  }

  it('is laid out anew as it grows, as if all had been there at once', () => {
    const { wholes, places } = grown([20, 26, 30, 40], 1000)
    expect(wholes).toEqual([true, false, true, true])
    expect(places).toEqual(grown([40], 0).places)
  })

  const folded = (groups: number, open?: number): Graph => {
    const ids = Array.from({ length: groups }, (_, i) => idOf(String(i)))
    const nodes = ids.flatMap((id, i) => {
      const group = { id, label: id }
      return i === open
        ? Array.from({ length: 12 }, (_, at) => node(`m${at}`, { group }))
        : [node(id, { group })]
    })
    const end = (at: number) => (at === open ? 'm0' : (ids[at] ?? ''))
    return {
      nodes: new Map(nodes.map((one) => [one.id, one])),
      edges: new Map(ids.slice(1).map((id, i) => [id, edge(end(i >> 1), end(i + 1))])),
    }
  }

  it('is laid out anew when many of its nodes are folded by itself, as if they had been from the beginning', () => {
    const whole = chain(40)
    const isFoldedIn = (id: string) => Number(id.slice(1)) >= 14
    const shown = (id: string) => (isFoldedIn(id) ? idOf(id.slice(-1)) : id)
    const nodes = [...whole.nodes.values()].map((one) => {
      const id = shown(one.id)
      return id === one.id ? one : node(id, { group: { id, label: id } })
    })
    const edges = [...whole.edges.values()].map(({ source, target }) => edge(shown(source), shown(target)))
    const services: Graph = {
      nodes: new Map(nodes.map((one) => [one.id, one])),
      edges: new Map(edges.map((one) => [one.id, one])),
    }
    expect(services.nodes.size).toBe(24)
    const { layout, told, placer, wait } = setUp()
    placer.arrange(whole, false)
    layout.all()
    wait(5000)
    placer.arrange(services, false)
    layout.all()
    expect(told.map((how) => how.whole)).toEqual([true, true])
    const fresh = setUp()
    fresh.placer.arrange(services, false)
    fresh.layout.all()
    expect(placer.kept().places).toEqual(fresh.placer.kept().places)
  })

  it('is laid out anew when it is learnt who talks to whom', () => {
    const whole = chain(40)
    const { layout, told, placer } = setUp()
    for (const edges of [20, 24, 39]) {
      placer.arrange({ nodes: whole.nodes, edges: new Map([...whole.edges].slice(0, edges)) }, false)
      layout.all()
    }
    expect(told.map((how) => how.whole)).toEqual([true, false, true])
    expect(placer.kept().places).toEqual(grown([40], 0).places)
  })

  it('is not laid out anew when one comes that talks to many', () => {
    const { layout, told, placer } = setUp()
    const whole = chain(30)
    placer.arrange(whole, false)
    layout.all()
    const all = [...whole.nodes.keys()].map((id) => edge('hub', id))
    const edges = new Map([...whole.edges, ...all.map((one): [string, typeof one] => [one.id, one])])
    placer.arrange({ nodes: new Map([...whole.nodes, ['hub', node('hub')]]), edges }, false)
    layout.all()
    expect(told.map(({ whole }) => whole)).toEqual([true, false])
  })

  it('is as it was when it is shown again, whatever had changed meanwhile', () => {
    const { layout, told, placer, placeOf, wait } = setUp()
    const show = (graph: Graph) => {
      placer.arrange(graph, false)
      layout.all()
    }
    const whole = chain(40)
    const renamed = (id: string) => (Number(id.slice(1)) < 28 ? id : `x${id}`)
    const later: Graph = {
      nodes: new Map([...whole.nodes.keys()].map((id) => [renamed(id), node(renamed(id))])),
      edges: new Map(
        [...whole.edges.values()].map(({ source, target }) => {
          const one = edge(renamed(source), renamed(target))
          return [one.id, one]
        }),
      ),
    }
    show(whole)
    wait(settings.layout.opening.ms)
    show(later)
    const before = [...later.nodes.keys()].map(placeOf)
    placer.enter('hosts', 'flow')
    show(chain(3))
    placer.enter('containers', 'flow')
    show(later)
    expect(told.map(({ whole }) => whole)).toEqual([true, false, true, true])
    expect([...later.nodes.keys()].map(placeOf)).toEqual(before)
  })

  it('is not laid out anew when one of its groups is opened or closed', () => {
    const { layout, told, placer } = setUp()
    for (const open of [undefined, 3, undefined]) {
      placer.arrange(folded(20, open), false)
      layout.all()
    }
    expect(told.map(({ whole }) => whole)).toEqual([true, false, false])
    const other = setUp()
    for (const open of [3, undefined, 3]) {
      other.placer.arrange(folded(20, open), false)
      other.layout.all()
    }
    expect(other.told.map(({ whole }) => whole)).toEqual([true, false, false])
  })

  it('keeps its nodes where they are when few come, and once it has been open for a while', () => {
    expect(grown([20, 22, 24, 26], 1000).wholes).toEqual([true, false, false, false])
    expect(grown([20, 28, 36], settings.layout.opening.ms).wholes).toEqual([true, false, false])
  })
})
