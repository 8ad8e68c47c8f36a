import { describe, expect, test } from 'vitest'
import type { ConnectionTable } from '../../../src/api/types.ts'
import { nodeDetails } from '../../../src/topology/details.ts'
import { MAX_CONNECTION_ROWS } from '../../../src/topology/node-details/connection-tables.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'
import { shopDetails } from './shop.ts'

const TOLD = ['remote', 'port', 'count', 'opened', 'sent', 'received', 'failed', 'abandoned', 'wanted']

/** Rows as text: the name, then each value told, zeros and dates left out. */
const rows = (table: ConnectionTable | undefined) =>
  table?.connections.map(({ label, metadata }) =>
    [
      label,
      ...metadata
        .filter(({ id, value }) => TOLD.includes(id) && value !== '0')
        .map(({ id, value }) => `${id}=${value}`),
    ].join(' '),
  )

const valuesOf = (table: ConnectionTable | undefined, row = 0) =>
  Object.fromEntries((table?.connections[row]?.metadata ?? []).map(({ id, value }) => [id, value]))

describe('connection tables', () => {
  test('by node at the other end and port, with numbers, what fails first', () => {
    const [incoming, outgoing] = shopDetails('containers', containerId('web')).connections
    expect([incoming.label, incoming.topologyId, incoming.id]).toEqual([
      'Inbound',
      'containers',
      'incoming-connections',
    ])
    expect(rows(incoming)).toEqual(['203.0.113.9 port=80 count=1 opened=1'])
    expect(rows(outgoing)).toEqual([
      'db port=5432 count=2 opened=9 sent=100 received=900 failed=1 wanted=127.0.0.1:5432',
      '1.1.1.1 port=443 count=1 opened=1',
      '2.2.2.2 port=443 count=1 opened=1',
    ])
    expect(outgoing.columns.find(({ defaultSort }) => defaultSort)?.id).toBe('count')
    expect(outgoing.total).toBe(3)
  })

  test('bytes are sent and received as the node sees it', () => {
    expect(rows(shopDetails('containers', containerId('db')).connections[0])?.[0]).toBe(
      'web port=5432 count=2 opened=9 sent=900 received=100 failed=1 wanted=127.0.0.1:5432',
    )
  })

  test('what the map hides is told', () => {
    expect(rows(shopDetails('containers', containerId('db')).connections[0])?.[1]).toBe(
      'Uncontained port=5432 count=1 opened=1',
    )
  })

  test('of the Internet: which of its addresses', () => {
    const [incoming, outgoing] = shopDetails('containers', 'out-theinternet').connections
    expect(incoming.columns[0]?.id).toBe('remote')
    expect(rows(incoming)).toEqual([
      'web remote=1.1.1.1 port=443 count=1 opened=1',
      'web remote=2.2.2.2 port=443 count=1 opened=1',
    ])
    expect(rows(outgoing)).toEqual([])
  })

  test('round trips where measured, and dates on the clock of the app', () => {
    const timed = held(
      report({
        nodes: [processNode('alpha', 10), processNode('alpha', 20)],
        connections: [
          pair('alpha;10', 'alpha;20', 80, { id: 'a', sinceMs: 2000, lastMs: 3000, rttUs: 90 }),
          pair('alpha;10', 'alpha;20', 80, { id: 'b', sinceMs: 1000, lastMs: 2500, rttUs: 1500 }),
          pair('alpha;10', 'alpha;20', 81),
        ],
      }),
    )
    const table = nodeDetails('processes', 'alpha;10', {}, [timed], () => [])?.connections[1]
    expect(valuesOf(table)).toMatchObject({
      port: '80',
      rtt: '1500',
      firstSeen: '2026-01-01T00:00:01.000Z',
      lastSeen: '2026-01-01T00:00:03.000Z',
    })
    expect(valuesOf(table, 1)).not.toHaveProperty('rtt')
  })

  test('why connections failed, how they ended and what took how long, each only where there is anything to tell', () => {
    const told = held(
      report({
        nodes: [processNode('alpha', 10), processNode('alpha', 20)],
        connections: [
          pair('alpha;10', 'alpha;20', 80, { failed: 4, refused: 3, resetByServer: 2, lost: 1 }),
          pair('alpha;10', 'alpha;20', 81, {
            rttUs: 20,
            smoothedRttUs: 40_000,
            durations: { from: 10, counts: [100] },
            connectTimes: { from: 5, counts: [10] },
          }),
        ],
      }),
    )
    const table = nodeDetails('processes', 'alpha;10', {}, [told], () => [])?.connections[1]
    const rare = ['refused', 'failedOtherwise', 'resetByServer', 'lost']
    const times = ['durationP50', 'durationP95', 'connectP50', 'connectP95', 'smoothedRtt']
    expect(table?.columns.slice(7, -2).map(({ id }) => id)).toEqual([...rare, ...times])
    expect(valuesOf(table)).toMatchObject({
      refused: '3',
      failedOtherwise: '1',
      resetByServer: '2',
      lost: '1',
    })
    expect(valuesOf(table, 1)).toMatchObject({ rtt: '20', smoothedRtt: '40000', durationP50: '1500' })
    expect(valuesOf(table, 1)).toMatchObject({ durationP95: '2000', connectP50: '48', connectP95: '62' })
    for (const id of rare) expect(valuesOf(table, 1)).not.toHaveProperty(id)
  })

  test('names of outside addresses, what was asked for first', () => {
    const named = held(
      report({
        nodes: [processNode('alpha', 10)],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: ';10.0.0.1',
            serverAddress: ';198.51.100.7',
            port: 443,
            serverName: 'files.example',
          }),
        ],
        addresses: [address('198.51.100.7', { kind: 'global' }, { names: ['edge-7.example'] })],
      }),
    )
    const table = nodeDetails('processes', 'alpha;10', {}, [named], () => [])?.connections[1]
    expect(table?.connections[0]?.label).toBe('files.example (198.51.100.7)')
    expect(valuesOf(table)).toMatchObject({ name: 'files.example, edge-7.example', address: '198.51.100.7' })
  })

  test('a node with very many has the failing and the busiest', () => {
    const count = MAX_CONNECTION_ROWS + 200
    const busy = held(
      report({
        nodes: [processNode('alpha', 10)],
        connections: Array.from({ length: count }, (_, i) =>
          serverHalf('alpha;10', {
            clientAddress: `;198.51.${100 + Math.floor(i / 250)}.${i % 250}`,
            serverAddress: ';10.0.0.1',
            port: 80,
            bytesSent: i,
            failed: i === 3 ? 1 : 0,
          }),
        ),
      }),
    )
    const table = nodeDetails('processes', 'alpha;10', {}, [busy], () => [])?.connections[0]
    expect(table?.total).toBe(count)
    expect(table?.connections).toHaveLength(MAX_CONNECTION_ROWS)
    expect(table?.connections.slice(0, 2).map(({ label }) => label)).toEqual([
      '198.51.100.3',
      '198.51.102.199',
    ])
  })
})

describe('connections that came to nothing', () => {
  const failure = { open: 0, opened: 0, clientAddress: 'alpha;172.17.0.2' }
  const trying = held(
    report({
      nodes: [
        processNode('alpha', 10, { name: 'app', container: 'app' }),
        processNode('alpha', 20, { name: 'queue', container: 'db' }),
        containerNode('alpha', 'app'),
        containerNode('alpha', 'db'),
      ],
      connections: [
        clientHalf('alpha;10', { ...failure, serverAddress: 'alpha;172.17.0.3', port: 5432, failed: 4 }),
        clientHalf('alpha;10', { ...failure, serverAddress: ';10.9.9.9', port: 80, failed: 3, abandoned: 1 }),
        clientHalf('alpha;10', { ...failure, serverAddress: ';203.0.113.9', port: 443, abandoned: 2 }),
        clientHalf('alpha;10', { ...failure, serverAddress: ';2001:db8::9', port: 443, failed: 1 }),
        pair('alpha;10', 'alpha;20', 5672, {
          at: 'alpha;172.17.0.3',
          failed: 2,
          originalAddress: ';192.0.2.1',
          originalPort: 5000,
        }),
      ],
      addresses: [
        address('172.17.0.3', { kind: 'host', hostId: 'alpha' }, { owners: [containerId('db')] }),
        address('192.0.2.1'),
      ],
    }),
  )
  const outgoing = (viewId: string, nodeId: string) =>
    nodeDetails(viewId, nodeId, {}, [trying], () => [])?.connections[1]

  test('tell the address that was wanted, also one that nobody owns, and before any translation', () => {
    const table = outgoing('containers', containerId('app'))
    expect(rows(table)?.sort()).toEqual(
      [
        'db port=5672 count=1 opened=1 failed=2 wanted=192.0.2.1:5000',
        '2001:db8::9 port=443 failed=1 wanted=[2001:db8::9]:443',
        'db port=5432 failed=4 wanted=172.17.0.3:5432',
        '10.9.9.9 port=80 failed=3 abandoned=1 wanted=10.9.9.9:80',
        '203.0.113.9 port=443 abandoned=2',
      ].sort(),
    )
    expect(table?.columns.map(({ id }) => id)).toContain('abandoned')
  })

  test('abandoned ones are a column only where there are any', () => {
    const [, table] = shopDetails('containers', containerId('web')).connections
    expect(table.columns.map(({ id }) => id)).not.toContain('abandoned')
  })

  test('are told of the process that tried, too', () => {
    expect(rows(outgoing('processes', 'alpha;10'))?.slice(0, 4).sort()).toEqual([
      '10.9.9.9 port=80 failed=3 abandoned=1 wanted=10.9.9.9:80',
      '2001:db8::9 port=443 failed=1 wanted=[2001:db8::9]:443',
      'db port=5432 failed=4 wanted=172.17.0.3:5432',
      'queue port=5672 count=1 opened=1 failed=2 wanted=192.0.2.1:5000',
    ])
  })
})
