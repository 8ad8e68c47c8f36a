import { describe, expect, it } from 'vitest'
import { createLinks, isOutsider } from '../../src/demo/connections/links.ts'
import { createDraw } from '../../src/demo/draw.ts'
import { outage } from '../../src/demo/lives.ts'
import { defaultStory } from '../../src/demo/options.ts'
import { createPlan, type Slot } from '../../src/demo/plan.ts'
import { createStory } from '../../src/demo/story.ts'
import { renderView, type View } from '../../src/topology/render.ts'
import type { ViewEdge } from '../../src/topology/view/view-edge.ts'
import { heldAt } from '../support/reports/simulation.ts'

const HOUR_MS = 3_600_000

const labelOf = ({ service, ordinal, shop }: Slot): string =>
  `${shop?.prefix ?? ''}${service.project}${service.deployment === 'swarm' ? '_' : '-'}${service.name}${service.deployment === 'swarm' ? '.' : '-'}${ordinal}`

const edgeIn = (view: View, from: string, to: string): ViewEdge | undefined => {
  const called = (id: string) => view.nodes.get(id)?.label
  return [...view.edges.values()].find(
    ({ source, target }) => called(source) === from && called(target) === to,
  )
}

describe('the map of a story', () => {
  // the failing dependency is up at the beginning of each of its periods
  const atMs = 2 * HOUR_MS
  const options = { ...defaultStory, churnPerMinute: 0 }
  const view = renderView('containers', {}, heldAt(createStory(options), atMs))
  const links = createLinks(createPlan(options, createDraw(options.seed)))
  const between = links.filter(({ client, server }) => client.shop && !isOutsider(server) && server.shop)

  it.each(between.map((link) => [labelOf(link.client), labelOf(link.server as Slot), link] as const))(
    'joins %s to %s',
    (from, to, { call, server }) => {
      const edge = edgeIn(view, from, to)
      if (edge === undefined) throw new Error('there is no edge')
      expect(edge.ports).toEqual([(server as Slot).service.port])
      expect(edge.open).toBeGreaterThanOrEqual(call.pool ?? 0)
      if (call.perSecond >= 1) expect(edge.bytesReceivedPerSecond).toBeGreaterThan(0)
    },
  )

  it('has no edge that no link accounts for', () => {
    const wanted = new Set(
      between.map(({ client, server }) => `${labelOf(client)} ${labelOf(server as Slot)}`),
    )
    const inner = [...view.edges.values()].filter(
      ({ source, target }) =>
        source !== target && !view.nodes.get(source)?.pseudo && !view.nodes.get(target)?.pseudo,
    )
    const others = inner
      .map(({ source, target }) => `${view.nodes.get(source)?.label} ${view.nodes.get(target)?.label}`)
      .filter((pair) => !wanted.has(pair))
    expect(others).toEqual([])
  })

  it('has the Internet, named services, and a machine that nobody watches', () => {
    const pseudo = [...view.nodes.values()].filter((node) => node.pseudo).map(({ label }) => label)
    expect(pseudo.sort()).toEqual([
      'The Internet',
      'The Internet',
      'email-smtp.eu-west-1.amazonaws.com',
      'erp.corp.example',
      'fcm.googleapis.com',
      's3.eu-central-1.amazonaws.com',
    ])
  })

  it('shows the dependency that fails: red from both hosts, and unhealthy', () => {
    const story = createStory(options)
    const failing = (tMs: number) => {
      const now = renderView('containers', {}, heldAt(story, tMs))
      const rates = ['shop_payments.1', 'shop_payments.2'].map(
        (from) => edgeIn(now, from, 'shop_fraud-check.1')?.failedPerSecond ?? 0,
      )
      const state = [...now.nodes.values()].find(({ label }) => label === 'shop_fraud-check.1')?.state
      return rates.every((rate) => rate > 0) && state === 'unhealthy'
    }
    const moments = Array.from({ length: outage.periodMs / 5000 }, (_, n) => atMs + 5000 * n)
    const red = moments.filter(failing).length * 5000
    expect(red).toBeGreaterThan(outage.downMs / 2)
    expect(red).toBeLessThan(outage.downMs * 1.5)
  })

  it('is a map of the same shape when it is large', () => {
    const large = createStory({ hosts: 10, containers: 1000, churnPerMinute: 0 })
    const containers = renderView('containers', {}, heldAt(large, atMs))
    const inner = [...containers.nodes.values()].filter(({ pseudo }) => !pseudo)
    expect(inner).toHaveLength(1000)
    const asked = new Set([...containers.edges.values()].flatMap(({ source, target }) => [source, target]))
    expect(inner.filter(({ id }) => !asked.has(id))).toEqual([])
    // what is not stitched would be addresses that nobody holds
    const outside = [...containers.nodes.values()].filter(({ pseudo }) => pseudo).length
    expect(outside).toBeLessThanOrEqual(6)
  })
})
