import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { equalValues } from '../../../src/topology/equal.ts'
import type { ConnectedView } from '../../../src/topology/query/filter/touched.ts'
import { type FilteredView, ViewFilter } from '../../../src/topology/query/filter/view-filter.ts'
import { allOf, anyOf, type Query } from '../../../src/topology/query/language/ast.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { graphOf } from '../../../src/topology/query/match/graph.ts'
import type { View } from '../../../src/topology/view/view.ts'
import type { ViewEdge } from '../../../src/topology/view/view-edge.ts'
import { byDefinition } from './by-definition.ts'

/** As a pseudo node, the last one is external. */
const IDS = ['a', 'b', 'c', 'd', 'at-theinternet'] as const
const GROUPS = ['front', 'back'] as const

/** What there is: the labels of nodes, the open connections between them, and of which groups they are members. */
interface World {
  readonly labels: Map<string, string>
  readonly open: Map<string, number>
  readonly groups: Map<string, readonly string[]>
}

/** One thing that changes in a world. */
type Change = (world: World) => void

const id = fc.constantFrom(...IDS)
const label = fc.option(fc.constantFrom('web', 'db', 'cache'), { freq: 6 })
const open = fc.option(fc.integer({ min: 0, max: 3 }), { freq: 3 })
const groups = fc.subarray([...GROUPS])

const put = <Value>(map: Map<string, Value>, key: string, value: Value | null): void => {
  if (value === null) map.delete(key)
  else map.set(key, value)
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(id, label).map(
    ([of, value]): Change =>
      (world) =>
        put(world.labels, of, value),
  ),
  fc.tuple(id, id, open).map(
    ([from, to, value]): Change =>
      (world) =>
        put(world.open, `${from} ${to}`, value),
  ),
  fc.tuple(id, groups).map(
    ([of, value]): Change =>
      (world) =>
        put(world.groups, of, value),
  ),
)

const everything: fc.Arbitrary<Change> = fc
  .record({
    labels: fc.array(label, { minLength: IDS.length, maxLength: IDS.length }),
    open: fc.array(fc.tuple(id, id, open), { maxLength: 10 }),
    groups: fc.array(groups, { minLength: IDS.length, maxLength: IDS.length }),
  })
  .map(
    (chosen): Change =>
      (world) => {
        for (const [index, of] of IDS.entries()) {
          put(world.labels, of, chosen.labels[index] ?? null)
          put(world.groups, of, chosen.groups[index] ?? null)
        }
        for (const [from, to, value] of chosen.open) put(world.open, `${from} ${to}`, value)
      },
  )

const likely = fc
  .constantFrom(
    ...['web', 'name=db', 'to:web', 'to:db', 'from:web', 'from:cache', 'external:true', 'external:false'],
    ...['open>=1', 'open>=4', 'open<2', 'is:connected', 'is:group', 'to:web open>=2', 'from:db to:web'],
  )
  .map(parseQuery)
const queries = fc.oneof(
  likely,
  likely.map((query): Query => ({ kind: 'not', query })),
  fc.array(likely, { minLength: 2, maxLength: 3 }).map(allOf),
  fc.array(likely, { minLength: 2, maxLength: 3 }).map(anyOf),
)

const nodeOf = (id: string, label: string): NodeSummary => ({
  ...{ id, label, labelMinor: '', rank: label, shape: 'hexagon' },
  ...(label === 'cache' ? { pseudo: true } : {}),
})

const edgeOf = (source: string, target: string, open: number): ViewEdge => ({
  ...{ id: `${source}>${target}`, source, target, open, opened: 0, closed: 0, failed: 0, abandoned: 0 },
  ...{ reset: 0, lost: 0, bytesSent: 0, bytesReceived: 0, retransmits: 0, ports: [], portsTotal: 0 },
  ...{ openedPerSecond: 0, failedPerSecond: 0, bytesSentPerSecond: 0, bytesReceivedPerSecond: 0 },
  ...{ firstSeenMs: 0, lastSeenMs: 0 },
})

type Content = Pick<View, 'nodes' | 'edges' | 'members'>

const withAdjacency = (nodes: readonly NodeSummary[], edges: readonly ViewEdge[]) =>
  nodes.map((node) => {
    const adjacency = edges.flatMap(({ source, target }) => (source === node.id ? [target] : [])).sort()
    return adjacency.length === 0 ? node : { ...node, adjacency }
  })

const contentOf = (nodes: readonly NodeSummary[], edges: readonly ViewEdge[]): Content => ({
  nodes: new Map(withAdjacency(nodes, edges).map((node) => [node.id, node])),
  edges: new Map(edges.map((edge) => [edge.id, edge])),
})

const plainContent = ({ labels, open }: World): Content =>
  contentOf(
    [...labels].map(([id, label]) => nodeOf(id, label)),
    [...open].flatMap(([ends, value]) => {
      const [source = '', target = ''] = ends.split(' ')
      return labels.has(source) && labels.has(target) ? [edgeOf(source, target, value)] : []
    }),
  )

/** Each member is in its groups only, but `d`, which may be a node by itself, too. */
const groupedContent = (world: World): Content => {
  const groupsOf = (id: string): readonly string[] => world.groups.get(id) ?? []
  const plain = plainContent(world)
  const members = new Map(
    GROUPS.map((group) => [
      group,
      [...plain.nodes.keys()].filter((id) => groupsOf(id).includes(group)).sort(),
    ]),
  )
  for (const [group, ids] of members) if (ids.length === 0) members.delete(group)
  const alone = [...plain.nodes.values()].filter(
    ({ id, label }) => (id === 'd' && label !== 'web') || groupsOf(id).length === 0,
  )
  const heads = [...members.keys()].map(
    (id): NodeSummary => ({
      ...nodeOf(id, id),
      stack: true,
      group: { id, label: id, value: 'host', members: 1 } as NonNullable<NodeSummary['group']>,
    }),
  )
  const sums = new Map<string, ViewEdge>()
  for (const { source, target, open } of plain.edges.values()) {
    const edge = edgeOf(groupsOf(source)[0] ?? source, groupsOf(target)[0] ?? target, open)
    sums.set(edge.id, { ...edge, open: open + (sums.get(edge.id)?.open ?? 0) })
  }
  const nodes = [...alone, ...heads].map(({ adjacency: _, ...node }) => node)
  return { ...contentOf(nodes, [...sums.values()]), ...(members.size > 0 ? { members } : {}) }
}

const mapOf = <Value>(before: ReadonlyMap<string, Value> | undefined, now: ReadonlyMap<string, Value>) =>
  new Map(
    [...now].map(([id, value]) => {
      const known = before?.get(id)
      return [id, known !== undefined && equalValues(known, value) ? known : value] as const
    }),
  )

const changedIn = (before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): string[] =>
  [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id))

/** The view that follows another, with the same objects where nothing else is said, as a pipeline makes it. */
const following = (before: View | undefined, content: Content): View => {
  const nodes = mapOf(before?.nodes, content.nodes)
  const edges = mapOf(before?.edges, content.edges)
  const members = content.members && mapOf(before?.members, content.members)
  return {
    ...{ nodes, edges },
    stats: { node_count: nodes.size, nonpseudo_node_count: 0, edge_count: edges.size, filtered_nodes: 0 },
    ...(members ? { members } : {}),
    ...(before && {
      change: {
        since: new WeakRef(before),
        nodes: changedIn(before.nodes, nodes),
        edges: changedIn(before.edges, edges),
      },
    }),
  }
}

const connected = (view: View): ConnectedView => ({ view, edgesOf: graphOf(view).edgesOf })

const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

const saying = ({ nodes, edges, stats, query }: FilteredView) => ({
  nodes: sorted(nodes),
  edges: sorted(edges),
  stats,
  query,
})

/** Steps at which something changes, and whether somebody asks then. */
const steps = fc
  .tuple(
    everything,
    fc.array(fc.tuple(fc.array(change, { minLength: 1, maxLength: 2 }), fc.boolean()), { maxLength: 8 }),
  )
  .map(([first, others]) => [[[first], true] as const, ...others])

it.each([
  ['a view', plainContent],
  ['a view with closed groups', groupedContent],
])('%s, filtered by what changed, is what it is by definition', (_, contentOf) => {
  fc.assert(
    fc.property(steps, queries, (taken, query) => {
      const filter = new ViewFilter({ text: '', query })
      const world: World = { labels: new Map(), open: new Map(), groups: new Map() }
      let plain: View | undefined
      let view: View | undefined
      let shown: FilteredView | undefined
      for (const [changes, isAsked] of taken) {
        for (const change of changes) change(world)
        plain = following(plain, plainContent(world))
        view = following(view, contentOf(world))
        if (!isAsked) continue
        const now = filter.update(connected(view), view.members && connected(plain))
        expect(saying(now)).toEqual(saying(byDefinition(view, '', query, plain)))
        if (shown !== undefined && shown !== now) {
          expect(now.change?.since.deref()).toBe(shown)
          expect(now.change?.nodes.toSorted()).toEqual(changedIn(shown.nodes, now.nodes).sort())
          expect(now.change?.edges.toSorted()).toEqual(changedIn(shown.edges, now.edges).sort())
        }
        shown = now
      }
    }),
    { numRuns: 1000 },
  )
})
