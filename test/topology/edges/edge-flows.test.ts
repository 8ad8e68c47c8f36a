import { expect, it } from 'vitest'
import { edgeFlowSchema } from '../../../src/api/map/connections.ts'
import { edgeFlows, MAX_EDGE_FLOWS } from '../../../src/topology/edges/edge-flows.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  clientHalf,
  containerNode,
  held,
  pair,
  processNode,
  type ReportParts,
  report,
} from '../../support/reports/reports.ts'

const shown = { pseudo: 'show' }
const of = (parts: ReportParts): readonly HeldReport[] => [held(report(parts))]

/** What is told of the edge from one node of the containers' view to another. */
const flowsOf = (reports: readonly HeldReport[], source: string, target: string) => {
  const { nodes, edges } = renderView('containers', shown, reports)
  const labelled = (id: string) => nodes.get(id)?.label
  const edge = [...edges.values()].find(
    (one) => labelled(one.source) === source && labelled(one.target) === target,
  )
  const found = edgeFlows('containers', edge?.id ?? 'none', shown, reports)
  for (const flow of found?.flows ?? []) edgeFlowSchema.parse(flow)
  return found
}

const web = containerNode('alpha', 'web')
const db = containerNode('alpha', 'db')
const server = processNode('alpha', 9, { name: 'postgres', container: 'db' })
const workers = [1, 2].map((pid) => processNode('alpha', pid, { name: `worker-${pid}`, container: 'web' }))

it('tells who tried, how often, what was wanted and why it failed, when nothing was ever open', () => {
  const reports = of({
    nodes: [web, db, ...workers, server],
    connections: [
      pair('alpha;1', 'alpha;9', 5432, { open: 0, opened: 0, failed: 3, refused: 2, timedOut: 1 }),
      pair('alpha;2', 'alpha;9', 5432, { open: 0, opened: 0, failed: 1, refused: 1 }),
    ],
  })
  expect(flowsOf(reports, 'web', 'db')).toEqual({
    total: 2,
    flows: [
      {
        client: { process: 'alpha;1', name: 'worker-1' },
        server: { process: 'alpha;9', name: 'postgres' },
        port: 5432,
        open: 0,
        opened: 0,
        failed: 3,
        failedBy: { refused: 2, timedOut: 1, unreachable: 0, outOfPorts: 0, other: 0 },
        abandoned: 0,
        wanted: ['127.0.0.1:5432'],
        lastSeen: expect.stringMatching(/^2026-01-01T/),
      },
      expect.objectContaining({ client: { process: 'alpha;2', name: 'worker-2' }, failed: 1 }),
    ],
  })
})

it('names the processes of a node that stands for all outside of containers', () => {
  const reports = of({
    nodes: [db, server, processNode('alpha', 1, { name: 'cron' }), processNode('alpha', 2, { name: 'sshd' })],
    connections: [pair('alpha;1', 'alpha;9', 5432), pair('alpha;2', 'alpha;9', 5432, { open: 3 })],
  })
  expect(flowsOf(reports, 'Uncontained', 'db')?.flows.map(({ client }) => client)).toEqual([
    { process: 'alpha;2', name: 'sshd' },
    { process: 'alpha;1', name: 'cron' },
  ])
})

it('tells an end that nobody watches by its name and address', () => {
  const reports = of({
    nodes: [web, ...workers],
    connections: [
      clientHalf('alpha;1', {
        clientAddress: ';10.0.0.1',
        serverAddress: ';93.184.216.34',
        port: 443,
        serverName: 'example.org',
      }),
    ],
  })
  expect(flowsOf(reports, 'web', 'The Internet')?.flows).toMatchObject([
    { server: { address: '93.184.216.34', name: 'example.org' }, port: 443 },
  ])
})

it('tells the first hundred of many, and how many there are', () => {
  const many = Array.from({ length: 120 }, (_, i) => processNode('alpha', 100 + i, { container: 'web' }))
  const reports = of({
    nodes: [web, db, server, ...many],
    connections: many.map(({ id }, i) => pair(id, 'alpha;9', 5432, { open: i })),
  })
  const found = flowsOf(reports, 'web', 'db')
  expect(found?.total).toBe(120)
  expect(found?.flows).toHaveLength(MAX_EDGE_FLOWS)
  expect(found?.flows[0]?.open).toBe(119)
})

it('knows nothing of an edge that is not there', () => {
  expect(edgeFlows('containers', 'none', shown, of({}))).toBeUndefined()
})
