import { expect, test } from 'vitest'
import type { NodeSummary } from '../../../src/api/types.ts'
import { createLinks } from '../../../src/demo/connections/links.ts'
import { createDraw } from '../../../src/demo/draw.ts'
import { defaultStory } from '../../../src/demo/options.ts'
import { createPlan } from '../../../src/demo/plan.ts'
import { storyOf } from '../../../src/demo/story.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import type { UndatedEdge } from '../../../src/topology/view/view-edge.ts'
import { askedView } from '../../../tools/soak/simulated/shown.ts'
import { trueViews, truthsOf } from '../../../tools/soak/simulated/truth/truth.ts'
import type { ShownMap } from '../../../tools/soak/simulated/truth/untrue.ts'

const options = { ...defaultStory, hosts: 5, containers: 100, churnPerMinute: 300, seed: 'truth' }
const plan = createPlan(options, createDraw(options.seed))
const story = storyOf(plan, createLinks(plan), options)
const truthAt = truthsOf(plan, story)

/** What an app makes of the reports of some hosts, and what is so. */
const at = (tMs: number, isAway: (index: number) => boolean = () => false) => {
  const away = new Set(story.hosts.filter((_, index) => isAway(index)).map(({ id }) => id))
  const held = story
    .reportsAt(tMs)
    .filter(({ host }) => !away.has(host.id))
    .map((report) => ({ report, startedAtMs: 0, arrivedAtMs: 0, verified: true }))
  const pipeline = new Pipeline()
  const truth = truthAt(tMs, ({ id }) => !away.has(id))
  return {
    shown: (view: string): ShownMap => {
      const { id, options } = askedView(view)
      return pipeline.view(id, options, held)
    },
    untrue: truth.untrue,
  }
}

const MOMENTS = [3_605_000, 3_640_300, 3_700_700] as const

test.each(MOMENTS.map((tMs, i) => [tMs, i] as const))(
  'every view of a moment shows what is so, and nothing else, also while hosts are away',
  (tMs, i) => {
    const { shown, untrue } = at(tMs, (index) => i > 0 && (index + i) % 4 === 0)
    for (const view of trueViews) expect(untrue(view, shown(view)), view).toEqual([])
  },
)

const moment = at(MOMENTS[0])

const changed = (
  view: string,
  change: (nodes: Map<string, NodeSummary>, edges: Map<string, UndatedEdge>) => void,
): readonly string[] => {
  const { nodes, edges } = moment.shown(view)
  const [ownNodes, ownEdges] = [new Map(nodes), new Map(edges)]
  change(ownNodes, ownEdges)
  return moment.untrue(view, { nodes: ownNodes, edges: ownEdges })
}

const firstOf = <Value>(
  all: ReadonlyMap<string, Value>,
  is: (value: Value) => boolean = () => true,
): Value => {
  for (const value of all.values()) if (is(value)) return value
  throw new Error('none is like that')
}

const isReal = ({ pseudo }: NodeSummary): boolean => pseudo !== true

test.each(trueViews.filter((view) => view !== 'hosts'))('of %s, an edge that is missing is found', (view) => {
  // Connections of which nobody can tell where they end may be on any of several edges.
  const found = changed(view, (_, edges) => {
    for (const [id, edge] of edges) if (!edge.estimated && edge.open > 0) edges.delete(id)
  })
  expect(found.join('\n')).toMatch(/does not show .* → /)
})

test.each(trueViews)('of %s, an edge between others is found', (view) => {
  const found = changed(view, (nodes, edges) => {
    const edge = firstOf(edges)
    const connected = new Set(Array.from(edges.values(), ({ source, target }) => `${source} ${target}`))
    const wrong = firstOf(nodes, ({ id }) => id !== edge.source && !connected.has(`${id} ${edge.source}`))
    edges.set('wrong', { ...edge, id: 'wrong', source: wrong.id, target: edge.source })
  })
  expect(found.join('\n')).toContain('who are not connected')
})

test.each(
  trueViews.flatMap((view) =>
    (['open', 'opened', 'failed'] as const).map((counter) => [view, counter] as const),
  ),
)('of %s, one more connection that is %s is found', (view, counter) => {
  const found = changed(view, (_, edges) => {
    const edge = firstOf(edges, ({ estimated }) => !estimated)
    edges.set(edge.id, { ...edge, [counter]: edge[counter] + 1 })
  })
  expect(found.join('\n')).toContain(`are ${counter}, which is`)
})

test.each(trueViews)('of %s, a port that nobody uses is found', (view) => {
  const found = changed(view, (_, edges) => {
    const edge = firstOf(edges)
    edges.set(edge.id, { ...edge, ports: [...edge.ports, 4711], portsTotal: edge.portsTotal + 1 })
  })
  expect(found.join('\n')).toContain('leads to the ports 4711')
})

test.each(trueViews)(
  'of %s, a node that has gone, one that is missing, and one with another name are found',
  (view) => {
    const node = firstOf(moment.shown(view).nodes, (one) => isReal(one) && (one.adjacency ?? []).length > 0)
    const gone = changed(view, (nodes) => nodes.set('gone', { ...node, id: 'gone' }))
    expect(gone).toContain('shows gone, which is not there')
    expect(changed(view, (nodes) => nodes.delete(node.id))).toContain(`does not show ${node.id}`)
    const [wrong] = changed(view, (nodes) => {
      const metadata = node.metadata?.map((row) => ({ ...row, value: 'wrong' }))
      nodes.set(node.id, { ...node, ...(metadata && { metadata }), label: 'wrong', labelMinor: 'wrong' })
    })
    expect(wrong).toContain(`says of ${node.id} that its `)
  },
)

test.each(['containers', 'containers-by-image', 'containers?group=host', 'processes', 'systemd-units'])(
  'of %s, a state that is not so is found',
  (view) => {
    const node = firstOf(moment.shown(view).nodes, (one) =>
      view === 'systemd-units' ? one.state !== undefined : isReal(one),
    )
    const found = changed(view, (nodes) => nodes.set(node.id, { ...node, state: 'paused' }))
    expect(found.join('\n')).toMatch(/its state is paused, which is/)
  },
)
