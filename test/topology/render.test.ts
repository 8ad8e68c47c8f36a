import { describe, expect, test } from 'vitest'
import { facts } from '../../src/report/facts.ts'
import { renderView } from '../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  hostNode,
  imageNode,
  pair,
  processNode,
  report,
  serverHalf,
} from '../support/reports/reports.ts'
import { edgesInWords, labels, onlyEdge } from './reading.ts'

const shop = (host: string) =>
  report({
    host,
    nodes: [
      processNode(host, 1, { name: 'init' }),
      processNode(host, 10, { name: 'nginx', container: `${host}-web` }),
      processNode(host, 11, { name: 'nginx', container: `${host}-web` }),
      processNode(host, 20, { name: 'postgres', container: `${host}-db` }),
      processNode(host, 30, { name: 'backup' }),
      containerNode(host, `${host}-web`, { image: 'registry.example:5000/shop/nginx:1.27' }),
      containerNode(host, `${host}-db`, { image: 'postgres:16' }),
      containerNode(host, `${host}-old`, { image: 'postgres:15', state: 'exited' }),
      containerNode(host, `${host}-pause`, { image: 'registry.k8s.io/pause:3.9' }),
      imageNode(host, 'postgres:16', { facts: { [facts.imageSize]: 187_200_000 } }),
    ],
    connections: [
      pair(`${host};10`, `${host};20`, 5432, { opened: 2, bytesSent: 10 }),
      pair(`${host};11`, `${host};20`, 5432, { opened: 3, bytesSent: 20 }),
      pair(`${host};30`, `${host};20`, 5432),
      pair(`${host};10`, `${host};11`, 9000),
      clientHalf(`${host};11`, { clientAddress: ';10.0.0.1', serverAddress: ';1.1.1.1', port: 443 }),
    ],
  })

const alpha = [held(shop('alpha'))]
const both = [held(shop('alpha')), held(shop('beta'))]

describe('containers', () => {
  test('connections of processes are connections of their containers', () => {
    expect(edgesInWords(renderView('containers', {}, alpha))).toEqual([
      'alpha-web -> alpha-db :5432 opened=5',
      'alpha-web -> alpha-web :9000 opened=1',
      'alpha-web -> out-theinternet :443 opened=1',
    ])
  })

  test.each([
    [{}, ['The Internet', 'alpha-db', 'alpha-web'], 2],
    [{ stopped: 'stopped' }, ['alpha-old'], 3],
    [{ stopped: 'both' }, ['The Internet', 'alpha-db', 'alpha-old', 'alpha-web'], 1],
    [{ system: 'system' }, ['alpha-pause'], 3],
    [{ system: 'all' }, ['The Internet', 'alpha-db', 'alpha-pause', 'alpha-web'], 1],
    [{ pseudo: 'show' }, ['The Internet', 'Uncontained', 'alpha-db', 'alpha-web'], 2],
  ])('with options %o', (options, expected, hidden) => {
    const view = renderView('containers', options as Record<string, string>, alpha)
    expect(labels(view)).toEqual(expected)
    expect(view.stats).toEqual({
      node_count: expected.length,
      nonpseudo_node_count: expected.filter((label) => label.startsWith('alpha')).length,
      edge_count: view.edges.size,
      filtered_nodes: hidden,
    })
  })

  test('a container known only by the cgroup of its process is shown until Docker tells of it', () => {
    const early = report({ nodes: [processNode('alpha', 10, { container: 'new' })] })
    expect(labels(renderView('containers', {}, [held(early)]))).toEqual([containerId('new').slice(0, 12)])
  })

  test('an exited process does not bring its container back', () => {
    const late = report({
      nodes: [
        processNode('alpha', 10, { container: 'gone', facts: { exited: true } }),
        processNode('alpha', 11),
      ],
      connections: [pair('alpha;10', 'alpha;11', 80)],
    })
    expect(labels(renderView('containers', { pseudo: 'show' }, [held(late)]))).toEqual([])
  })

  test.each([
    ['running', undefined, undefined, 'running'],
    ['paused', undefined, 'paused', 'paused'],
    ['restarting', undefined, 'restarting', 'restarting'],
    ['exited', undefined, 'exited', 'exited'],
    ['running', 'unhealthy', 'unhealthy', 'running (unhealthy)'],
    ['running', 'healthy', undefined, 'running (healthy)'],
  ])('state %s, health %s: badge %s, text "%s"', (state, health, badge, text) => {
    const facts = health === undefined ? {} : { docker_container_health: health }
    const view = renderView('containers', { stopped: 'both' }, [
      held(report({ nodes: [containerNode('alpha', 'web', { state, facts })] })),
    ])
    const [node] = view.nodes.values()
    expect(node?.state).toBe(badge)
    expect(node?.metadata?.find(({ id }) => id === 'docker_container_state')?.value).toBe(text)
  })
})

describe('containers by image', () => {
  test('tags and hosts fold together, counts add up', () => {
    const view = renderView('containers-by-image', { stopped: 'both' }, both)
    const rows = [...view.nodes.values()].map(({ id, label, labelMinor, stack }) => [
      id,
      label,
      labelMinor,
      stack,
    ])
    expect(rows).toContainEqual(['postgres;<container_image>', 'postgres', '4 containers', true])
    expect(rows).toContainEqual(['shop/nginx;<container_image>', 'shop/nginx', '2 containers', true])
    const postgres = view.nodes.get('postgres;<container_image>')
    expect(postgres?.metadata?.find(({ id }) => id === 'container')?.value).toBe('4')
    expect(postgres?.parents?.map(({ id }) => id)).toEqual(['alpha;<host>', 'beta;<host>'])
  })

  test('edges are summed over what folds', () => {
    expect(edgesInWords(renderView('containers-by-image', {}, both))).toEqual([
      'shop/nginx -> out-theinternet :443 opened=2',
      'shop/nginx -> postgres :5432 opened=10',
      'shop/nginx -> shop/nginx :9000 opened=2',
    ])
  })
})

describe('processes', () => {
  test('a proxy without connections of its own is not shown: it is plumbing', () => {
    const proxied = report({
      nodes: [
        processNode('alpha', 10, { name: 'curl' }),
        processNode('alpha', 20, { name: 'docker-proxy' }),
        processNode('alpha', 30, { name: 'nginx', container: 'web' }),
        containerNode('alpha', 'web'),
      ],
      connections: [pair('alpha;10', 'alpha;30', 80)],
    })
    expect(labels(renderView('processes', {}, [held(proxied)]))).toEqual(['curl', 'nginx'])
    expect(labels(renderView('processes-by-name', {}, [held(proxied)]))).toEqual(['curl', 'nginx'])
  })

  test('unconnected ones are hidden unless asked for', () => {
    const view = renderView('processes', {}, alpha)
    expect(labels(view)).toEqual(['The Internet', 'backup', 'nginx', 'nginx', 'postgres'])
    expect(view.stats.filtered_nodes).toBe(1)
    expect(labels(renderView('processes', { unconnected: 'show' }, alpha))).toContain('init')
  })

  test('labels say where', () => {
    const view = renderView('processes', {}, alpha)
    expect(view.nodes.get('alpha;10')).toMatchObject({
      label: 'nginx',
      labelMinor: 'alpha (alpha-web:10)',
      rank: 'nginx',
      shape: 'square',
      parents: [
        { id: containerId('alpha-web'), label: 'alpha-web', topologyId: 'containers' },
        { id: 'shop/nginx;<container_image>', label: 'shop/nginx', topologyId: 'containers-by-image' },
        { id: 'alpha;<host>', label: 'alpha', topologyId: 'hosts' },
      ],
      adjacency: ['alpha;11', 'alpha;20'],
    })
    expect(view.nodes.get('alpha;30')?.labelMinor).toBe('alpha (30)')
  })

  test('a process that only a connection names has a node too', () => {
    const bare = report({ connections: [pair('alpha;10', 'alpha;11', 80)] })
    expect(labels(renderView('processes', {}, [held(bare)]))).toEqual(['10', '11'])
  })

  test('several exited processes in one node', () => {
    const view = renderView('processes', { unconnected: 'show' }, [
      held(
        report({
          nodes: [processNode('alpha', 10, { name: 'curl', facts: { exited: true, exited_count: 40 } })],
        }),
      ),
    ])
    expect(view.nodes.get('alpha;10')).toMatchObject({
      label: 'curl',
      labelMinor: 'alpha (40 exited)',
      state: 'exited',
      stack: true,
    })
    const byName = renderView('processes-by-name', { unconnected: 'show' }, [
      held(
        report({
          nodes: [
            processNode('alpha', 10, { name: 'curl', facts: { exited_count: 40 } }),
            processNode('alpha', 11, { name: 'curl' }),
          ],
        }),
      ),
    ])
    expect(byName.nodes.get('curl')).toMatchObject({
      labelMinor: '1 process, 40 exited',
      metadata: [
        { id: 'process', value: '1' },
        { id: 'exited_count', label: 'Exited processes', value: '40' },
      ],
    })
  })

  test('exited processes do not count among those that are there', () => {
    const of = [
      held(
        report({
          nodes: [
            processNode('alpha', 10, { name: 'curl', facts: { exited: true, exited_count: 1200 } }),
            processNode('alpha', 11, { name: 'curl', facts: { exited: true } }),
            processNode('alpha', 12, { name: 'cron' }),
            processNode('alpha', 13, { name: 'nginx' }),
          ],
        }),
      ),
    ]
    const folded = renderView('processes', { unconnected: 'show', group: 'host' }, of)
    expect(folded.nodes.get('group:host=alpha')).toMatchObject({
      labelMinor: '2 processes, 1,201 exited',
      metadata: expect.arrayContaining([
        expect.objectContaining({ id: 'process', value: '2' }),
        expect.objectContaining({ id: 'exited_count', value: '1201' }),
      ]),
    })
    const byName = renderView('processes-by-name', { unconnected: 'show' }, of)
    expect(byName.nodes.get('curl')?.labelMinor).toBe('1,201 exited')
  })

  test('by name: one node over all hosts, which may talk to itself', () => {
    const view = renderView('processes-by-name', {}, both)
    expect(view.nodes.get('nginx')).toMatchObject({ labelMinor: '4 processes', stack: true, shape: 'square' })
    expect(edgesInWords(view)).toEqual([
      'backup -> postgres :5432 opened=2',
      'nginx -> nginx :9000 opened=2',
      'nginx -> out-theinternet :443 opened=2',
      'nginx -> postgres :5432 opened=10',
    ])
  })
})

describe('hosts', () => {
  test('labels split at the first dot, and what goes on within is not shown', () => {
    const view = renderView('hosts', {}, [
      held(report({ nodes: [{ ...hostNode('alpha'), name: 'alpha.example.org' }] })),
      held(shop('beta')),
    ])
    expect(view.nodes.get('alpha;<host>')).toMatchObject({
      label: 'alpha',
      labelMinor: 'example.org',
      rank: 'example.org',
      shape: 'circle',
    })
    expect(edgesInWords(view)).toEqual(['beta -> out-theinternet :443 opened=1'])
  })
})

describe('edges', () => {
  test('numbers, ports and dates over all records', () => {
    const ports = Array.from({ length: 20 }, (_, i) => 9000 - i)
    const view = renderView('processes', {}, [
      held(
        report({
          nodes: [processNode('alpha', 10), processNode('alpha', 11)],
          connections: ports.map((port, i) =>
            pair('alpha;10', 'alpha;11', port, {
              id: `record-${port}`,
              sinceMs: 2000.25 + i,
              lastMs: 5000.75 - i,
              failed: 1,
              ...(i === 3 ? { rttUs: 900, refused: 1, resetByServer: 2, lost: 1 } : {}),
              ...(i === 4 ? { rttUs: 100, smoothedRttUs: 40_000, unreachable: 1, resetByClient: 1 } : {}),
              ...(i === 5 ? { timedOut: 1, durations: { from: 10, counts: [90] } } : {}),
              ...(i === 6 ? { outOfPorts: 1, durations: { from: 10, counts: [0, 0, 10] } } : {}),
            }),
          ),
        }),
      ),
    ])
    expect(onlyEdge(view)).toMatchObject({
      source: 'alpha;10',
      target: 'alpha;11',
      open: 20,
      failed: 20,
      failedBy: { refused: 1, timedOut: 1, unreachable: 1, outOfPorts: 1, other: 16 },
      reset: 3,
      resetBy: { client: 1, server: 2 },
      lost: 1,
      duration: { count: 100, p50Us: 1600, p95Us: 6100 },
      rttUs: 900,
      smoothedRttUs: 40_000,
      ports: Array.from({ length: 16 }, (_, i) => 8981 + i),
      portsTotal: 20,
      firstSeenMs: Date.UTC(2026, 0, 1, 0, 0, 2),
      lastSeenMs: Date.UTC(2026, 0, 1, 0, 0, 5),
    })
  })
})

describe('addresses that nobody watches', () => {
  const clientsFrom = (ips: readonly string[], scope = '') =>
    renderView('processes', {}, [
      held(
        report({
          nodes: [processNode('alpha', 10, { name: 'nginx' })],
          connections: ips.map((ip) =>
            serverHalf('alpha;10', { clientAddress: `${scope};${ip}`, serverAddress: ';10.0.0.1', port: 80 }),
          ),
        }),
      ),
    ])
  const range = (count: number, make: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i + 1))

  test('up to twenty of a network one by one, more as the network', () => {
    expect(clientsFrom(range(20, (i) => `192.168.1.${i}`)).nodes.size).toBe(21)
    const many = clientsFrom([...range(21, (i) => `192.168.1.${i}`), '192.168.2.1'])
    expect(labels(many)).toEqual(['192.168.1.0/24', '192.168.2.1', 'nginx'])
    expect(edgesInWords(many)[0]).toBe('192.168.1.0/24 -> nginx :80 opened=21')
    expect(labels(clientsFrom(range(21, (i) => `fd00::${i}`)))).toEqual(['fd00::/64', 'nginx'])
  })

  test('an address that means something on one host only says which', () => {
    const view = clientsFrom(['172.17.0.9'], 'alpha')
    expect(view.nodes.get('pseudo:address:alpha;172.17.0.9')).toMatchObject({
      label: '172.17.0.9',
      labelMinor: 'alpha',
      shape: 'dashed-circle',
      pseudo: true,
    })
  })

  test.each([
    ['203.0.113.7', 'The Internet'],
    ['2001:470::7', 'The Internet'],
    ['10.1.1.1', '10.1.1.1'],
    ['100.64.1.1', '100.64.1.1'],
    ['169.254.1.1', '169.254.1.1'],
    ['fe80::1', 'fe80::1'],
    ['fd12::1', 'fd12::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['0.1.2.3', '0.1.2.3'],
    ['198.18.0.1', '198.18.0.1'],
    ['240.0.0.1', '240.0.0.1'],
    ['fec0::1', 'fec0::1'],
  ])('%s is %s', (ip, label) => {
    expect(labels(clientsFrom([ip]))).toContain(label)
  })

  test('a service known by name stands beside the Internet', () => {
    const view = renderView('hosts', {}, [
      held(
        report({
          connections: [
            clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';3.3.3.3', port: 443 }),
            clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';4.4.4.4', port: 443 }),
          ],
          addresses: [
            address('3.3.3.3', { kind: 'global' }, { names: ['s3.amazonaws.com'] }),
            address('4.4.4.4', { kind: 'global' }, { names: ['ec2-4-4-4-4.compute-1.amazonaws.com'] }),
          ],
        }),
      ),
    ])
    expect(view.nodes.get('service-s3.amazonaws.com')).toMatchObject({ shape: 'pill', pseudo: true })
    expect(labels(view)).toEqual(['The Internet', 'alpha', 's3.amazonaws.com'])
  })
})

describe('who says it', () => {
  const named = (probeId: string, name: string, verified: boolean) =>
    held(report({ probeId, nodes: [{ ...containerNode('alpha', 'web'), name }] }), { verified })

  test('of two probes that name one node, the one that proved itself', () => {
    const honest = named('f'.repeat(16), 'web', true)
    const other = named('0'.repeat(16), 'not-web', false)
    expect(labels(renderView('containers', {}, [other, honest]))).toEqual(['web'])
    expect(labels(renderView('containers', {}, [honest, other]))).toEqual(['web'])
  })

  test('a container of a Docker daemon elsewhere belongs to no host here', () => {
    const elsewhere = {
      ...containerNode('alpha', 'far', { facts: { docker_container_ports: ['0.0.0.0:8080->80/tcp'] } }),
      parents: { host: [] },
    }
    const reports = [
      held(
        report({
          nodes: [elsewhere, processNode('alpha', 10, { name: 'curl' })],
          connections: [
            clientHalf('alpha;10', { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.1', port: 8080 }),
          ],
          addresses: [address('10.0.0.1', { kind: 'global' }, { owners: ['alpha;<host>'] })],
        }),
      ),
    ]
    expect(renderView('containers', {}, reports).nodes.get(containerId('far'))).toMatchObject({
      labelMinor: '',
      parents: [],
    })
    expect(edgesInWords(renderView('processes', {}, reports))).toEqual(['curl -> alpha :8080 opened=1'])
  })
})
