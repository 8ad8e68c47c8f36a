import { describe, expect, it } from 'vitest'
import { paceStep } from '../../../../web/domain/edge/edge-look.ts'
import { createStaleMarks, type Reporting } from '../../../../web/domain/edge/stale.ts'
import type { Graph } from '../../../../web/domain/graph/graph.ts'
import { settings } from '../../../../web/settings.ts'
import { edge, node } from '../../support/graph.ts'

const probe = (hostId: string, ageMs: number): Reporting => ({ hostId, ageMs, intervalMs: 1000 })
const on = (id: string, ...hosts: readonly string[]) =>
  node(id, {
    parents: hosts.map((host) => ({ id: `${host};<host>`, label: host, topologyId: 'hosts' })),
  })
const busy = { bytesSentPerSecond: 600_000 }

const world: Graph = {
  nodes: new Map(
    [
      on('a1', 'a'),
      on('a2', 'a'),
      on('b1', 'b'),
      on('both', 'a', 'b'),
      node('a;<host>'),
      node('uncontained:a', { pseudo: true }),
      node('in-theinternet', { pseudo: true }),
    ].map((one) => [one.id, one]),
  ),
  edges: new Map(
    [
      ['a1', 'a2'],
      ['a1', 'b1'],
      ['a1', 'in-theinternet'],
      ['in-theinternet', 'b1'],
      ['both', 'a1'],
      ['a;<host>', 'in-theinternet'],
      ['uncontained:a', 'a1'],
    ].map(([source = '', target = '']) => {
      const one = edge(source, target, busy)
      return [one.id, one] as const
    }),
  ),
}

const staleOf = (graph: Graph) => [...graph.edges.values()].filter(({ stale }) => stale).map(({ id }) => id)

describe('edges of silent hosts', () => {
  it('are stale where no probe tells of them any more', () => {
    const mark = createStaleMarks()
    expect(staleOf(mark(world, [probe('a', 60_000), probe('b', 500)]))).toEqual([
      'a1>a2',
      'a1>in-theinternet',
      'a;<host>>in-theinternet',
      'uncontained:a>a1',
    ])
    expect(staleOf(mark(world, [probe('a', 60_000), probe('b', 60_000)]))).toHaveLength(7)
    expect(mark(world, [probe('a', 500), probe('b', 500)])).toBe(world)
    expect(staleOf(mark(world, [probe('c', 60_000)]))).toEqual([])
  })

  it('are the same objects as long as nothing is told anew', () => {
    const mark = createStaleMarks()
    const probes = [probe('a', 60_000)]
    const first = mark(world, probes).edges.get('a1>a2')
    expect(mark(world, probes).edges.get('a1>a2')).toBe(first)
    expect(first).not.toBe(world.edges.get('a1>a2'))
  })

  it('rest, whatever was last told of their traffic', () => {
    const moving = edge('a1', 'a2', busy)
    expect(paceStep(moving, settings.traffic.steps)).toBe(3)
    expect(paceStep({ ...moving, stale: true }, settings.traffic.steps)).toBe(0)
  })
})
