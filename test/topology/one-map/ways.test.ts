import { address, clientHalf, containerNode, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, GAMMA, host, polling, testCases, toBeta } from '../connections/cases.ts'

/** A host with a container that serves at an address of a bridge which other machines can reach by a route. */
const routed = (name: string, ip: string, container: string, parts: { client?: string; opened?: number }) =>
  host(name, ip, {
    nodes: [
      processNode(name, 20, { name: 'nginx', container: `${name}-web` }),
      containerNode(name, `${name}-web`),
    ],
    addresses: [
      address(container, { kind: 'host', hostId: name }, { owners: [containerNode(name, `${name}-web`).id] }),
    ],
    connections:
      parts.client === undefined
        ? []
        : [
            serverHalf(`${name};20`, {
              clientAddress: parts.client,
              serverAddress: `${name};${container}`,
              port: 80,
              opened: parts.opened ?? 1,
            }),
          ],
  })

const caller = (serverAddress: string, opened = 1, clientAddress = `;${ALPHA}`) =>
  host('alpha', ALPHA, {
    nodes: [processNode('alpha', 10, { name: 'curl' })],
    connections: [clientHalf('alpha;10', { clientAddress, serverAddress, port: 80, opened })],
  })

testCases('addresses of bridges that are routed, not translated', {
  'a container’s address, called from another host': {
    held: [
      caller(';2001:db8:5::2', 3, ';2001:db8::1'),
      routed('beta', BETA, '2001:db8:5::2', { client: ';2001:db8::1', opened: 3 }),
    ],
    processes: ['curl -> nginx :80 opened=3'],
    hosts: [
      // Nobody is known to hold the client’s address, but the process is known.
      'alpha -> beta :80 opened=3',
    ],
  },
  'the same container’s address on a second host that was not called': {
    held: [
      caller(';172.17.0.2', 3),
      routed('beta', BETA, '172.17.0.2', { client: `;${ALPHA}`, opened: 3 }),
      routed('gamma', GAMMA, '172.17.0.2', {}),
    ],
    processes: ['curl -> nginx :80 opened=3'],
    hosts: ['alpha -> beta :80 opened=3'],
  },
  'two hosts with that address, both called: nothing is guessed': {
    held: [
      caller(';172.17.0.2', 5),
      routed('beta', BETA, '172.17.0.2', { client: `;${ALPHA}`, opened: 3 }),
      routed('gamma', GAMMA, '172.17.0.2', { client: `;${ALPHA}`, opened: 2 }),
    ],
    hosts: ['alpha -> 172.17.0.2 :80 opened=5', 'alpha -> beta :80 opened=3', 'alpha -> gamma :80 opened=2'],
  },
  'a container calls another host under its own address': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app', container: 'app' }), containerNode('alpha', 'app')],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;fd17::5',
            serverAddress: ';fd00::2',
            port: 5432,
            opened: 2,
          }),
        ],
      }),
      host('beta', 'fd00::2', {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: ';fd17::5',
            serverAddress: ';fd00::2',
            port: 5432,
            opened: 2,
          }),
        ],
      }),
    ],
    processes: ['app -> postgres :5432 opened=2'],
    containers: ['app -> Uncontained :5432 opened=2'],
    hosts: ['alpha -> beta :5432 opened=2'],
  },
  'containers of two hosts, each under its own address': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'app', container: 'app' }), containerNode('alpha', 'app')],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha;10.244.1.5',
            serverAddress: ';10.244.2.7',
            port: 80,
            opened: 2,
          }),
        ],
      }),
      routed('beta', BETA, '10.244.2.7', { client: ';10.244.1.5', opened: 2 }),
    ],
    processes: ['app -> nginx :80 opened=2'],
    containers: ['app -> beta-web :80 opened=2'],
    hosts: ['alpha -> beta :80 opened=2'],
  },
  'only the client’s side tells: the one container that has the address': {
    held: [caller(';2001:db8:5::2', 3), routed('beta', BETA, '2001:db8:5::2', {})],
    hosts: ['alpha -> beta :80 opened=3'],
    containers: ['Uncontained -> beta-web :80 opened=3'],
  },
  'a private address that one container happens to have is not taken for it': {
    held: [caller(';172.17.0.2', 3), routed('beta', BETA, '172.17.0.2', {})],
    hosts: ['alpha -> 172.17.0.2 :80 opened=3'],
  },
  'a host whose own address is that of a container elsewhere': {
    held: [
      caller(';172.17.0.2', 3),
      host('gamma', '172.17.0.2', {}),
      // Reached at its published port, from the same client: another connection.
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'nginx', container: 'web' }), containerNode('beta', 'web')],
        connections: [
          serverHalf('beta;20', {
            clientAddress: `;${ALPHA}`,
            serverAddress: 'beta;172.17.0.2',
            port: 80,
            opened: 9,
            originalAddress: `;${BETA}`,
            originalPort: 8080,
          }),
        ],
      }),
    ],
    hosts: ['alpha -> beta :80 opened=9', 'alpha -> gamma :80 opened=3'],
  },
})

const LL_ALPHA = 'fe80::a'
const LL_BETA = 'fe80::b'

/** A host with an address of the link, in the network namespace of this number. */
const onLink = (
  name: string,
  ip: string,
  netns: number,
  linkLocal: string,
  parts: Parameters<typeof host>[2],
) =>
  host(name, ip, {
    ...parts,
    addresses: [address(linkLocal, { kind: 'netns', hostId: name, netns }, { owners: [`${name};<host>`] })],
  })

testCases('addresses of the link', {
  'two hosts that both tell: one edge': {
    held: [
      onLink('alpha', ALPHA, 1, LL_ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'ssh' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: `alpha-1;${LL_ALPHA}`,
            serverAddress: `alpha-1;${LL_BETA}`,
            port: 22,
            opened: 2,
          }),
        ],
      }),
      onLink('beta', BETA, 1, LL_BETA, {
        nodes: [processNode('beta', 20, { name: 'sshd' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: `beta-1;${LL_ALPHA}`,
            serverAddress: `beta-1;${LL_BETA}`,
            port: 22,
            opened: 2,
          }),
        ],
      }),
    ],
    processes: ['ssh -> sshd :22 opened=2'],
    hosts: ['alpha -> beta :22 opened=2'],
  },
  'only one tells: another machine of the link may have that address': {
    held: [
      onLink('alpha', ALPHA, 1, LL_ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'ssh' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: `alpha-1;${LL_ALPHA}`,
            serverAddress: 'alpha-1;fe80::1',
            port: 22,
            opened: 2,
          }),
        ],
      }),
      onLink('beta', BETA, 1, 'fe80::1', {}),
    ],
    hosts: ['alpha -> fe80::1 :22 opened=2'],
  },
  'two pairs of hosts on two links with the same addresses: nothing is guessed': {
    held: ['a', 'b'].flatMap((site, i) => [
      onLink(`${site}-client`, `10.0.${i}.1`, 1, LL_ALPHA, {
        nodes: [processNode(`${site}-client`, 10, { name: `${site}-ssh` })],
        connections: [
          clientHalf(`${site}-client;10`, {
            clientAddress: `${site}-client-1;${LL_ALPHA}`,
            serverAddress: `${site}-client-1;${LL_BETA}`,
            port: 22,
          }),
        ],
      }),
      onLink(`${site}-server`, `10.0.${i}.2`, 1, LL_BETA, {
        nodes: [processNode(`${site}-server`, 20, { name: `${site}-sshd` })],
        connections: [
          serverHalf(`${site}-server;20`, {
            clientAddress: `${site}-server-1;${LL_ALPHA}`,
            serverAddress: `${site}-server-1;${LL_BETA}`,
            port: 22,
          }),
        ],
      }),
    ]),
    processes: [
      'a-ssh -> fe80::b :22 opened=1',
      'b-ssh -> fe80::b :22 opened=1',
      'fe80::a -> a-sshd :22 opened=1',
      'fe80::a -> b-sshd :22 opened=1',
    ],
  },
  'loopback of two hosts never joins': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'a' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: 'alpha-1;127.0.0.1',
            serverAddress: 'alpha-1;127.0.0.1',
            port: 80,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'b' })],
        connections: [
          serverHalf('beta;20', {
            clientAddress: 'beta-1;127.0.0.1',
            serverAddress: 'beta-1;127.0.0.1',
            port: 80,
          }),
        ],
      }),
    ],
    processes: ['127.0.0.1 -> b :80 opened=1', 'a -> 127.0.0.1 :80 opened=1'],
  },
})

testCases('a host whose probe does not see translations', {
  'its container and a process of its own call the same server: one edge each': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'curl' }),
          processNode('alpha', 11, { name: 'app', container: 'app' }),
          containerNode('alpha', 'app'),
        ],
        connections: [
          clientHalf('alpha;10', { ...toBeta, opened: 3 }),
          clientHalf('alpha;11', { ...toBeta, clientAddress: 'alpha;172.17.0.5', opened: 4 }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 7 })],
      }),
    ],
    processes: ['app -> postgres :5432 opened=4', 'curl -> postgres :5432 opened=3'],
    containers: ['Uncontained -> Uncontained :5432 opened=3', 'app -> Uncontained :5432 opened=4'],
    hosts: ['alpha -> beta :5432 opened=7'],
  },
  'the same where the client’s side is polled: the server’s numbers, once': {
    held: [
      host('alpha', ALPHA, {
        nodes: [
          processNode('alpha', 10, { name: 'curl' }),
          processNode('alpha', 11, { name: 'app', container: 'app' }),
          containerNode('alpha', 'app'),
        ],
        connections: [
          clientHalf('alpha;10', { ...toBeta, opened: 3 }),
          clientHalf('alpha;11', { ...toBeta, clientAddress: 'alpha;172.17.0.5', opened: 3 }),
        ],
        status: polling,
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'postgres' })],
        connections: [serverHalf('beta;20', { ...toBeta, opened: 8 })],
      }),
    ],
    hosts: ['alpha -> beta :5432 opened=8 ~'],
  },
})
