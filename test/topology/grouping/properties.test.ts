import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../../src/report/schema.ts'
import { groupId, idOfGroup } from '../../../src/topology/grouping/group-id.ts'
import { restGroup } from '../../../src/topology/grouping/grouping.ts'
import { containerReplica } from '../../../src/topology/grouping/replicas.ts'
import { renderView } from '../../../src/topology/render.ts'
import { serviceOf } from '../../../src/topology/reports/services.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import type { View } from '../../../src/topology/view/view.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'
import { expectSame } from '../../support/expect-same.ts'
import { held } from '../../support/reports/reports.ts'
import { fleet } from './fleet.ts'

const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }
const view = fc.constantFrom(...catalogue.map(({ id }) => id))
const options = fc.constantFrom<Record<string, string>>({}, everything)
const group = fc
  .tuple(
    fc.constantFrom(
      'host',
      'container',
      'service',
      'replicas',
      'compose',
      'stack',
      'image',
      'slice',
      'label:team',
    ),
    fc.constantFrom<Record<string, string>>({}, { rest: 'fold' }),
  )
  .map(([group, rest]): Record<string, string> => ({ group, ...rest }))

const rendered = (viewId: string, reports: readonly Report[], chosen: Record<string, string>): View =>
  renderView(
    viewId,
    chosen,
    reports.map((each) => held(each)),
  )

const counters = [
  'open',
  'opened',
  'closed',
  'failed',
  'abandoned',
  'reset',
  'lost',
  'bytesSent',
  'bytesReceived',
  'retransmits',
] as const

/** What is told of all connections of a view together. */
const totals = (edges: Iterable<ViewEdge>) => {
  const all = [...edges]
  return {
    ...Object.fromEntries(counters.map((key) => [key, all.reduce((sum, edge) => sum + edge[key], 0)])),
    ...Object.fromEntries(
      (['refused', 'timedOut', 'unreachable', 'outOfPorts', 'other'] as const).map((reason) => [
        reason,
        all.reduce((sum, { failedBy }) => sum + (failedBy?.[reason] ?? 0), 0),
      ]),
    ),
    timed: all.reduce((sum, { duration }) => sum + (duration?.count ?? 0), 0),
    connects: all.reduce((sum, { connectTime }) => sum + (connectTime?.count ?? 0), 0),
    ports: [...new Set(all.flatMap(({ ports }) => ports))].sort(),
    rttUs: Math.max(0, ...all.map(({ rttUs = 0 }) => rttUs)),
    smoothedRttUs: Math.max(0, ...all.map(({ smoothedRttUs = 0 }) => smoothedRttUs)),
    estimated: all.some(({ estimated }) => estimated),
    firstSeenMs: Math.min(...all.map(({ firstSeenMs }) => firstSeenMs)),
    lastSeenMs: Math.max(...all.map(({ lastSeenMs }) => lastSeenMs)),
  }
}

const closedGroups = ({ nodes }: View): string[] =>
  [...nodes.values()].filter(({ id, group: mark }) => mark?.id === id).map(({ id }) => id)

const plain = ({ nodes, edges, stats, members }: View) => ({
  nodes: Object.fromEntries(nodes),
  edges: Object.fromEntries(edges),
  stats,
  members: members && Object.fromEntries(members),
})

const withoutMarks = ({ nodes, edges, stats }: View) => ({
  nodes: Object.fromEntries([...nodes].map(([id, { group: _, ...node }]) => [id, node])),
  edges: Object.fromEntries(edges),
  stats,
})

describe('for all reports, views and groupings', () => {
  test('folding then summing equals summing then folding, whatever is open', () => {
    fc.assert(
      fc.property(fleet, view, options, group, fc.nat(), (reports, viewId, chosen, by, seed) => {
        const expected = totals(rendered(viewId, reports, chosen).edges.values())
        const closed = rendered(viewId, reports, { ...chosen, ...by })
        expectSame(totals(closed.edges.values()), expected)
        const open = closedGroups(closed).filter((_, i) => (seed >> i) % 2 === 1)
        const some = rendered(viewId, reports, { ...chosen, ...by, open: open.join() })
        expectSame(totals(some.edges.values()), expected)
        expect(closedGroups(some).some((id) => open.includes(id))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('every edge between groups is the sum of the edges between their members', () => {
    fc.assert(
      fc.property(fleet, group, (reports, by) => {
        const single = rendered('processes', reports, everything)
        const folded = rendered('processes', reports, { ...everything, ...by })
        const groupOf = new Map(
          [...(folded.members ?? [])].flatMap(([id, members]) => members.map((member) => [member, id])),
        )
        // All that an address tells may be whose it is: that container or host is in its group as a whole.
        const containers = rendered('containers', reports, { ...everything, ...by })
        for (const [id, members] of containers.members ?? [])
          for (const member of members) groupOf.set(member, id)
        // What is one container there may be several processes here, and be folded.
        if (by.group === 'service' || by.group === 'container' || by.group === 'replicas')
          for (const { nodes } of reports)
            for (const node of nodes) {
              if (node.topology !== 'container') continue
              const keys = {
                container: () => node.id,
                service: () => serviceOf(node)?.key,
                replicas: () => containerReplica(node, undefined)?.key,
              }
              const key = keys[by.group]()
              if (key !== undefined) groupOf.set(node.id, groupId(by.group, key))
              else if (by.rest) groupOf.set(node.id, idOfGroup(by.group, restGroup))
            }
        const placeOf = (id: string): string => {
          const holder = (id.startsWith('pseudo:address:') ? id.split('@')[1] : id) ?? ''
          const isHost = by.group === 'host' && holder.endsWith(';<host>')
          const around = isHost
            ? `group:host=${holder.split(';')[0]}`
            : (groupOf.get(id) ?? groupOf.get(holder))
          return around !== undefined && folded.nodes.has(around) ? around : id
        }
        const sums = new Map<string, ViewEdge[]>()
        for (const edge of single.edges.values()) {
          const key = [edge.source, edge.target].map(placeOf).join(' ')
          sums.set(key, [...(sums.get(key) ?? []), edge])
        }
        const expected = [...sums].map(([key, edges]) => [key, totals(edges)] as const)
        const actual = [...folded.edges.values()].map(
          (edge) => [`${edge.source} ${edge.target}`, totals([edge])] as const,
        )
        expectSame(Object.fromEntries(actual), Object.fromEntries(expected))
      }),
    )
  })

  test('opening all groups equals no grouping, but for the marks', () => {
    fc.assert(
      fc.property(fleet, view, options, group, (reports, viewId, chosen, by) => {
        const openedBy = (open: readonly string[]): View =>
          rendered(viewId, reports, { ...chosen, ...by, open: open.join() })
        // Which addresses are alike depends on what they are connected to, and so on what is shown.
        const shown = [everything, chosen].map((each) => rendered(viewId, reports, { ...each, ...by }))
        const open = shown.flatMap(closedGroups)
        // It depends on what is open as well: a node among the members may alone talk with four addresses of which its groups had
        // fewer each. No other group comes by opening, and none by opening addresses: they are opened by the second time.
        const come = closedGroups(openedBy(open))
        expect(come.filter((id) => !id.includes('%alike;'))).toEqual([])
        const opened = openedBy([...open, ...come])
        expect(closedGroups(opened)).toEqual([])
        expectSame(withoutMarks(opened), withoutMarks(rendered(viewId, reports, chosen)))
      }),
      { numRuns: 300 },
    )
  })

  test('the order of reports does not show', () => {
    fc.assert(
      fc.property(fleet, view, options, group, (reports, viewId, chosen, by) => {
        const first = plain(rendered(viewId, reports, { ...chosen, ...by }))
        const copies = structuredClone([...reports].reverse())
        expectSame(plain(rendered(viewId, copies, { ...chosen, ...by })), first)
      }),
    )
  })

  test('every node that an edge names exists, and groups stand for nodes of the view without groups', () => {
    fc.assert(
      fc.property(fleet, view, group, (reports, viewId, by) => {
        const folded = rendered(viewId, reports, { ...everything, ...by })
        for (const { source, target } of folded.edges.values())
          expect([folded.nodes.has(source), folded.nodes.has(target)]).toEqual([true, true])
        const { nodes } = rendered(viewId, reports, everything)
        expect([...(folded.members?.keys() ?? [])].sort()).toEqual(closedGroups(folded).sort())
        for (const [group, members] of folded.members ?? []) {
          expect(members.length).toBeGreaterThan(0)
          // Only alike addresses are folded without being part of what reports tell.
          const areAddresses = group.includes('alike;addresses;')
          for (const id of members) expect(nodes.get(id)?.pseudo === true).toBe(areAddresses)
          for (const id of members) expect(nodes.has(id)).toBe(true)
        }
      }),
    )
  })

  test('groups stand for what they show when they are open, and as much is hidden as without groups', () => {
    fc.assert(
      fc.property(
        fleet,
        fc.constantFrom('processes', 'containers', 'hosts'),
        options,
        group,
        (reports, viewId, chosen, by) => {
          const { nodes, stats } = rendered(viewId, reports, chosen)
          const folded = rendered(viewId, reports, { ...chosen, ...by })
          expect(folded.stats.filtered_nodes).toBe(stats.filtered_nodes)
          for (const members of folded.members?.values() ?? [])
            for (const id of members) expect(nodes.has(id)).toBe(true)
        },
      ),
    )
  })

  test('no more nodes than without groups, unless a node has parts in several', () => {
    fc.assert(
      fc.property(
        fleet,
        fc.constantFrom('processes', 'containers', 'hosts'),
        group,
        (reports, viewId, by) => {
          const folded = rendered(viewId, reports, { ...everything, ...by })
          expect(folded.nodes.size).toBeLessThanOrEqual(rendered(viewId, reports, everything).nodes.size)
        },
      ),
    )
  })
})
