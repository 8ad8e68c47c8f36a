import { describe, expect, it } from 'vitest'
import { notThinned } from '../../../../web/domain/dense/lighter.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { noPresence } from '../../../../web/domain/node/presence.ts'
import { createContentSender, type MapContent } from '../../../../web/map/renderer/content-sender.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const graphOf = (
  nodes: readonly ReturnType<typeof node>[],
  edges: readonly ReturnType<typeof edge>[],
): Graph => ({
  nodes: new Map(nodes.map((one) => [one.id, one])),
  edges: new Map(edges.map((one) => [one.id, one])),
})
const web = node('web')
const db = node('db')
const toDb = edge('web', 'db')

const content = (graph: Graph, more: Partial<MapContent> = {}): MapContent => ({
  ...{ view: 'containers', graph, presence: noPresence, thinned: notThinned, ring: undefined, live: true },
  ...more,
})
const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)

describe('what is told of the map', () => {
  it('is everything at first, and of another view, and then what came, went or looks otherwise', () => {
    const sender = createContentSender(settings)
    const first = sender.next(content(graphOf([web, db], [toDb])))
    expect([ids(first.nodes), ids(first.edges)]).toEqual([['web', 'db'], ['web>db']])
    const none = sender.next(content(graphOf([web, db], [toDb])))
    expect(none).toMatchObject({ nodes: [], edges: [], goneNodes: [], goneEdges: [], traces: undefined })
    const next = sender.next(content(graphOf([{ ...web, label: 'www' }, node('new')], [])))
    expect(ids(next.nodes)).toEqual(['web', 'new'])
    expect([next.goneNodes, next.goneEdges]).toEqual([['db'], ['web>db']])
    const other = sender.next(content(graphOf([web, db], [toDb]), { view: 'hosts' }))
    expect([ids(other.nodes), other.goneNodes]).toEqual([['web', 'db'], []])
  })

  it('is nothing when numbers change that are not seen', () => {
    const sender = createContentSender(settings)
    sender.next(content(graphOf([web, db], [toDb])))
    const busier = { ...toDb, bytesSent: 7, opened: 9, bytesSentPerSecond: 20 }
    const metrics = [{ id: 'cpu', label: 'CPU', value: 3 }] as unknown as NonNullable<typeof web.metrics>
    expect(sender.next(content(graphOf([{ ...web, metrics }, db], [busier])))).toMatchObject({
      nodes: [],
      edges: [],
    })
    const wide = { ...busier, bytesSentPerSecond: 1e6 }
    expect(ids(sender.next(content(graphOf([web, db], [wide]))).edges)).toEqual(['web>db'])
  })

  it('is a host of which not all is seen any more, not how long that has been so', () => {
    const sender = createContentSender(settings)
    const silent = (words: string) => ({ ...web, watch: { kind: 'silent' as const, words } })
    sender.next(content(graphOf([web, db], [])))
    expect(sender.next(content(graphOf([silent('for 5 s'), db], []))).nodes).toMatchObject([
      { id: 'web', watch: 'silent' },
    ])
    expect(sender.next(content(graphOf([silent('for 9 s'), db], []))).nodes).toEqual([])
    expect(ids(sender.next(content(graphOf([web, db], []))).nodes)).toEqual(['web'])
  })

  it('is the ring of each node when another metric is shown', () => {
    const sender = createContentSender(settings)
    const cpu = { id: 'cpu', label: 'CPU', value: 50, max: 100, maxIsLimit: true }
    const graph = graphOf([{ ...web, metrics: [cpu] as unknown as NonNullable<typeof web.metrics> }, db], [])
    sender.next(content(graph))
    expect(sender.next(content(graph, { ring: 'CPU' })).nodes).toMatchObject([{ id: 'web', ring: 0.5 }])
  })

  it('is that the metric of a ring is near its limit, and that it no longer is', () => {
    const sender = createContentSender(settings)
    const using = (value: number) => {
      const cpu = { id: 'cpu', label: 'CPU', value, max: 100, maxIsLimit: true }
      const metrics = [cpu] as unknown as NonNullable<typeof web.metrics>
      return content(graphOf([{ ...web, metrics }], []), { ring: 'CPU' })
    }
    expect(sender.next(using(95)).nodes).toMatchObject([{ ring: 0.95, ringWarns: true }])
    const [calm] = sender.next(using(50)).nodes
    expect(calm?.ringWarns ?? false).toBe(false)
    expect(sender.next(using(50)).nodes).toEqual([])
  })

  it('is the bars of each node when networks are shown, and when they look otherwise', () => {
    const sender = createContentSender(settings)
    const graph = graphOf([web, db], [])
    const bars = { looks: [{ colour: 1, pattern: 0 }], more: 0 }
    const barsOf = (one: { readonly id: string }) => (one.id === 'web' ? bars : undefined)
    sender.next(content(graph))
    expect(sender.next(content(graph, { barsOf })).nodes).toMatchObject([{ id: 'web', bars }])
    expect(sender.next(content(graph, { barsOf })).nodes).toEqual([])
    const others = { looks: [{ colour: 2, pattern: 0 }], more: 0 }
    expect(sender.next(content(graph, { barsOf: () => others })).nodes).toHaveLength(2)
    const [first] = sender.next(content(graph)).nodes
    expect(first && 'bars' in first).toBe(false)
  })

  it('is a node that has got another name, image or state, though not when only its numbers move', () => {
    const sender = createContentSender(settings)
    const metadata = [{ id: 'docker_image_name', label: 'Image', value: 'redis', priority: 1 }]
    const shown = { ...node('x'), metadata }
    sender.next(content(graphOf([shown], [])))
    const next = (one: typeof shown) => sender.next(content(graphOf([one], []))).nodes
    expect(next({ ...shown })).toEqual([])
    const other = { ...shown, metadata: [{ ...(metadata[0] as (typeof metadata)[0]), value: 'nginx' }] }
    expect(next(other)).toMatchObject([{ glyph: 'route' }])
    expect(next({ ...other, label: 'y' })).toMatchObject([{ label: 'y' }])
  })

  it('is that an edge is drawn only while it is looked at, and that it no longer is', () => {
    const sender = createContentSender(settings)
    const graph = graphOf([web, db], [toDb])
    const thinned = { lighter: new Set(['web>db']), placing: new Set<string>() }
    sender.next(content(graph))
    expect(sender.next(content(graph, { thinned })).edges).toMatchObject([{ lighter: true, placing: false }])
    expect(sender.next(content(graph, { thinned })).edges).toEqual([])
    const beside = { ...thinned, placing: thinned.lighter }
    expect(sender.next(content(graph, { thinned: beside })).edges).toMatchObject([
      { lighter: true, placing: true },
    ])
    expect(sender.next(content(graph)).edges).toMatchObject([{ lighter: false, placing: true }])
  })

  it('is that an edge fails, and that it does no more when only time has passed', () => {
    const sender = createContentSender(settings)
    const graph = graphOf([web, db], [toDb])
    const failed = { ...noPresence, failedMs: new Map([['web>db', 5]]) }
    expect(sender.next(content(graph, { presence: failed })).edges).toMatchObject([{ failing: true }])
    expect(sender.next(content(graph, { presence: failed })).edges).toEqual([])
    expect(sender.next(content(graph)).edges).toMatchObject([{ failing: false }])
  })

  it('is what has gone, looking as it did', () => {
    const sender = createContentSender(settings)
    const cpu = { id: 'cpu', label: 'CPU', value: 50, max: 100, maxIsLimit: true }
    const measured = { ...db, metrics: [cpu] as unknown as NonNullable<typeof db.metrics> }
    sender.next(content(graphOf([web, measured], []), { ring: 'CPU' }))
    for (const atMs of [1, 2]) {
      const presence = { ...noPresence, goneNodes: new Map([['db', { node: measured, atMs: 1 }]]) }
      const { traces } = sender.next(content(graphOf([web], []), { presence, ring: 'CPU' }))
      expect(traces?.goneNodes.get('db'), `${atMs}`).toMatchObject({ atMs: 1, node: { ring: 0.5 } })
    }
  })
})
