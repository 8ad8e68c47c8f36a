import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderView } from '../../../src/topology/render.ts'
import type { View } from '../../../src/topology/view/view.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'
import { everything } from '../connections/cases.ts'
import {
  containerOfProgram,
  type Fleet,
  fleets,
  type HostSight,
  hostId,
  processOf,
  reportsOf,
  type Truth,
} from './fleet.ts'

const sightOf = (given: { readonly [Key in keyof HostSight]: fc.Arbitrary<boolean> }) => fc.record(given)
const yes = fc.constant(true)
const no = fc.constant(false)

const allSeen = fleets(sightOf({ isWatched: yes, seesNat: yes, hasProxy: fc.boolean(), isPolled: no }))
const someSilent = fleets(
  sightOf({ isWatched: fc.boolean(), seesNat: yes, hasProxy: fc.boolean(), isPolled: no }),
)
const anything = fleets(
  sightOf({ isWatched: fc.boolean(), seesNat: fc.boolean(), hasProxy: fc.boolean(), isPolled: fc.boolean() }),
)

const inView = (viewId: string, fleet: Fleet): View => renderView(viewId, everything, reportsOf(fleet))

const isTold = ({ hosts }: Fleet, { from, to }: Truth): boolean =>
  hosts[from]?.isWatched === true || hosts[to]?.isWatched === true

const told = (fleet: Fleet) => fleet.truths.filter((truth) => isTold(fleet, truth))

const sum = (of: Iterable<number>): number => [...of].reduce((a, b) => a + b, 0)

/** Edges as `source target opened open bytes`, each once. */
const inWords = (ends: readonly (readonly [source: string, target: string, truth: Truth])[]): string[] =>
  [...Map.groupBy(ends, ([source, target]) => `${source} ${target}`)]
    .map(([key, all]) => {
      const truths = all.map(([, , truth]) => truth)
      const open = truths.filter(({ isOpen }) => isOpen).length
      return `${key} ${truths.length} ${open} ${sum(truths.map(({ bytes }) => bytes))}`
    })
    .sort()

const found = ({ edges }: View): string[] =>
  [...edges.values()]
    .map(
      ({ source, target, opened, open, bytesSent }) => `${source} ${target} ${opened} ${open} ${bytesSent}`,
    )
    .sort()

const isBetweenProcesses = ({ nodes }: View, { source, target }: ViewEdge): boolean =>
  !nodes.get(source)?.pseudo && !nodes.get(target)?.pseudo

describe('hosts of one name, with the same networks and containers of the same names', () => {
  test('both sides seen: each open connection leads from its process to its process', () => {
    fc.assert(
      fc.property(allSeen, (given) => {
        const fleet = {
          ...given,
          truths: given.truths.map((truth) => ({ ...truth, isOpen: true, bytes: 0 })),
        }
        expect(found(inView('processes', fleet))).toEqual(
          inWords(
            fleet.truths.map((truth) => [
              processOf(truth.from, truth.client),
              processOf(truth.to, truth.server),
              truth,
            ]),
          ),
        )
      }),
    )
  })

  test('whoever is watched, the view of hosts has each connection once, with its bytes, between its two hosts', () => {
    fc.assert(
      fc.property(someSilent, (fleet) => {
        const placed = (host: number, way: Truth['way']): string =>
          fleet.hosts[host]?.isWatched
            ? `${hostId(host)};<host>`
            : `pseudo:address:;${{ main: `10.0.0.${host + 1}`, second: `10.0.1.${host + 1}`, v6: `fd00::${host + 1}` }[way]}`
        expect(found(inView('hosts', fleet))).toEqual(
          inWords(
            told(fleet).map((truth) => [placed(truth.from, truth.way), placed(truth.to, truth.way), truth]),
          ),
        )
      }),
    )
  })

  test('whatever is seen, each connection counts once in every view, and no edge joins what never met', () => {
    fc.assert(
      fc.property(anything, (fleet) => {
        const truths = told(fleet)
        const pairs = new Set(
          truths.flatMap((truth) => [
            `${processOf(truth.from, truth.client)} ${processOf(truth.to, truth.server)}`,
            `${hostId(truth.from)};<host> ${hostId(truth.to)};<host>`,
          ]),
        )
        for (const viewId of ['processes', 'hosts', 'containers']) {
          const view = inView(viewId, fleet)
          const edges = [...view.edges.values()]
          expect(sum(edges.map(({ opened }) => opened)), viewId).toBe(truths.length)
          expect(sum(edges.map(({ open }) => open)), viewId).toBe(
            truths.filter(({ isOpen }) => isOpen).length,
          )
          if (viewId === 'containers') continue
          for (const edge of edges)
            if (!edge.estimated && isBetweenProcesses(view, edge))
              expect(pairs, viewId).toContain(`${edge.source} ${edge.target}`)
        }
      }),
    )
  })

  test('whatever is seen, what a container did is not told of a container of its name on another host', () => {
    fc.assert(
      fc.property(anything, (fleet) => {
        const view = inView('containers', fleet)
        for (const { source, target, estimated } of view.edges.values()) {
          if (estimated || view.nodes.get(source)?.pseudo || view.nodes.get(target)?.pseudo) continue
          const were = fleet.truths.some(
            (truth) =>
              containerOfProgram(truth.from, truth.client) === source &&
              containerOfProgram(truth.to, truth.server) === target,
          )
          expect(were).toBe(true)
        }
      }),
    )
  })
})
