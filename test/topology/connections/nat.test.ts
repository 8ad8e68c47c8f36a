import { address, clientHalf, containerNode, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, host, testCases, toBeta } from './cases.ts'

testCases('translated addresses', {
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
  'an address and port that the server’s host rewrites, by a rule of its own': {
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
        nodes: [processNode('beta', 20, { name: 'nginx' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: `;${ALPHA}`,
            serverAddress: ';10.200.0.2',
            port: 80,
            opened: 3,
            originalAddress: `;${BETA}`,
            originalPort: 8080,
          }),
        ],
      }),
    ],
    processes: ['curl -> nginx :80 opened=3'],
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
  'two clients behind the address of their host, which their records carry': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app-1', container: 'one' }),
          processNode('alpha', 11, { name: 'app-2', container: 'two' }),
          containerNode('alpha', 'one'),
          containerNode('alpha', 'two'),
        ],
        connections: [
          clientHalf('alpha;10', { ...toBeta, opened: 7 }),
          clientHalf('alpha;11', { ...toBeta, opened: 3 }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 10 })],
      }),
    ],
    processes: ['app-1 -> postgres :5432 opened=7', 'app-2 -> postgres :5432 opened=3'],
    containers: ['one -> Uncontained :5432 opened=7', 'two -> Uncontained :5432 opened=3'],
    hosts: ['alpha -> beta :5432 opened=10'],
  },
  'one of them seen behind the address of its host, the other under its own': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'app-1', container: 'one' }),
          processNode('alpha', 11, { name: 'app-2' }),
          containerNode('alpha', 'one'),
        ],
        connections: [
          clientHalf('alpha;10', { ...toBeta, opened: 7, clientPorts: [40_001] }),
          clientHalf('alpha;11', { ...toBeta, clientAddress: ';192.168.5.1', opened: 3 }),
        ],
        addresses: [address('192.168.5.1', { kind: 'global' }, { owners: ['alpha;<host>'] })],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [
          serverHalf('beta;20', { ...toBeta, opened: 7 }),
          serverHalf('beta;20', { ...toBeta, clientAddress: ';192.168.5.1', opened: 3 }),
        ],
      }),
    ],
    processes: ['app-1 -> postgres :5432 opened=7', 'app-2 -> postgres :5432 opened=3'],
    hosts: ['alpha -> beta :5432 opened=10'],
  },
  'a virtual address that the client’s host translates: its record has the server’s own address and port': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'kubelet' })],
        connections: [clientHalf('alpha;10', { ...toBeta, port: 6443, opened: 2 })],
        addresses: [address('10.96.0.1')],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'api-server' })],
        connections: [serverHalf('beta;20', { ...toBeta, port: 6443, opened: 2 })],
      }),
    ],
    processes: ['kubelet -> api-server :6443 opened=2'],
    hosts: ['alpha -> beta :6443 opened=2'],
  },
  'two hosts behind a router that nobody watches: each side is told as it sees it, and no client is guessed':
    {
      held: [
        host('alpha', '192.168.1.10', {
          nodes: [processNode('alpha', 10, { name: 'app-1' })],
          connections: [
            clientHalf('alpha;10', {
              clientAddress: ';192.168.1.10',
              serverAddress: ';203.0.113.50',
              port: 443,
              opened: 2,
            }),
          ],
        }),
        host('beta', '203.0.113.50', {
          nodes: [processNode('beta', 20, { name: 'nginx' })],
          connections: [
            serverHalf('beta;20', {
              clientAddress: ';198.51.100.1',
              serverAddress: ';203.0.113.50',
              port: 443,
              opened: 5,
            }),
          ],
        }),
        host('gamma', '192.168.1.11', {
          nodes: [processNode('gamma', 30, { name: 'app-2' })],
          connections: [
            clientHalf('gamma;30', {
              clientAddress: ';192.168.1.11',
              serverAddress: ';203.0.113.50',
              port: 443,
              opened: 3,
            }),
          ],
        }),
      ],
      processes: [
        'app-1 -> beta :443 opened=2',
        'app-2 -> beta :443 opened=3',
        'in-theinternet -> nginx :443 opened=5',
      ],
      hosts: [
        'alpha -> beta :443 opened=2',
        'gamma -> beta :443 opened=3',
        'in-theinternet -> beta :443 opened=5',
      ],
    },
})
