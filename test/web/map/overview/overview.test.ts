import { describe, expect, it } from 'vitest'
import type { Edge, NodeSummary } from '../../../../src/api/types.ts'
import { drawnEdge, drawnNode, plainEdge } from '../../../../web/domain/graph/drawn-graph.ts'
import type { Point } from '../../../../web/domain/plot/geometry.ts'
import { buildScene } from '../../../../web/map/build-scene.ts'
import { createLevel } from '../../../../web/map/overview/level.ts'
import { overviewOf, troubledIn } from '../../../../web/map/overview/overview.ts'
import { noTraces, type Traces } from '../../../../web/map/renderer/protocol.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const { tie } = settings.overview

const inProject = (id: string, project: string, more: Partial<NodeSummary> = {}) =>
  node(id, { partOf: project, ...more })

const onHost = (id: string, host: string) =>
  node(id, { parents: [{ topologyId: 'hosts', id: host, label: host }] })

/** Nodes in a row; each beside the one before, but for those that are marked to be far from it. */
const sceneOf = (
  nodes: readonly (NodeSummary | 'gap')[],
  edges: readonly Edge[] = [],
  traces: Traces = noTraces,
) => {
  let x = 0
  const places = new Map<string, Point>()
  for (const one of nodes) {
    x += one === 'gap' ? 2 * tie : tie / 2
    if (one !== 'gap') places.set(one.id, { x, y: 0 })
  }
  const there = nodes.filter((one) => one !== 'gap')
  return buildScene(
    {
      graph: {
        nodes: new Map(there.map((one) => [one.id, drawnNode(one, undefined)])),
        edges: new Map(edges.map((one) => [one.id, drawnEdge(one, plainEdge, settings)])),
      },
      traces,
      pinned: new Map(),
      places,
    },
    settings,
  )
}

const hullsIn = (...nodes: readonly (NodeSummary | 'gap')[]) =>
  overviewOf(sceneOf(nodes), settings).hulls.map(({ label, members }) => [
    label,
    members.map(({ id }) => id).join(''),
  ])

const shop = (...ids: readonly string[]) => ids.map((id) => inProject(id, 'shop'))
const bank = (...ids: readonly string[]) => ids.map((id) => inProject(id, 'bank'))

describe('hulls', () => {
  it('are of three and more of a project that stand together', () => {
    expect(hullsIn(...shop('a', 'b', 'c'), ...bank('d', 'e'))).toEqual([['shop', 'abc']])
    expect(
      hullsIn(...shop('a', 'b', 'c'), 'gap', ...bank('d', 'e', 'f'), 'gap', ...shop('g', 'h', 'i')),
    ).toEqual([
      ['shop', 'abc'],
      ['shop', 'ghi'],
      ['bank', 'def'],
    ])
    expect(hullsIn(...shop('a', 'b'), 'gap', ...shop('c'))).toEqual([])
  })

  it('are of open groups, however few they have', () => {
    const within = { group: { id: 'g', label: 'open' } }
    expect(hullsIn(inProject('a', 'shop', within), ...shop('b', 'c', 'd'))).toEqual([
      ['open', 'a'],
      ['shop', 'bcd'],
    ])
  })

  it('are of hosts where most are in no project, unless there is only one host', () => {
    const host = (name: string, ...ids: readonly string[]) => ids.map((id) => onHost(id, name))
    expect(hullsIn(...host('h1', 'a', 'b', 'c'), ...host('h2', 'd', 'e', 'f'), ...shop('s'))).toEqual([
      ['h1', 'abc'],
      ['h2', 'def'],
    ])
    expect(hullsIn(...host('h1', 'a', 'b', 'c', 'd'))).toEqual([])
  })

  it('give their colour also to those of the same project that stand elsewhere, which keep their names', () => {
    const { scene } = overviewOf(sceneOf([...shop('a', 'b', 'c'), 'gap', ...shop('d'), node('e')]), settings)
    const look = (id: string) => scene.nodeById.get(id)
    expect(look('d')?.colour).toBe(look('a')?.colour)
    expect(['a', 'd', 'e'].map((id) => look(id)?.plain)).toEqual([true, undefined, undefined])
  })

  it('are without what is gone', () => {
    const gone = { node: drawnNode(inProject('x', 'shop'), undefined), atMs: 0 }
    const scene = sceneOf(shop('a', 'b'), [], { ...noTraces, goneNodes: new Map([['x', gone]]) })
    expect(overviewOf(scene, settings).hulls).toEqual([])
  })

  it('have members that hang together by their ties', () => {
    const [hull] = overviewOf(sceneOf(shop('a', 'b', 'c', 'd')), settings).hulls
    const pairs = hull?.ties.map(([from, to]) => `${from.id}${to.id}`)
    // Not a to c, since b lies between.
    expect(pairs).toEqual(['ab', 'bc', 'cd'])
    expect(['b', 'c']).toContain(hull?.middle.id)
  })
})

describe('edges from afar', () => {
  const nodes = [...shop('a', 'b', 'c'), 'gap', ...bank('d', 'e', 'f'), 'gap', node('z')] as const
  const far = (...edges: readonly Edge[]) => overviewOf(sceneOf(nodes, edges), settings)

  it('are one between two hulls, as wide as all together', () => {
    const busy = { bytesSentPerSecond: 10_000 }
    const { scene, bundles } = far(
      edge('a', 'd', busy),
      edge('b', 'd', busy),
      edge('c', 'f', busy),
      edge('d', 'a'),
    )
    const [there, back] = scene.edges
    expect(scene.edges).toHaveLength(2)
    expect(bundles.get(there?.id ?? '')).toEqual({
      from: 'shop',
      to: 'bank',
      edges: new Set(['a>d', 'b>d', 'c>f']),
    })
    expect(there?.width).toBeGreaterThan(drawnEdge(edge('a', 'd', busy), plainEdge, settings).width)
    // The only one in its direction is itself.
    expect(back?.id).toBe('d>a')
    expect(bundles.size).toBe(1)
  })

  it('are one between a hull and a node, and none within a hull', () => {
    const { scene, bundles } = far(edge('a', 'z'), edge('b', 'z'), edge('a', 'b'))
    expect(scene.edges).toHaveLength(1)
    expect([...bundles.values()]).toEqual([{ from: 'shop', to: 'z', edges: new Set(['a>z', 'b>z']) }])
  })

  it('are themselves when they fail, also within a hull', () => {
    const fails = { failed: 3, failedPerSecond: 1 }
    const { scene } = far(edge('a', 'b', fails), edge('a', 'd', fails), edge('b', 'd'), edge('c', 'd'))
    expect(scene.edges.filter(({ failing }) => failing).map(({ id }) => id)).toEqual(['a>b', 'a>d'])
    expect(scene.edges).toHaveLength(3)
  })
})

it('those are in trouble that are not well, or silent, or to which connections fail', () => {
  const trouble = { of: 3, states: [{ state: 'paused' as const, count: 1 }] }
  const watched = (id: string, kind: 'silent' | 'partial') => ({ ...node(id), watch: { kind, words: '' } })
  const scene = sceneOf(
    [
      ...[node('a', { state: 'unhealthy' }), node('b', { state: 'exited' }), node('c'), node('d')],
      ...[node('group', { state: 'paused', trouble, stack: true })],
      ...[watched('silent', 'silent'), watched('partial', 'partial')],
    ],
    [edge('c', 'd', { failed: 1, failedPerSecond: 1 }), edge('a', 'c')],
  )
  expect([...troubledIn(scene)]).toEqual(['a', 'group', 'silent', 'd'])
})

it('the level changes below one zoom and back only above another', () => {
  const level = createLevel({ from: 0.38, until: 0.42 })
  const taken = [0.5, 0.4, 0.37, 0.4, 0.39, 0.41, 0.37, 0.43, 0.4].map((zoom) => {
    const isOther = level.take(zoom)
    return `${level.isFar ? 'far' : 'near'}${isOther ? '!' : ''}`
  })
  expect(taken).toEqual(['near', 'near', 'far!', 'far', 'far', 'far', 'far', 'near!', 'near'])
})
