import { expect, test } from 'vitest'
import { facts, metrics } from '../../../src/report/facts.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  containerId,
  containerNode,
  held,
  hostNode,
  processNode,
  report,
} from '../../support/reports/reports.ts'

const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }
const cpu = (node: string, id: string, value: number) => ({
  node,
  id,
  max: 200,
  samples: [[0, value]] as [[number, number]],
})

const machine = (host: string) =>
  held(
    report({
      host,
      nodes: [
        hostNode(host, { [facts.cpuCount]: 2 }),
        containerNode(host, `${host}-1`, { image: 'nginx:1', labels }),
        containerNode(host, `${host}-2`, { image: 'nginx:2', labels }),
        processNode(host, 1, { name: 'nginx', facts: { [facts.systemdUnit]: 'nginx.service' } }),
        processNode(host, 2, { name: 'nginx', facts: { [facts.systemdUnit]: 'nginx.service' } }),
      ],
      metrics: [
        cpu(containerId(`${host}-1`), metrics.containerCpu, 10),
        cpu(containerId(`${host}-2`), metrics.containerCpu, 20.5),
        cpu(`${host};1`, metrics.processCpu, 1),
        cpu(`${host};2`, metrics.processCpu, 2),
      ],
    }),
  )
const both = [machine('alpha'), machine('beta')]

test.each([
  ['compose-services', 'alpha;shop;web;<compose_service>', metrics.containerCpu, 30.5, 200],
  ['compose-projects', 'beta;shop;<compose_project>', metrics.containerCpu, 30.5, 200],
  ['containers-by-image', 'nginx;<container_image>', metrics.containerCpu, 61, 400],
  ['containers-by-hostname', 'web', metrics.containerCpu, 61, 400],
  ['systemd-units', 'alpha;nginx.service;<systemd_unit>', metrics.processCpu, 3, 200],
  ['processes-by-name', 'nginx', metrics.processCpu, 6, 400],
])('%s: the metrics of %s are the sums of what it stands for', (viewId, id, metric, value, max) => {
  const node = renderView(viewId, { unconnected: 'show' }, both).nodes.get(id)
  expect(node?.metrics).toMatchObject([{ id: metric, label: 'CPU', value, max, samples: null }])
})

test('of the nodes that the options show', () => {
  const [of] = renderView(
    'containers-by-image',
    { system: 'without:com.docker.compose.service=web' },
    both,
  ).nodes.values()
  expect(of).toBeUndefined()
})

test('samples are summed in the details', () => {
  const date = '2026-01-01T00:00:01.000Z'
  const samples = (nodeId: string) => [{ date, value: nodeId === containerId('alpha-1') ? 10 : 20 }]
  const node = nodeDetails('compose-services', 'alpha;shop;web;<compose_service>', {}, both, samples)
  expect(node?.metrics?.[0]?.samples?.map(({ value }) => value)[0]).toBe(30)
})
