import { describe, expect, test } from 'vitest'
import { metrics } from '../../../../src/report/facts.ts'
import { hostNodeId } from '../../../../src/report/ids.ts'
import { nodeDetails } from '../../../../src/topology/details.ts'
import { Pipeline } from '../../../../src/topology/pipeline/pipeline.ts'
import { defaultContext } from '../../../../src/topology/render-context.ts'
import {
  containerId,
  containerNode,
  held,
  hexOf,
  processNode,
  report,
} from '../../../support/reports/reports.ts'

const host = 'db-1.example.com'
const sample = (node: string, id: string) => ({ node, id, samples: [[0, 1]] as [number, number][] })
const all = (node: string, ...ids: readonly string[]) => ids.map((id) => sample(node, id))
const reports = [
  held(
    report({
      host,
      nodes: [
        processNode(host, 10, { name: "o'brien\\x" }),
        containerNode(host, 'web', { image: 'nginx:1.27' }),
      ],
      metrics: [
        ...all(containerId('web'), metrics.containerCpu, metrics.containerMemory, metrics.containerBlockRead),
        ...all(hostNodeId(host), metrics.hostCpu, metrics.hostMemory, metrics.load1),
        ...all(`${host};10`, metrics.processCpu, metrics.processMemory),
      ],
    }),
  ),
]

/** What the metrics of a node link to, by the metric's label. */
const urls = (viewId: string, id: string, metricsGraph?: string, options = {}) => {
  const pipeline = new Pipeline({ ...defaultContext, ...(metricsGraph !== undefined && { metricsGraph }) })
  const details = nodeDetails(viewId, id, { unconnected: 'show', ...options }, reports, () => [], pipeline)
  return Object.fromEntries((details?.metrics ?? []).map(({ label, url }) => [label, url]))
}
const template = 'https://graphs.test/?g0.expr=:query&again=:query'
const expressions = (viewId: string, id: string) =>
  Object.fromEntries(
    Object.entries(urls(viewId, id, template)).map(([label, url]) => {
      const { searchParams } = new URL(url)
      expect(searchParams.get('again')).toBe(searchParams.get('g0.expr'))
      return [label, searchParams.get('g0.expr')]
    }),
  )

describe('the graph of a metric elsewhere', () => {
  test('of a container is found by its id', () => {
    const of = `id=~'.*${hexOf('web', 64)}.*'`
    expect(expressions('containers', containerId('web'))).toEqual({
      CPU: `100 * sum(rate(container_cpu_usage_seconds_total{${of}}[5m]))`,
      Memory: `sum(container_memory_working_set_bytes{${of}})`,
      'Read from disk': `sum(rate(container_fs_reads_bytes_total{${of}}[5m]))`,
    })
  })

  test('of a host is found by its name, short or whole, with or without a port', () => {
    const of = "instance=~'db-1([.][^:]+)?(:[0-9]+)?'"
    expect(expressions('hosts', hostNodeId(host))).toEqual({
      CPU: `100 * (1 - avg(rate(node_cpu_seconds_total{${of},mode='idle'}[5m])))`,
      Memory: `node_memory_MemTotal_bytes{${of}} - node_memory_MemAvailable_bytes{${of}}`,
      'Load (1 min)': `node_load1{${of}}`,
    })
  })

  test('of a process is that of its name on its host, whatever is in the name', () => {
    const of = "groupname='o\\'brien\\\\x',instance=~'db-1([.][^:]+)?(:[0-9]+)?'"
    expect(expressions('processes', `${host};10`)).toEqual({
      CPU: `100 * sum(rate(namedprocess_namegroup_cpu_seconds_total{${of}}[5m]))`,
      Memory: `sum(namedprocess_namegroup_memory_bytes{${of},memtype='resident'})`,
    })
  })

  test('may be within a JSON text of the URL', () => {
    const { CPU } = urls('containers', containerId('web'), 'https://graphs.test/?left={"expr":":query"}')
    const left = new URL(CPU ?? '').searchParams.get('left')
    expect(JSON.parse(left ?? '')).toEqual({ expr: expect.stringContaining('container_cpu_usage') })
  })

  test('is not told without a URL, nor of what stands for several', () => {
    expect(urls('containers', containerId('web'))).toMatchObject({ CPU: '', Memory: '' })
    expect(urls('containers-by-image', 'nginx;<container_image>', template)).toMatchObject({ CPU: '' })
  })
})
