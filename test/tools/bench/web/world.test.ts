import { expect, test } from 'vitest'
import { datedEdge } from '../../../../src/topology/view/view-edge.ts'
import { changed, createWorld } from '../../../../tools/bench/web/world.ts'

const world = createWorld(100, 1.5)

test('a world has the size that is asked for, and edges between different nodes of it', () => {
  expect(world.nodes.size).toBe(100)
  expect(world.edges.size).toBe(150)
  for (const { source, target } of world.edges.values()) {
    expect(source).not.toBe(target)
    expect(world.nodes.has(source) && world.nodes.has(target)).toBe(true)
  }
})

test('each second, other numbers change, as many as are to', () => {
  const differing = <T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>) =>
    [...after.keys()].filter((id) => after.get(id) !== before.get(id))
  const first = changed(world, 0, 0.1)
  const second = changed(first, 1, 0.1)
  expect(differing(world.edges, first.edges)).toHaveLength(15)
  expect(differing(world.nodes, first.nodes).length).toBeLessThanOrEqual(10)
  expect(differing(first.edges, second.edges)).toHaveLength(15)
  const again = new Set(differing(world.edges, first.edges))
  expect(differing(first.edges, second.edges).filter((id) => again.has(id))).toEqual([])
})

test('of an edge that changes all else stays', () => {
  const { edges } = changed(world, 0, 1)
  const counters = ['opened', 'bytesSent', 'bytesSentPerSecond', 'bytesReceivedPerSecond'] as const
  for (const [id, edge] of world.edges) {
    const now = edges.get(id)
    expect(now?.opened).toBe(edge.opened + 1)
    const same = now && {
      ...datedEdge(now),
      ...Object.fromEntries(counters.map((name) => [name, edge[name]])),
    }
    expect(same).toEqual(datedEdge(edge))
  }
})
