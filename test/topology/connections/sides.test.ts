import { clientHalf, pair, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, GAMMA, host, partial, polling, testCases, toBeta, workers } from './cases.ts'

testCases('connections told by one side or both', {
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
        status: polling,
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
  'the client has lost events, the server has not: the numbers of the server': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 2 }], partial),
      workers(serverHalf, 'beta', BETA, 'db', [{ opened: 9 }]),
    ],
    processes: ['app-1 -> db-1 :5432 opened=9'],
  },
  'the client has lost events, the server only polls: the numbers of the client': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 9 }], partial),
      workers(serverHalf, 'beta', BETA, 'db', [{ opened: 2 }], polling),
    ],
    processes: ['app-1 -> db-1 :5432 opened=9'],
  },
  'the client has lost events and had failures, which no server saw: they are kept': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 2, failed: 3, refused: 3 }], partial),
      workers(serverHalf, 'beta', BETA, 'db', [{ opened: 9 }]),
    ],
    processes: ['app-1 -> beta :5432 opened=0 failed=3', 'app-1 -> db-1 :5432 opened=9'],
    hosts: ['alpha -> beta :5432 opened=9 failed=3'],
  },
  'three hosts, all to all': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 10, { name: 'a' })],
        connections: [
          clientHalf('alpha;10', {
            clientAddress: `;${ALPHA}`,
            serverAddress: `;${BETA}`,
            port: 1,
            opened: 2,
          }),
          serverHalf('alpha;10', {
            clientAddress: `;${GAMMA}`,
            serverAddress: `;${ALPHA}`,
            port: 1,
            opened: 4,
          }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 20, { name: 'b' })],
        connections: [
          clientHalf('beta;20', {
            clientAddress: `;${BETA}`,
            serverAddress: `;${GAMMA}`,
            port: 1,
            opened: 3,
          }),
          serverHalf('beta;20', {
            clientAddress: `;${ALPHA}`,
            serverAddress: `;${BETA}`,
            port: 1,
            opened: 2,
          }),
        ],
      }),
      host('gamma', GAMMA, {
        nodes: [processNode('gamma', 30, { name: 'c' })],
        connections: [
          clientHalf('gamma;30', {
            clientAddress: `;${GAMMA}`,
            serverAddress: `;${ALPHA}`,
            port: 1,
            opened: 4,
          }),
          serverHalf('gamma;30', {
            clientAddress: `;${BETA}`,
            serverAddress: `;${GAMMA}`,
            port: 1,
            opened: 3,
          }),
        ],
      }),
    ],
    processes: ['a -> b :1 opened=2', 'b -> c :1 opened=3', 'c -> a :1 opened=4'],
    hosts: ['alpha -> beta :1 opened=2', 'beta -> gamma :1 opened=3', 'gamma -> alpha :1 opened=4'],
  },
})
