import { describe, expect, test } from 'vitest'
import { facts, metrics } from '../../src/report/facts.ts'
import { nodeDetails } from '../../src/topology/details.ts'
import type { ConnectionTable, NodeDetails } from '../../src/topology/types.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  imageNode,
  pair,
  processNode,
  report,
  serverHalf,
} from '../support/reports.ts'

const reports = [
  held(
    report({
      nodes: [
        processNode('alpha', 10, { name: 'nginx', container: 'web' }),
        processNode('alpha', 20, { name: 'postgres', container: 'db' }),
        processNode('alpha', 30, { name: 'backup' }),
        containerNode('alpha', 'web', { image: 'nginx:1.27', labels: { tier: 'front', app: 'shop' } }),
        containerNode('alpha', 'db', { image: 'postgres:16' }),
        containerNode('alpha', 'old', {
          image: 'postgres:15',
          state: 'exited',
          facts: { docker_container_exit_code: 137 },
        }),
        imageNode('alpha', 'postgres:16', { facts: { [facts.imageSize]: 187_200_000 } }),
      ],
      metrics: [
        {
          node: containerId('web'),
          id: metrics.containerCpu,
          max: 200,
          samples: [
            [1000, 3],
            [0, 12.3456],
          ],
        },
        { node: containerId('web'), id: metrics.containerMemory, samples: [[0, 4096]] },
        { node: 'alpha;10', id: metrics.processCpu, max: 200, samples: [[0, 1]] },
      ],
      connections: [
        pair('alpha;10', 'alpha;20', 5432, {
          open: 2,
          opened: 9,
          bytesSent: 100,
          bytesReceived: 900,
          failed: 1,
        }),
        pair('alpha;30', 'alpha;20', 5432),
        clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';1.1.1.1', port: 443 }),
        clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';2.2.2.2', port: 443 }),
        serverHalf('alpha;10', { clientAddress: ';203.0.113.9', serverAddress: ';10.0.0.1', port: 80 }),
      ],
    }),
  ),
]

const details = (viewId: string, id: string, options: Record<string, string> = {}): NodeDetails => {
  const found = nodeDetails(viewId, id, options, reports, () => [])
  if (found === undefined) throw new Error(`no node ${id} in ${viewId}`)
  return found
}

const rows = (table: ConnectionTable) =>
  table.connections.map(({ label, metadata }) =>
    [label, ...metadata.map(({ id, value }) => `${id}=${value}`)].join(' '),
  )

describe('connection tables', () => {
  test('by node at the other end and port, with numbers', () => {
    const [incoming, outgoing] = details('containers', containerId('web')).connections
    expect([incoming.label, incoming.topologyId, incoming.id]).toEqual([
      'Inbound',
      'containers',
      'incoming-connections',
    ])
    expect(rows(incoming)).toEqual(['203.0.113.9 port=80 count=1 opened=1 bytes=0 failed=0'])
    expect(rows(outgoing).sort()).toEqual([
      '1.1.1.1 port=443 count=1 opened=1 bytes=0 failed=0',
      '2.2.2.2 port=443 count=1 opened=1 bytes=0 failed=0',
      'db port=5432 count=2 opened=9 bytes=1000 failed=1',
    ])
    expect(outgoing.columns.find(({ defaultSort }) => defaultSort)?.id).toBe('count')
  })

  test('what the map hides is told', () => {
    expect(rows(details('containers', containerId('db')).connections[0]).sort()).toEqual([
      'Uncontained port=5432 count=1 opened=1 bytes=0 failed=0',
      'web port=5432 count=2 opened=9 bytes=1000 failed=1',
    ])
  })

  test('of the Internet: which of its addresses', () => {
    const [incoming, outgoing] = details('containers', 'out-theinternet').connections
    expect(incoming.columns[0]?.id).toBe('remote')
    expect(rows(incoming)).toEqual([
      'web remote=1.1.1.1 port=443 count=1 opened=1 bytes=0 failed=0',
      'web remote=2.2.2.2 port=443 count=1 opened=1 bytes=0 failed=0',
    ])
    expect(rows(outgoing)).toEqual([])
  })
})

describe('connections that came to nothing', () => {
  const trying = held(
    report({
      nodes: [
        processNode('alpha', 10, { name: 'app', container: 'app' }),
        containerNode('alpha', 'app'),
        containerNode('alpha', 'db'),
      ],
      connections: [
        clientHalf('alpha;10', {
          clientAddress: 'alpha;172.17.0.2',
          serverAddress: 'alpha;172.17.0.3',
          port: 5432,
          open: 0,
          opened: 0,
          failed: 4,
        }),
        clientHalf('alpha;10', {
          clientAddress: 'alpha;172.17.0.2',
          serverAddress: ';10.9.9.9',
          port: 80,
          open: 0,
          opened: 0,
          failed: 3,
          abandoned: 1,
        }),
        clientHalf('alpha;10', {
          clientAddress: 'alpha;172.17.0.2',
          serverAddress: ';203.0.113.9',
          port: 443,
          open: 0,
          opened: 0,
          abandoned: 2,
        }),
      ],
      addresses: [address('172.17.0.3', { kind: 'host', hostId: 'alpha' }, { owners: [containerId('db')] })],
    }),
  )
  const outgoing = (viewId: string, nodeId: string) =>
    nodeDetails(viewId, nodeId, {}, [trying], () => [])?.connections[1]

  test('tell the address that was wanted, also one that nobody owns; abandoned ones are told apart', () => {
    const table = outgoing('containers', containerId('app'))
    expect(table?.columns.map(({ id }) => id)).toEqual([
      'port',
      'count',
      'opened',
      'bytes',
      'failed',
      'abandoned',
    ])
    expect(table?.connections.map(({ label, labelMinor }) => [label, labelMinor])).toEqual([
      ['db', 'alpha, 172.17.0.3'],
      ['203.0.113.9', undefined],
      ['10.9.9.9', undefined],
    ])
    expect(table && rows(table)).toEqual([
      'db port=5432 count=0 opened=0 bytes=0 failed=4 abandoned=0',
      '203.0.113.9 port=443 count=0 opened=0 bytes=0 failed=0 abandoned=2',
      '10.9.9.9 port=80 count=0 opened=0 bytes=0 failed=3 abandoned=1',
    ])
  })

  test('are told of the process that tried, too', () => {
    const table = outgoing('processes', 'alpha;10')
    expect(table?.connections.map(({ label, labelMinor }) => [label, labelMinor]).sort()).toEqual([
      ['10.9.9.9', undefined],
      ['203.0.113.9', undefined],
      ['db', '172.17.0.3'],
    ])
  })
})

test.each([
  [{}, []],
  [
    { [facts.listeningAddresses]: ['0.0.0.0:80', '[::1]:81'], [facts.reachableFromOutside]: true },
    ['Listening on: 0.0.0.0:80, [::1]:81', 'Reachable from outside: yes'],
  ],
  [
    { [facts.listeningAddresses]: ['127.0.0.1:80'], [facts.reachableFromOutside]: false },
    ['Listening on: 127.0.0.1:80', 'Reachable from outside: no'],
  ],
])('where it listens: %o', (known, expected) => {
  const listening = held(
    report({
      nodes: [
        processNode('alpha', 10, { container: 'web', facts: known }),
        containerNode('alpha', 'web', { facts: known }),
      ],
    }),
  )
  for (const [viewId, id] of [
    ['processes', 'alpha;10'],
    ['containers', containerId('web')],
  ] as const) {
    const { metadata = [] } = nodeDetails(viewId, id, { unconnected: 'show' }, [listening], () => []) ?? {}
    const told = metadata.filter(({ label }) => /^Listening|^Reachable/.test(label))
    expect(told.map(({ label, value }) => `${label}: ${value}`)).toEqual(expected)
  }
})

describe('children', () => {
  const children = (viewId: string, id: string, options = {}) =>
    details(viewId, id, options).children.map(({ label, topologyId, nodes }) => [
      label,
      topologyId,
      nodes.map((node) => node.label),
    ])

  test.each([
    ['containers', containerId('web'), [['Processes', 'processes', ['nginx']]]],
    [
      'containers-by-image',
      'postgres;<container_image>',
      [
        ['Containers', 'containers', ['db']],
        ['Processes', 'processes', ['postgres']],
      ],
    ],
    ['processes-by-name', 'nginx', [['Processes', 'processes', ['nginx']]]],
    ['processes', 'alpha;10', []],
    ['containers', 'pseudo:uncontained:alpha', [['Processes', 'processes', ['backup']]]],
    [
      'hosts',
      'alpha;<host>',
      [
        ['Containers', 'containers', ['db', 'old', 'web']],
        ['Processes', 'processes', ['backup', 'nginx', 'postgres']],
        ['Container images', 'containers-by-image', ['postgres']],
      ],
    ],
  ])('of %s %s', (viewId, id, expected) => {
    expect(children(viewId, id)).toEqual(expected)
  })

  test('an image holds the containers that the options show', () => {
    const id = 'postgres;<container_image>'
    expect(children('containers-by-image', id, { stopped: 'both' })[0]).toEqual([
      'Containers',
      'containers',
      ['db', 'old'],
    ])
    expect(details('containers-by-image', id, { stopped: 'both' }).labelMinor).toBe('2 containers')
    expect(details('containers-by-image', id).labelMinor).toBe('1 container')
  })

  test('their columns are there as rows', () => {
    const [group] = details('containers', containerId('web')).children
    const [process] = group?.nodes ?? []
    const ids = [...(process?.metadata ?? []), ...(process?.metrics ?? [])].map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([facts.pid, metrics.processCpu]))
  })
})

test('a node that the options hide is found all the same', () => {
  expect(details('containers', containerId('old'))).toMatchObject({ label: 'old', state: 'exited' })
  expect(nodeDetails('containers', 'nothing', {}, reports, () => [])).toBeUndefined()
})

test('metrics with the samples that are held', () => {
  const samples = [
    { date: '2026-01-01T00:00:00.000Z', value: 1 },
    { date: '2026-01-01T00:00:01.000Z', value: 50 },
  ]
  const found = nodeDetails('containers', containerId('web'), {}, reports, (nodeId, metricId) =>
    nodeId === containerId('web') ? (metricId === metrics.containerCpu ? samples : []) : [],
  )
  expect(found?.metrics).toEqual([
    {
      id: metrics.containerCpu,
      label: 'CPU',
      format: 'percent',
      priority: 1,
      value: 12.34,
      min: 1,
      max: 200,
      samples,
      url: '',
    },
    {
      id: metrics.containerMemory,
      label: 'Memory',
      format: 'filesize',
      priority: 2,
      value: 4096,
      min: 4096,
      max: 4096,
      samples: [],
      url: '',
    },
  ])
})

test('tables of labels and image', () => {
  const tables = details('containers', containerId('db')).tables ?? []
  expect(tables.map(({ id }) => id)).toEqual(['image_table'])
  expect(tables[0]?.rows.find(({ id }) => id === 'label_Size')?.entries.value).toBe('187 MB')
  const [labels] = details('containers', containerId('web')).tables ?? []
  expect(labels?.rows.map(({ entries }) => [entries.label, entries.value])).toEqual([
    ['app', 'shop'],
    ['tier', 'front'],
  ])
})
