import { describe, expect, it } from 'vitest'
import type { MetricRow, NodeSummary } from '../../../../src/api/types.ts'
import { hostUses } from '../../../../web/domain/resources/tree.ts'
import { hostWords } from '../../../../web/domain/resources/words.ts'
import { node } from '../../support/graph.ts'

const metric = (id: string, value: number, max = 100): MetricRow => ({
  ...{ id, label: id, format: 'percent', priority: 1, value, min: 0, max, samples: null, url: '' },
})
const part = (view: string, id: string) => ({ id, label: id, topologyId: view })
const byId = (...nodes: readonly NodeSummary[]) => new Map(nodes.map((one) => [one.id, one]))

const host = node('h1', {
  metadata: [{ id: 'cpu_count', label: 'CPUs', value: '4' }],
  metrics: [metric('host_cpu_usage_percent', 25), metric('host_mem_usage_bytes', 3e9, 8e9)],
})
const container = (id: string, cpu: number, on = 'h1') =>
  node(id, {
    parents: [part('hosts', on)],
    metrics: [metric('docker_cpu_total_usage', cpu, 50), metric('docker_memory_usage', cpu * 1e7, 8e9)],
  })
const process = (id: string, cpu: number, container?: string) =>
  node(id, {
    parents: [...(container ? [part('containers', container)] : []), part('hosts', 'h1')],
    metrics: [metric('process_cpu_usage_percent', cpu, 400)],
  })

describe('what hosts use', () => {
  const views = {
    hosts: byId(host, node('internet', { pseudo: true }), node('silent')),
    containers: byId(
      container('small', 10),
      container('large', 60),
      container('idle', 0),
      container('lost', 5, 'h9'),
    ),
    processes: byId(
      process('p1', 3, 'large'),
      process('p2', 40, 'large'),
      process('p3', 8),
      process('p4', 2, 'hidden'),
    ),
  }
  const uses = hostUses(views, 'cpu')

  it('has CPU in percent of one CPU, of all that the host has', () => {
    expect(uses.map(({ id, value, capacity }) => ({ id, value, capacity }))).toEqual([
      { id: 'h1', value: 100, capacity: 400 },
    ])
    expect(uses.map((one) => hostWords(one, 'cpu'))).toEqual(['1 of 4 CPUs, 25\u202f%'])
  })

  it('has containers in their host and processes in their container, the largest first, and none that uses nothing', () => {
    expect(uses[0]?.containers.map(({ id, processes }) => [id, processes.map((one) => one.id)])).toEqual([
      ['large', ['p2', 'p1']],
      ['small', []],
    ])
  })

  it('has processes of containers that are not shown directly in the host', () => {
    expect(uses[0]?.processes.map(({ id }) => id)).toEqual(['p3', 'p4'])
  })

  it('has memory in bytes', () => {
    const [use] = hostUses(views, 'memory')
    expect(use).toMatchObject({ value: 3e9, capacity: 8e9 })
    expect(use?.containers.map(({ value }) => value)).toEqual([6e8, 1e8])
    expect(use && hostWords(use, 'memory')).toBe('3\u202fGB of 8\u202fGB, 37.5\u202f%'.replace('37.5', '38'))
  })
})
