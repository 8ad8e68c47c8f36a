import { describe, expect, it } from 'vitest'
import type { NodeSummary } from '../../../../src/api/types.ts'
import { emptyGraph, type Graph } from '../../../../web/domain/graph/graph.ts'
import { glyphOf } from '../../../../web/domain/node/glyph-of.ts'
import {
  carried,
  colourOf,
  isNearLimit,
  largestValue,
  radiusOf,
  ringShare,
} from '../../../../web/domain/node/node-look.ts'
import { chooseRing, nextRing, noRing, ringMetrics } from '../../../../web/domain/node/ring-choice.ts'
import { ringValues } from '../../../../web/domain/node/ring-values.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, graph, node } from '../../support/graph.ts'

const metric = (label: string, value: number, max: number, priority = 1) => ({
  id: label,
  label,
  format: 'percent' as const,
  priority,
  maxIsLimit: true as const,
  value,
  min: 0,
  max,
  samples: null,
  url: '',
})

describe('nodes', () => {
  it('alike have one colour, whatever they are called; what nobody watches has none', () => {
    expect(colourOf(node('a', { rank: 'redis' }))).toBe(colourOf(node('b', { rank: 'redis' })))
    expect(colourOf(node('c', { pseudo: true }))).toBeUndefined()
  })

  it('have the colour of what they are a part of, as its group has, whatever they run', () => {
    const shop = colourOf(node('shop'))
    expect(colourOf(node('shop_web', { rank: 'nginx', partOf: 'shop' }))).toBe(shop)
    expect(colourOf(node('shop_cache', { rank: 'redis', partOf: 'shop' }))).toBe(shop)
    expect(colourOf(node('nginx'))).not.toBe(shop)
  })

  it('grow with what they carry, within a factor of two', () => {
    const { radiusMin, radiusMax } = settings.node
    const radii = [0, 1, 10, 100, 10_000, 1e9].map((load) => radiusOf(load, settings.node))
    expect(radii).toEqual([...radii].sort((a, b) => a - b))
    expect(radii[0]).toBe(radiusMin)
    expect(radii.at(-1)).toBe(radiusMax)
    expect(radiusMax / radiusMin).toBeLessThanOrEqual(2)
  })

  it('carry the edges of both directions, a loop once', () => {
    const loads = carried([edge('a', 'b', { open: 3 }), edge('a', 'a', { open: 0 })])
    expect(Object.fromEntries(loads)).toEqual({ a: 5, b: 4 })
  })

  it.each([
    [[metric('CPU', 50, 200)], 0.25],
    [[metric('CPU', 300, 200)], 1],
    [[metric('CPU', 1, 0)], 0],
    [[metric('Memory', 1, 2)], undefined],
    [[], undefined],
  ])('ring %#', (metrics, share) => expect(ringShare(node('a', { metrics }), 'CPU', 1000)).toBe(share))

  it('have a ring without a limit that is full where the value is largest', () => {
    const threads = (value: number) => {
      const { maxIsLimit: _, ...unlimited } = metric('Threads', value, value)
      return node(`${value}`, { metrics: [unlimited] })
    }
    const nodes = [threads(1), threads(20), node('without'), threads(0)]
    const largest = largestValue(nodes, 'Threads')
    expect(nodes.map((one) => ringShare(one, 'Threads', largest))).toEqual([0.05, 1, undefined, 0])
    expect(ringShare(threads(0), 'Threads', 0)).toBe(0)
  })

  it.each([
    [0, 0],
    [0.01, 0],
    [0.1, 0.25],
    [1, 0.5],
    [10, 0.75],
    [1000, 1],
  ])('have a ring for a load of %d by its logarithm: %d', (value, share) => {
    const { maxIsLimit: _, ...unlimited } = { ...metric('Load', value, value), group: 'load' }
    expect(ringShare(node('a', { metrics: [unlimited] }), 'Load', 8)).toBeCloseTo(share)
  })

  it('warn of what is near its limit, and never of what is only the largest on the map', () => {
    const { maxIsLimit: _, ...unlimited } = metric('Threads', 90, 90)
    const busy = node('a', { metrics: [metric('CPU', 90, 100), metric('Memory', 89, 100), unlimited] })
    const warned = ['CPU', 'Memory', 'Threads', 'none'].map((label) => isNearLimit(busy, label, 0.9))
    expect(warned).toEqual([true, false, false, false])
  })

  const of = (...nodes: readonly NodeSummary[]): Graph => ({
    nodes: new Map(nodes.map((one) => [one.id, one])),
    edges: new Map(),
  })
  const load = metric('Load (1 min)', 0, 0, 11)
  const host = node('a', { metrics: [load, metric('Memory', 1, 2, 2), metric('CPU', 0, 0, 1)] })

  it('offer all metrics they have in the order of cards, idle ones, too', () => {
    const metrics = ringMetrics(of(host, node('b', { metrics: [metric('Zeal', 1, 2, 2)] })))
    expect(metrics.map(({ label }) => label)).toEqual(['CPU', 'Memory', 'Zeal', 'Load (1 min)'])
  })

  it('offer a metric as long as the view is looked at, even if it is missing for a moment', () => {
    const before = ringMetrics(of(host))
    expect(ringMetrics(of(node('a', { metrics: [metric('Memory', 1, 2, 2)] })), before)).toEqual(before)
    expect(ringMetrics(emptyGraph, before)).toEqual(before)
  })

  it('offer what comes of edges behind all others, where there are edges', () => {
    const { edges } = graph('a>b')
    const labels = (world: Graph) => ringMetrics(world).map(({ label }) => label)
    expect(labels({ ...of(host), edges })).toEqual([
      ...['CPU', 'Memory', 'Load (1 min)', 'Traffic', 'Connections'],
    ])
    expect(labels({ ...of(node('a')), edges })).toEqual(['Traffic', 'Connections'])
  })

  it('show what comes of edges by its logarithm, full where it is the largest, for all that have an edge', () => {
    const rates = { bytesSentPerSecond: 90, bytesReceivedPerSecond: 9, open: 0 }
    const edges = [edge('a', 'b', rates), edge('c', 'b', { bytesSentPerSecond: 900, open: 7 })]
    const world = {
      nodes: graph('a>b', 'c', 'd').nodes,
      edges: new Map(edges.map((one) => [one.id, one])),
    }
    const shares = (label: string) => {
      const { share } = ringValues(world, label, 0.9)
      return ['a', 'b', 'c', 'd'].map((id) => share(node(id))?.toFixed(2))
    }
    expect(shares('Traffic')).toEqual(['0.67', '1.00', '0.98', undefined])
    expect(shares('Connections')).toEqual(['0.00', '1.00', '1.00', undefined])
    const resting = { ...world, edges: new Map([['a>b', edge('a', 'b', { open: 0 })]]) }
    expect(ringValues(resting, 'Connections', 0.9).share(node('a'))).toBe(0)
    expect(ringValues(world, undefined, 0.9).share(node('a'))).toBeUndefined()
  })

  it('show the metric chosen, else the first', () => {
    const metrics = ringMetrics(of(host))
    expect(chooseRing(metrics, undefined)).toBe('CPU')
    expect(chooseRing(metrics, 'Memory')).toBe('Memory')
    expect(chooseRing(metrics, 'gone')).toBe('CPU')
    expect(chooseRing(metrics, '')).toBeUndefined()
    expect(chooseRing([], undefined)).toBeUndefined()
  })

  it('show one metric after the other, none after the last, and then the first', () => {
    const metrics = ringMetrics(of(host))
    const steps = metrics.reduce((before) => [...before, nextRing(metrics, before.at(-1), 1)], ['CPU'])
    expect(steps).toEqual([...metrics.map(({ label }) => label), noRing])
    expect(nextRing(metrics, undefined, 1)).toBe('CPU')
    expect(nextRing(metrics, undefined, -1)).toBe(metrics.at(-1)?.label)
    expect(nextRing(metrics, 'CPU', -1)).toBe(noRing)
  })

  it.each([
    [node('shop-redis-1'), 'flash'],
    [
      node('x', { metadata: [{ id: 'docker_image_name', label: 'Image', value: 'postgres:16' }] }),
      'database',
    ],
    [node('nginx'), 'route'],
    [node('dnsmasq', { shape: 'square' }), 'signpost'],
    [node('systemd-resolve', { shape: 'square' }), 'signpost'],
    [node('postfix-1'), 'mail'],
    [node('renamed'), 'box'],
    [node('anything'), 'box'],
    [node('bash', { shape: 'square' }), 'prompt'],
    [node('redis', { shape: 'circle' }), 'server'],
    [node('redis', { shape: 'cloud' }), 'globe'],
    [node('Other processes', { rank: 'no-unit:web-1', shape: 'square', pseudo: true }), 'prompt'],
    [node('Containers', { rank: 'containers:db', shape: 'hexagon', pseudo: true }), 'box'],
  ])('icon %#', (of, glyph) => expect(glyphOf(of)).toBe(glyph))
})
