import { describe, expect, test } from 'vitest'
import { edgeRecords, processNames } from '../../../src/topology/edges/edge-records.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerNode,
  held,
  pair,
  processNode,
  type ReportParts,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

const ALPHA = '10.0.0.1'
const BETA = '10.0.0.2'
const toBeta = { clientAddress: `;${ALPHA}`, serverAddress: `;${BETA}`, port: 5432, open: 4, opened: 4 }
const shown = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }

const host = (name: string, ip: string, parts: ReportParts): HeldReport =>
  held(
    report({
      host: name,
      ...parts,
      addresses: [address(ip, { kind: 'global' }, { owners: [`${name};<host>`] })],
    }),
  )

/** The records of the one edge between nodes of these labels, in words. */
const recordsBetween = (view: string, source: string, target: string, reports: readonly HeldReport[]) => {
  const { nodes, edges } = renderView(view, shown, reports)
  const labelled = (id: string) => nodes.get(id)?.label
  const [edge, ...others] = [...edges.values()].filter(
    (one) => labelled(one.source) === source && labelled(one.target) === target,
  )
  expect(others).toEqual([])
  return edgeRecords(view, edge?.id ?? 'none', shown, reports)
    ?.flatMap(({ hostname, ids, part, whole }) =>
      ids.map((id) => `${hostname}: ${id} ${part} ${whole ? 'whole' : 'partly'}`),
    )
    .sort()
}

const alpha = (...pids: number[]): HeldReport =>
  host('alpha', ALPHA, {
    nodes: pids.map((pid) => processNode('alpha', pid, { name: `app-${pid}` })),
    connections: pids.map((pid) => clientHalf(`alpha;${pid}`, { ...toBeta, id: `c${pid}` })),
  })
const beta = (...pids: number[]): HeldReport =>
  host('beta', BETA, {
    nodes: pids.map((pid) => processNode('beta', pid, { name: `db-${pid}` })),
    connections: pids.map((pid) => serverHalf(`beta;${pid}`, { ...toBeta, id: `s${pid}` })),
  })

describe('the records of an edge', () => {
  const inContainers = host('alpha', ALPHA, {
    nodes: [
      containerNode('alpha', 'web', { image: 'web:1' }),
      containerNode('alpha', 'db', { image: 'db:1' }),
      ...[1, 2].map((pid) => processNode('alpha', pid, { name: 'web', container: 'web' })),
      processNode('alpha', 3, { name: 'db', container: 'db' }),
    ],
    connections: [1, 2].map((pid) => pair(`alpha;${pid}`, 'alpha;3', 5432, { id: `p${pid}` })),
  })

  test.each([
    ['containers', 'web', 'db'],
    ['containers-by-image', 'web', 'db'],
    ['processes-by-name', 'web', 'db'],
  ])('of one probe, folded in %s', (view, source, target) => {
    expect(recordsBetween(view, source, target, [inContainers])).toEqual([
      'alpha: p1 alone whole',
      'alpha: p2 alone whole',
    ])
  })

  test('of two probes: the client tells, the server adds', () => {
    expect(recordsBetween('processes', 'app-1', 'db-2', [alpha(1), beta(2)])).toEqual([
      'alpha: c1 tells whole',
      'beta: s2 adds whole',
    ])
    expect(recordsBetween('hosts', 'alpha', 'beta', [alpha(1), beta(2)])).toEqual([
      'alpha: c1 tells whole',
      'beta: s2 adds whole',
    ])
  })

  test('several clients of one server: its record is of other edges, too', () => {
    expect(recordsBetween('processes', 'app-1', 'db-2', [alpha(1, 3), beta(2)])).toEqual([
      'alpha: c1 tells whole',
      'beta: s2 adds partly',
    ])
  })

  test('one client of several servers: theirs tell', () => {
    expect(recordsBetween('processes', 'app-1', 'db-2', [alpha(1), beta(2, 4)])).toEqual([
      'alpha: c1 adds partly',
      'beta: s2 tells whole',
    ])
  })

  test('several of both: only what both know', () => {
    expect(recordsBetween('processes', 'app-1', 'db-2', [alpha(1, 3), beta(2, 4)])).toEqual([
      'alpha: c1 tells partly',
      'beta: s2 adds partly',
    ])
  })

  test('several of both are whole again where their hosts are the nodes', () => {
    expect(recordsBetween('hosts', 'alpha', 'beta', [alpha(1, 3), beta(2, 4)])).toEqual([
      'alpha: c1 tells whole',
      'alpha: c3 tells whole',
      'beta: s2 adds whole',
      'beta: s4 adds whole',
    ])
  })

  test('folded by prefix: what is not of those who are watched', () => {
    const folded: HeldReport = held(
      report({
        host: 'beta',
        nodes: [processNode('beta', 2, { name: 'db-2' })],
        connections: [
          serverHalf('beta;2', { ...toBeta, id: 's2', clientAddress: ';10.0.0.0/24', open: 30, opened: 30 }),
        ],
        addresses: [
          address(BETA, { kind: 'global' }, { owners: ['beta;<host>'] }),
          { id: ';10.0.0.0/24', ip: '10.0.0.0', scope: 'global', prefixBits: 24 },
        ],
      }),
    )
    expect(recordsBetween('processes', 'app-1', 'db-2', [alpha(1), folded])).toEqual([
      'alpha: c1 tells whole',
      'beta: s2 adds partly',
    ])
    expect(recordsBetween('processes', '10.0.0.0/24', 'db-2', [alpha(1), folded])).toEqual([
      'alpha: c1 excludes whole',
      'beta: s2 alone whole',
    ])
  })

  test('with one end that nobody watches', () => {
    expect(recordsBetween('processes', 'app-1', BETA, [alpha(1)])).toEqual(['alpha: c1 alone whole'])
  })

  test('come with the epoch of the report', () => {
    const reports = [alpha(1)]
    const [edge] = renderView('processes', shown, reports).edges.values()
    const [records] = edgeRecords('processes', edge?.id ?? '', shown, reports) ?? []
    const { probeId, epoch } = reports[0]?.report.envelope ?? {}
    expect(records).toMatchObject({ probeId, epoch })
  })

  test('are none of an edge that is not there, or hidden by the options', () => {
    expect(edgeRecords('processes', 'nothing', shown, [alpha(1)])).toBeUndefined()
    const proxied = host('alpha', ALPHA, {
      nodes: [processNode('alpha', 1), processNode('alpha', 2)],
      connections: [pair('alpha;1', 'alpha;2', 80)],
    })
    const [edge] = renderView('processes', shown, [proxied]).edges.values()
    expect(edgeRecords('containers', edge?.id ?? '', { pseudo: 'hide' }, [proxied])).toBeUndefined()
  })

  test('processes are named as views name them', () => {
    expect(processNames(['alpha;1', 'beta;2', 'gone;3'], [alpha(1), beta(2)])).toEqual({
      'alpha;1': 'app-1',
      'beta;2': 'db-2',
    })
  })

  test('processes are named whatever their ids are', () => {
    const ids = Object.getOwnPropertyNames(Object.prototype)
    const nodes = ids.map((id) => ({ ...processNode('alpha', 1, { name: 'app' }), id }))
    expect(Object.entries(processNames(ids, [host('alpha', ALPHA, { nodes })]))).toEqual(
      ids.map((id) => [id, 'app']),
    )
    expect(Object.keys(processNames(ids, [alpha(1)]))).toEqual([])
  })

  test('processes are named without a look at the connections of the reports', () => {
    const { report, ...rest } = alpha(1)
    const unread = {
      ...report,
      get connections(): never {
        throw new Error('all connections were looked at')
      },
    }
    expect(processNames(['alpha;1'], [{ ...rest, report: unread }])).toEqual({ 'alpha;1': 'app-1' })
  })
})
