import { describe, expect, test } from 'vitest'
import { checkConsistency } from '../../../src/report/consistency.ts'
import { facts } from '../../../src/report/facts.ts'
import { type Report, reportSchema } from '../../../src/report/schema.ts'
import { renderView } from '../../../src/topology/render.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import { Pseudonyms } from '../../../tools/reports/pseudonyms.ts'
import { sanitiseReport } from '../../../tools/reports/sanitise.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  hexOf,
  hostNode,
  imageNode,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

const host = 'mars.corp.example.net~5eC2e7aa'

/** Words that must not be found in what comes out. */
const secrets = [
  ...[
    'mars',
    'corp.example',
    '5eC2e7aa',
    'deadbeefdeadbeef',
    'alice',
    'hunter2',
    'topsecret',
    '/srv',
    '/home',
  ],
  ...[
    '198.18.7.7',
    '93.184.216.34',
    '8.8.4.4',
    '2a00:1450:4001:82a::200e',
    '02ff:fe',
    'internal.example.org',
  ],
  ...['my-bucket', 'billing', 'Wombat', 'rack 12', '6.18.44-custom', '2025-11', 'Quokka', 'cluster-key'],
  ...[hexOf('web', 64), hexOf('web', 12), hexOf('nginx:1', 64), hexOf('overlay', 64)],
]

const machine: Report = report({
  host,
  probeId: 'deadbeefdeadbeef',
  nodes: [
    {
      ...hostNode(host, {
        [facts.os]: 'Wombat Linux',
        [facts.kernelVersion]: '6.18.44-custom',
        [facts.bootedAt]: '2025-11-03T10:00:00.000Z',
        [facts.localNetworks]: ['172.17.0.0/16', '93.184.216.0/24', 'fe80::/64'],
        [facts.cpuCount]: 8,
        rack: 'rack 12',
      }),
      name: 'mars.corp.example.net',
    },
    processNode(host, 10, {
      name: 'nginx',
      container: 'web',
      facts: {
        [facts.commandLine]: '/srv/nginx/sbin/nginx --user=alice --password hunter2',
        [facts.startedAt]: '2025-11-03T12:00:00.000Z',
        [facts.listeningAddresses]: [
          '0.0.0.0:80',
          '[fe80::42:acff:fe11:2]:443',
          '93.184.216.34:8443',
          '*:22',
        ],
      },
    }),
    processNode(host, 11, { name: 'sshd: alice@pts/0', facts: { [facts.systemdUnit]: 'run-mars.service' } }),
    processNode(host, 12, { name: 'curl' }),
    {
      ...processNode(host, 13),
      id: `${host};exited;${hexOf('exited', 16)}`,
      facts: { [facts.exited]: true, [facts.exitedCount]: 9 },
    },
    containerNode(host, 'web', {
      image: 'nginx:1',
      labels: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'com.docker.compose.project.working_dir': '/home/alice/shop',
        'com.docker.compose.project.config_files': '/home/alice/shop/a.yml,/home/alice/shop/b.yml',
        'com.docker.swarm.service.id': 'topsecret',
        'net.billing.owner': 'alice',
        tier: 'front',
        empty: '',
      },
      facts: {
        [facts.containerHostname]: hexOf('web', 12),
        [facts.containerCommand]: 'nginx -g topsecret',
        [facts.containerMounts]: ['/home/alice/www:/srv/www:ro', 'billing:/data:rw'],
        [facts.containerPorts]: ['93.184.216.34:8080->80/tcp', '443/tcp'],
        [facts.containerAddresses]: ['172.17.0.2'],
        [facts.containerStarted]: '2025-11-03T11:00:00.000Z',
        [facts.containerStateHuman]: 'Up since 2025-11-03T11:00:00Z',
        [facts.containerNetworkMode]: `container:${hexOf('db', 64)}`,
        [facts.containerEnvironment]: ['PASSWORD=hunter2'],
        'some.future.fact': 'topsecret',
      },
    }),
    containerNode(host, 'db', {
      image: 'registry.internal.example.org/db:1'.replace('internal.example.org', 'test'),
    }),
    imageNode(host, 'nginx:1'),
  ],
  metrics: [{ node: containerId('web'), id: 'docker_cpu_total_usage', max: 800, samples: [[0, 12.5]] }],
  connections: [
    pair(`${host};12`, `${host};10`, 80, { opened: 3, bytesSent: 77 }),
    clientHalf(`${host};10`, {
      clientAddress: `${host};172.17.0.2`,
      serverAddress: ';8.8.4.4',
      port: 443,
      serverName: 'my-bucket.s3.eu-west-1.amazonaws.com',
    }),
    clientHalf(`${host};12`, {
      clientAddress: ';10.1.2.3',
      serverAddress: ';2a00:1450:4001:82a::200e',
      port: 443,
    }),
    serverHalf(`${host};10`, {
      clientAddress: `network:${hexOf('overlay', 64)};10.0.1.7`,
      serverAddress: ';10.1.2.3',
      port: 80,
    }),
    serverHalf(`${host};10`, { clientAddress: ';203.0.114.0/24', serverAddress: ';10.1.2.3', port: 81 }),
  ],
  addresses: [
    address('172.17.0.2', { kind: 'host', hostId: host }, { owners: [containerId('web')] }),
    address('8.8.4.4', { kind: 'global' }, { names: ['my-bucket.s3.eu-west-1.amazonaws.com'] }),
    address('2a00:1450:4001:82a::200e', { kind: 'global' }, { names: ['ci.internal.example.org'] }),
  ],
  status: [
    {
      id: 'docker',
      mode: 'docker',
      state: 'degraded',
      reason: 'cannot read /home/alice/docker.sock on Quokka',
      sinceMs: 1,
      counters: { events: 3 },
    },
  ],
})

const options = () => ({ pseudonyms: new Pseudonyms(), keepLabels: ['tier'] })
const sane = sanitiseReport(machine, options())

describe('a sanitised report', () => {
  test.each(secrets)('does not tell %s', (secret) => {
    expect(JSON.stringify(sane).toLowerCase().includes(secret.toLowerCase())).toBe(false)
  })

  test('is a report', () => {
    expect(reportSchema.parse(sane)).toEqual(sane)
    expect(() => checkConsistency(sane)).not.toThrow()
  })

  test('is the same each time', () => {
    expect(sanitiseReport(machine, options())).toEqual(sane)
  })

  test.each(catalogue.map(({ id }) => id))('shows the same in the view %s', (view) => {
    const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }
    const shapeOf = (of: Report) => {
      const { nodes, edges, stats } = renderView(view, everything, [held(of)])
      return {
        stats,
        nodes: [...nodes.values()]
          .map(({ shape, stack, pseudo, state, adjacency }) =>
            JSON.stringify([shape, stack, pseudo, state, adjacency?.length]),
          )
          .sort(),
        edges: [...edges.values()]
          .map(({ opened, bytesSent, ports }) => JSON.stringify([opened, bytesSent, ports]))
          .sort(),
      }
    }
    expect(shapeOf(sane)).toEqual(shapeOf(machine))
  })

  const node = (name: string) => sane.nodes.find((one) => one.name === name)

  test('says what it can say', () => {
    expect(sane.host).toEqual({ id: 'host-1~00000001', name: 'host-1' })
    expect(node('host-1')?.facts).toEqual({
      host_name: 'host-1',
      os: 'Linux',
      kernel_version: '6.1.0',
      booted_at: '2026-01-01T00:00:00.000Z',
      local_networks: ['172.17.0.0/16', expect.stringMatching(/^203\.0\.113\.\d+\/24$/), 'fe80::1/64'],
      cpu_count: 8,
    })
    expect(node('nginx')?.facts).toMatchObject({
      pid: 10,
      cmdline: 'nginx …',
      started_at: '2026-01-01T02:00:00.000Z',
      listening_addresses: [
        '0.0.0.0:80',
        expect.stringMatching(/^\[fe80::\d+\]:443$/),
        expect.stringMatching(/^203\.0\.113\.\d+:8443$/),
        '*:22',
      ],
    })
    expect(node('sshd')?.facts.systemd_unit).toBe('run-host-1.service')
    const web = node('web')
    expect(web?.facts).toMatchObject({
      docker_container_command: 'nginx …',
      docker_container_mounts: [
        expect.stringMatching(/^\/path-\d+:\/path-\d+:ro$/),
        expect.stringMatching(/^volume-1:\/path-\d+:rw$/),
      ],
      docker_container_ports: [expect.stringMatching(/^203\.0\.113\.\d+:8080->80\/tcp$/), '443/tcp'],
      docker_container_started: '2026-01-01T01:00:00.000Z',
      docker_container_state_human: 'Up since 2026-01-01T01:00:00.000Z',
      docker_image_name: 'nginx',
    })
    expect(web?.id.startsWith(String(web.facts.docker_container_hostname))).toBe(true)
    expect(web?.facts.docker_container_network_mode).toBe(
      `container:${node('db')?.facts.docker_container_id}`,
    )
    expect(web?.labels).toEqual({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.project.working_dir': expect.stringMatching(/^\/path-\d+$/),
      'com.docker.compose.project.config_files': expect.stringMatching(/^\/path-\d+,\/path-\d+$/),
      'com.docker.swarm.service.id': expect.stringMatching(/^value-\d+$/),
      'label-1': expect.stringMatching(/^value-\d+$/),
      'label-2': '',
      tier: 'front',
    })
    expect(sane.addresses.flatMap(({ names }) => names ?? []).sort()).toEqual([
      'name-1.amazonaws.com',
      'name-2.example.com',
    ])
    expect(sane.connections[1]?.serverName).toBe('name-1.amazonaws.com')
    expect(sane.metrics[0]?.node).toBe(web?.id)
    expect(sane.status[0]).toMatchObject({ reason: 'a reason', counters: { events: 3 } })
  })
})

test('reports that belong together name alike what is the same', () => {
  const other = report({
    host: 'venus',
    nodes: [containerNode('venus', 'web', { image: 'nginx:1' }), processNode('venus', 1)],
    connections: [
      clientHalf('venus;1', { clientAddress: ';10.0.0.1', serverAddress: ';8.8.4.4', port: 443 }),
    ],
  })
  const together = options()
  const [first, second] = [machine, other].map((one) => sanitiseReport(one, together))
  const image = (of: Report | undefined) =>
    of?.nodes.find(({ name }) => name === 'web')?.facts.docker_image_id
  const server = (of: Report | undefined) =>
    of?.connections.find(({ serverPort }) => serverPort === 443)?.serverAddress
  expect(image(second)).toBe(image(first))
  expect(server(second)).toBe(server(first))
  expect(second?.host).toEqual({ id: 'host-2', name: 'host-2' })
})

test('more public addresses than there are for documentation are refused in words', () => {
  const connections = Array.from({ length: 800 }, (_, i) =>
    clientHalf('alpha;1', {
      clientAddress: ';10.0.0.1',
      serverAddress: `;8.${i >> 8}.${i & 255}.1`,
      port: 443,
    }),
  )
  const many = report({ nodes: [processNode('alpha', 1)], connections })
  expect(() => sanitiseReport(many)).toThrow(/more than 762 public IPv4 addresses/)
})
