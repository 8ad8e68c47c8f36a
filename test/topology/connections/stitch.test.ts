import { describe, expect, test } from 'vitest'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { renderView } from '../../../src/topology/render.ts'
import {
  address,
  clientHalf,
  containerNode,
  held,
  hostNode,
  pair,
  processNode,
  type ReportParts,
  report,
  serverHalf,
} from '../../support/reports.ts'
import { edgesInWords } from '../reading.ts'

const ALPHA = '10.0.0.1'
const BETA = '10.0.0.2'
const GAMMA = '10.0.0.3'

/** A host that holds its address. */
const host = (name: string, ip: string, parts: ReportParts): HeldReport =>
  held(
    report({
      host: name,
      ...parts,
      addresses: [
        address(ip, { kind: 'global' }, { owners: [`${name};<host>`] }),
        ...(parts.addresses ?? []),
      ],
    }),
  )

const polling: ReportParts['status'] = [
  { id: 'connections', mode: 'proc', state: 'degraded', reason: '', sinceMs: 0, counters: {} },
]

const toBeta = { clientAddress: `;${ALPHA}`, serverAddress: `;${BETA}`, port: 5432 }

interface Case {
  readonly held: readonly HeldReport[]
  /** Edges expected in these views, all options shown. */
  readonly processes?: readonly string[]
  readonly containers?: readonly string[]
  readonly hosts?: readonly string[]
}

const cases: Record<string, Case> = {
  'both sides watched: one edge, with the numbers of the client': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', { ...toBeta, opened: 7, bytesSent: 70 })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 6, bytesSent: 60 })],
      }),
    ],
    processes: ['app -> postgres :5432 opened=7'],
    hosts: ['alpha -> beta :5432 opened=7'],
  },
  'the client only polls, the server traces: the numbers of the server': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', { ...toBeta, opened: 2 })],
        ...(polling ? { status: polling } : {}),
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 9 })],
      }),
    ],
    processes: ['app -> postgres :5432 opened=9'],
  },
  'only the client watched, an address in nobody’s hands': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', toBeta)],
      }),
    ],
    processes: ['app -> 10.0.0.2 :5432 opened=1'],
    hosts: ['alpha -> 10.0.0.2 :5432 opened=1'],
  },
  'only the client’s half, and a host known to hold the address': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', toBeta)],
      }),
      host('beta', BETA, {}),
    ],
    processes: ['app -> beta :5432 opened=1'],
    containers: ['Uncontained -> Uncontained :5432 opened=1'],
    hosts: ['alpha -> beta :5432 opened=1'],
  },
  'only the server’s half, from the Internet and from a private address': {
    held: [
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'nginx' })],
        connections: [
          serverHalf('beta;20', { clientAddress: ';203.0.113.9', serverAddress: `;${BETA}`, port: 443 }),
          serverHalf('beta;20', { clientAddress: ';192.168.7.7', serverAddress: `;${BETA}`, port: 443 }),
          serverHalf('beta;20', { clientAddress: ';fd00::7', serverAddress: `;${BETA}`, port: 443 }),
        ],
      }),
    ],
    processes: [
      '192.168.7.7 -> nginx :443 opened=1',
      'fd00::7 -> nginx :443 opened=1',
      'in-theinternet -> nginx :443 opened=1',
    ].sort(),
    hosts: [
      '192.168.7.7 -> beta :443 opened=1',
      'fd00::7 -> beta :443 opened=1',
      'in-theinternet -> beta :443 opened=1',
    ].sort(),
  },
  'a published port leads into its container, and its process is found there': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'curl' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: `;${ALPHA}`,
            serverAddress: `;${BETA}`,
            port: 8080,
            opened: 3,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [
          processNode('beta', 20, { name: 'nginx', container: 'web' }),
          containerNode('beta', 'web', { facts: { docker_container_ports: ['0.0.0.0:8080->80/tcp'] } }),
        ],
        connections: [
          serverHalf('beta;20', {
            clientAddress: `;${ALPHA}`,
            serverAddress: 'beta;172.17.0.2',
            port: 80,
            opened: 3,
          }),
        ],
      }),
    ],
    processes: ['curl -> nginx :80 opened=3'],
    containers: ['Uncontained -> web :80 opened=3'],
    hosts: ['alpha -> beta :80 opened=3'],
  },
  'a published port whose container tells nothing': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'curl' })],
        connections: [
          clientHalf('alpha;10', { clientAddress: `;${ALPHA}`, serverAddress: `;${BETA}`, port: 8080 }),
          clientHalf('alpha;10', { clientAddress: `;${ALPHA}`, serverAddress: `;${BETA}`, port: 22 }),
        ],
      }),
      host('beta', BETA, {
        nodes: [
          containerNode('beta', 'web', { facts: { docker_container_ports: [`${BETA}:8080->80/tcp`] } }),
        ],
      }),
    ],
    processes: ['curl -> beta :22 opened=1', 'curl -> web :8080 opened=1'],
    containers: ['Uncontained -> Uncontained :22 opened=1', 'Uncontained -> web :8080 opened=1'],
    hosts: ['alpha -> beta :22,8080 opened=2'],
  },
  'a client behind the NAT of its host': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app', container: 'app' }), containerNode('alpha', 'app')],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.5',
            serverAddress: `;${BETA}`,
            port: 5432,
            opened: 4,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 4 })],
      }),
    ],
    processes: ['app -> postgres :5432 opened=4'],
    containers: ['app -> Uncontained :5432 opened=4'],
    hosts: ['alpha -> beta :5432 opened=4'],
  },
  'NAT on one side and a published port on the other': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app', container: 'app' }), containerNode('alpha', 'app')],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.5',
            serverAddress: `;${BETA}`,
            port: 8080,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [
          processNode('beta', 20, { name: 'nginx', container: 'web' }),
          containerNode('beta', 'web', { facts: { docker_container_ports: ['[::]:8080->80/tcp'] } }),
        ],
        connections: [
          serverHalf('beta;20', {
            clientAddress: `;${ALPHA}`,
            serverAddress: 'beta;172.17.0.5',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['app -> nginx :80 opened=1'],
    containers: ['app -> web :80 opened=1'],
  },
  'a host reaches its own published port and is seen as the gateway of the bridge': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'curl' }),
          processNode('alpha', 20, { name: 'nginx', container: 'web' }),
          containerNode('alpha', 'web', { facts: { docker_container_ports: ['0.0.0.0:8080->80/tcp'] } }),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: `;${ALPHA}`,
            serverAddress: `;${ALPHA}`,
            port: 8080,
            opened: 2,
          }),
          serverHalf('alpha;20', {
            clientAddress: 'alpha;172.17.0.1',
            serverAddress: 'alpha;172.17.0.2',
            port: 80,
            opened: 2,
          }),
        ],
        addresses: [address('172.17.0.1', { kind: 'host', hostId: 'alpha' }, { owners: ['alpha;<host>'] })],
      }),
    ],
    processes: ['curl -> nginx :80 opened=2'],
    containers: ['Uncontained -> web :80 opened=2'],
    hosts: [],
  },
  'equal addresses of the bridges of two hosts are two places': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'a-client' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.5',
            serverAddress: 'alpha;172.17.0.6',
            port: 80,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'b-server' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: 'beta;172.17.0.5',
            serverAddress: 'beta;172.17.0.6',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['172.17.0.5 -> b-server :80 opened=1', 'a-client -> 172.17.0.6 :80 opened=1'],
  },
  'equal global addresses on two hosts: a node that names both, never a guess': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
      host('beta', '10.9.9.9', {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
      host('gamma', '10.9.9.9', {
        nodes: [processNode('gamma', 30, { name: 'mysql' })],
        connections: [serverHalf('gamma;30', { ...toBeta, serverAddress: ';10.9.9.9' })],
      }),
    ],
    hosts: [
      'alpha -> beta :5432 opened=1',
      'alpha -> beta or gamma :5432 opened=1',
      'alpha -> gamma :5432 opened=1',
    ],
  },
  'equal addresses of two clients: the server’s side names both': {
    held: [
      host('alpha', '10.9.9.9', {
        nodes: [processNode('alpha', 10, { name: 'app-1' })],
        connections: [clientHalf('alpha;10', { ...toBeta, clientAddress: ';10.9.9.9' })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, clientAddress: ';10.9.9.9', opened: 2 })],
      }),
      host('gamma', '10.9.9.9', {
        nodes: [processNode('gamma', 30, { name: 'app-2' })],
        connections: [clientHalf('gamma;30', { ...toBeta, clientAddress: ';10.9.9.9' })],
      }),
    ],
    processes: [
      'alpha or gamma -> postgres :5432 opened=2',
      'app-1 -> beta :5432 opened=1',
      'app-2 -> beta :5432 opened=1',
    ],
  },
  'an overlay network joins across hosts': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'network:n1;10.1.0.2',
            serverAddress: 'network:n1;10.1.0.3',
            port: 80,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'web' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: 'network:n1;10.1.0.2',
            serverAddress: 'network:n1;10.1.0.3',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['app -> web :80 opened=1'],
  },
  'two network namespaces: loopback does not mix': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'client-1' }),
          processNode('alpha', 20, { name: 'server-2' }),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha-1;127.0.0.1',
            serverAddress: 'alpha-1;127.0.0.1',
            port: 80,
          }),
          serverHalf('alpha;20', {
            clientAddress: 'alpha-2;127.0.0.1',
            serverAddress: 'alpha-2;127.0.0.1',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['127.0.0.1 -> server-2 :80 opened=1', 'client-1 -> 127.0.0.1 :80 opened=1'],
  },
  'one client and several workers: shared out as the workers tell, nothing lost': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' })],
        connections: [clientHalf('alpha;10', { ...toBeta, opened: 10 })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'worker-1' }), processNode('beta', 21, { name: 'worker-2' })],
        connections: [
          serverHalf('beta;20', { ...toBeta, opened: 7 }),
          serverHalf('beta;21', { ...toBeta, opened: 3 }),
        ],
      }),
    ],
    processes: ['app -> worker-1 :5432 opened=7', 'app -> worker-2 :5432 opened=3'],
    hosts: ['alpha -> beta :5432 opened=10'],
  },
  'several on both sides: in proportion, and marked as estimated': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app-1' }), processNode('alpha', 11, { name: 'app-2' })],
        connections: [
          clientHalf('alpha;10', { ...toBeta, opened: 8 }),
          clientHalf('alpha;11', { ...toBeta, opened: 4 }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'worker-1' }), processNode('beta', 21, { name: 'worker-2' })],
        connections: [
          serverHalf('beta;20', { ...toBeta, opened: 9 }),
          serverHalf('beta;21', { ...toBeta, opened: 3 }),
        ],
      }),
    ],
    processes: [
      'app-1 -> worker-1 :5432 opened=6 ~',
      'app-1 -> worker-2 :5432 opened=2 ~',
      'app-2 -> worker-1 :5432 opened=3 ~',
      'app-2 -> worker-2 :5432 opened=1 ~',
    ],
    hosts: ['alpha -> beta :5432 opened=12 ~'],
  },
  'three hosts in a row': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'front' })],
        connections: [clientHalf('alpha;10', { ...toBeta, port: 80 })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'app' })],
        connections: [
          serverHalf('beta;20', { ...toBeta, port: 80 }),
          clientHalf('beta;20', { clientAddress: `;${BETA}`, serverAddress: `;${GAMMA}`, port: 5432 }),
        ],
      }),
      host('gamma', GAMMA, {
        nodes: [processNode('gamma', 30, { name: 'db' })],
        connections: [
          serverHalf('gamma;30', { clientAddress: `;${BETA}`, serverAddress: `;${GAMMA}`, port: 5432 }),
        ],
      }),
    ],
    processes: ['app -> db :5432 opened=1', 'front -> app :80 opened=1'],
    hosts: ['alpha -> beta :80 opened=1', 'beta -> gamma :5432 opened=1'],
  },
  'a container in the network of its host: the address is the host’s': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app', container: 'app' }),
          containerNode('alpha', 'app'),
          containerNode('alpha', 'exporter', { facts: { docker_is_in_host_network: true } }),
          hostNode('alpha'),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.2',
            serverAddress: 'alpha;172.17.0.1',
            port: 9,
          }),
        ],
        addresses: [
          address(
            '172.17.0.1',
            { kind: 'host', hostId: 'alpha' },
            {
              owners: ['alpha;<host>', containerNode('alpha', 'exporter').id],
            },
          ),
        ],
      }),
    ],
    containers: ['app -> Uncontained :9 opened=1'],
    hosts: [],
  },
  'a stopped container holds no address': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app' }),
          containerNode('alpha', 'old', { state: 'exited' }),
          containerNode('alpha', 'new'),
        ],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;172.17.0.1',
            serverAddress: 'alpha;172.17.0.2',
            port: 9,
          }),
        ],
        addresses: [
          address(
            '172.17.0.2',
            { kind: 'host', hostId: 'alpha' },
            {
              owners: [containerNode('alpha', 'old').id, containerNode('alpha', 'new').id],
            },
          ),
        ],
      }),
    ],
    containers: ['Uncontained -> new :9 opened=1'],
  },
  'pairs and halves of the same two hosts do not count twice': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app' }), processNode('alpha', 11, { name: 'cache' })],
        connections: [pair('alpha;10', 'alpha;11', 6379, { opened: 5 }), clientHalf('alpha;10', toBeta)],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', toBeta)],
      }),
    ],
    processes: ['app -> cache :6379 opened=5', 'app -> postgres :5432 opened=1'],
    hosts: ['alpha -> beta :5432 opened=1'],
  },
}

const everything = { system: 'all', stopped: 'both', pseudo: 'show', unconnected: 'show' }

describe('connections seen from one side', () => {
  for (const [title, { held: reports, ...expected }] of Object.entries(cases)) {
    for (const [viewId, edges] of Object.entries(expected)) {
      test(`${title} (${viewId})`, () => {
        expect(edgesInWords(renderView(viewId, everything, reports))).toEqual(edges)
      })
    }
  }
})
