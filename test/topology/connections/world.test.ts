import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import type { View } from '../../../src/topology/view/view.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'
import { everything } from './cases.ts'
import { containerOf, processOf, reportsOf, toldSides, type World, worldOf } from './world.ts'

const VIEWS = ['processes', 'processes-by-name', 'containers', 'hosts'] as const

const three = worldOf(
  [
    { name: 'alpha', ip: '10.0.0.1' },
    { name: 'beta', ip: '10.0.0.2' },
    { name: 'gamma', ip: '10.0.0.3' },
  ],
  () => true,
)
// All from one to the other, so that several processes on both sides meet.
const two = worldOf(
  [
    { name: 'alpha', ip: '10.0.0.1' },
    { name: 'beta', ip: '10.0.0.2' },
  ],
  (from, to) => from < to,
)
const fleet = fc.oneof(three, two)

const processes = (reports: readonly HeldReport[]): View => renderView('processes', everything, reports)

const total = (edges: Iterable<ViewEdge>, key: 'open' | 'opened' | 'closed' | 'failed' | 'bytesSent') =>
  [...edges].reduce((sum, edge) => sum + edge[key], 0)

describe('whatever happens between watched and unwatched hosts, and whichever side is lost', () => {
  test('each connection that anybody told of counts once', () => {
    fc.assert(
      fc.property(fleet, (world) => {
        const { edges } = processes(reportsOf(world))
        const told = world.truths.filter((truth) => toldSides(world, truth).size > 0)
        const ended = (...ends: string[]) => told.filter(({ end }) => ends.includes(end))
        const all = [...edges.values()]
        expect(total(all, 'open')).toBe(ended('open').length)
        expect(total(all, 'opened')).toBe(ended('open', 'closed').length)
        expect(total(all, 'closed')).toBe(ended('closed').length)
        expect(total(all, 'failed')).toBe(ended('failed').length)
        expect(total(all, 'bytesSent')).toBe(
          ended('open', 'closed').reduce((sum, { bytes }) => sum + bytes, 0),
        )
      }),
    )
  })

  test.each([
    ['processes', processOf],
    ['containers', containerOf],
  ])('what is not an estimate is as it was: %s', (viewId, nodeOf) => {
    fc.assert(
      fc.property(fleet, (world) => {
        const view = renderView(viewId, everything, reportsOf(world))
        for (const edge of view.edges.values()) {
          if (edge.estimated || !isBetweenProcesses(view, edge)) continue
          const were = between(world, edge, nodeOf)
          expect(edge.open).toBe(were.filter(({ end }) => end === 'open').length)
          expect(edge.opened).toBe(were.length)
        }
      }),
    )
  })

  test('an estimate joins only processes that took part', () => {
    fc.assert(
      fc.property(fleet, (world) => {
        const view = processes(reportsOf(world))
        for (const edge of view.edges.values()) {
          if (!isBetweenProcesses(view, edge)) continue
          const took = world.truths.some(
            (truth) => processOf(world, truth.clientHost, truth.client) === edge.source,
          )
          const part = world.truths.some(
            (truth) => processOf(world, truth.serverHost, truth.server) === edge.target,
          )
          expect([took, part]).toEqual([true, true])
        }
      }),
    )
  })

  test('connections that are all open, and told by both sides, are known one by one', () => {
    fc.assert(
      fc.property(fleet, (given) => {
        const world: World = {
          hosts: given.hosts.map((each) => ({ ...each, watched: true })),
          truths: given.truths.map((truth) => ({ ...truth, end: 'open' })),
          lost: () => undefined,
        }
        const { edges } = processes(reportsOf(world))
        const found = [...edges.values()].map(({ source, target, open }) => `${source} ${target} ${open}`)
        const were = Map.groupBy(
          world.truths,
          (truth) =>
            `${processOf(world, truth.clientHost, truth.client)} ${processOf(world, truth.serverHost, truth.server)}`,
        )
        expect(found.sort()).toEqual([...were].map(([ends, all]) => `${ends} ${all.length}`).sort())
      }),
    )
  })

  test('the order of reports does not show', () => {
    fc.assert(
      fc.property(fleet, fc.constantFrom(...VIEWS), (world, viewId) => {
        const reports = reportsOf(world)
        const edges = (of: readonly HeldReport[]) =>
          Object.fromEntries(renderView(viewId, everything, of).edges)
        expect(edges(structuredClone(reports).reverse())).toEqual(edges(reports))
      }),
    )
  })

  test('summed over the processes of hosts, edges are those between hosts', () => {
    fc.assert(
      fc.property(fleet, (world) => {
        const reports = reportsOf(world)
        const view = processes(reports)
        const sums = new Map<string, number>()
        for (const edge of view.edges.values()) {
          // Only ends that a process is known of are at a host for sure in both views.
          const [source, target] = [hostOf(edge.source), hostOf(edge.target)]
          if (source === target) continue
          const key = `${source} ${target}`
          sums.set(key, (sums.get(key) ?? 0) + edge.opened)
        }
        const hosts = renderView('hosts', everything, reports)
        const found = [...hosts.edges.values()].map(
          ({ source, target, opened }) => [`${hostOf(source)} ${hostOf(target)}`, opened] as const,
        )
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(sums))
      }),
    )
  })
})

describe('two sites with the same private addresses', () => {
  const sites = worldOf(
    ['a', 'b'].flatMap((site) =>
      [1, 2, 3].map((i) => ({ name: `${site}${i}`, ip: `10.0.0.${i}`, alwaysWatched: true })),
    ),
    (from, to) => Math.floor(from / 3) === Math.floor(to / 3),
  )

  test('no edge leads from one to the other', () => {
    fc.assert(
      fc.property(sites, fc.constantFrom('processes', 'hosts'), (world, viewId) => {
        const view = renderView(viewId, everything, reportsOf(world))
        for (const { source, target } of view.edges.values()) {
          if (view.nodes.get(source)?.pseudo || view.nodes.get(target)?.pseudo) continue
          expect(source[0]).toBe(target[0])
        }
      }),
    )
  })
})

const isBetweenProcesses = ({ nodes }: View, { source, target }: ViewEdge): boolean =>
  !nodes.get(source)?.pseudo && !nodes.get(target)?.pseudo

/** Connections between two nodes that both sides told of: what one side told is joined to no process. */
const between = (world: World, { source, target }: ViewEdge, nodeOf: typeof processOf) =>
  world.truths.filter(
    (truth) =>
      toldSides(world, truth).size === 2 &&
      nodeOf(world, truth.clientHost, truth.client) === source &&
      nodeOf(world, truth.serverHost, truth.server) === target,
  )

/** The host of a process, host or address that a host is known to hold. */
const hostOf = (id: string): string =>
  id.startsWith('pseudo:address:') ? (id.split('@')[1]?.split(';')[0] ?? id) : (id.split(';')[0] ?? id)
