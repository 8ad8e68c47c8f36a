import { clientHalf, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, host, polling, testCases, toBeta, workers } from './cases.ts'

const ports = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i)

testCases('several processes on a side', {
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
  'one client and several workers that are only polled: an estimate': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 10 }]),
      workers(serverHalf, 'beta', BETA, 'worker', [{ opened: 2 }, { opened: 2 }], polling),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=5 ~', 'app-1 -> worker-2 :5432 opened=5 ~'],
  },
  'a share rounded to nothing is no edge; where the same two have one, that is an estimate': {
    held: [
      host('alpha', ALPHA, {
        nodes: [processNode('alpha', 1, { name: 'app-1' }), processNode('alpha', 2, { name: 'app-2' })],
        connections: [
          clientHalf('alpha;1', { ...toBeta, open: 0, opened: 1, closed: 1 }),
          clientHalf('alpha;2', { ...toBeta, open: 0, opened: 1, closed: 1 }),
          clientHalf('alpha;1', { ...toBeta, port: 80, opened: 1 }),
          clientHalf('alpha;2', { ...toBeta, port: 80, opened: 1 }),
        ],
      }),
      host('beta', BETA, {
        nodes: [processNode('beta', 1, { name: 'worker-1' }), processNode('beta', 2, { name: 'worker-2' })],
        connections: [
          serverHalf('beta;1', { ...toBeta, open: 0, opened: 1, closed: 1 }),
          serverHalf('beta;2', { ...toBeta, open: 0, opened: 1, closed: 1 }),
          serverHalf('beta;1', { ...toBeta, port: 80, opened: 2 }),
        ],
      }),
    ],
    processes: [
      'app-1 -> worker-1 :80,5432 opened=2 ~',
      'app-2 -> worker-1 :80 opened=1 ~',
      'app-2 -> worker-2 :5432 opened=1 ~',
    ],
    hosts: ['alpha -> beta :80,5432 opened=4 ~'],
  },
  'two and two with one connection each: nobody is left without': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{}, {}]),
      workers(serverHalf, 'beta', BETA, 'worker', [{}, {}]),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=1 ~', 'app-2 -> worker-2 :5432 opened=1 ~'],
  },
  'a worker that the client’s numbers do not reach yet has its edge': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 1 }]),
      workers(serverHalf, 'beta', BETA, 'worker', [{ opened: 1 }, { opened: 1 }]),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=1', 'app-1 -> worker-2 :5432 opened=0'],
  },
  'joined by port, crosswise': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 2, opened: 2, clientPorts: [4001, 4002] },
        { open: 1, opened: 1, clientPorts: [4003] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 1, opened: 1, clientPorts: [4003] },
        { open: 2, opened: 2, clientPorts: [4002, 4001] },
      ]),
    ],
    processes: ['app-1 -> worker-2 :5432 opened=2', 'app-2 -> worker-1 :5432 opened=1'],
    hosts: ['alpha -> beta :5432 opened=3'],
  },
  'joined by port, one client over two workers of its own: no guess': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 3, opened: 3, clientPorts: [4001, 4002, 4003] },
        { open: 1, opened: 1, clientPorts: [4004] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 2, opened: 2, clientPorts: [4001, 4002] },
        { open: 1, opened: 1, clientPorts: [4003] },
        { open: 1, opened: 1, clientPorts: [4004] },
      ]),
    ],
    processes: [
      'app-1 -> worker-1 :5432 opened=2',
      'app-1 -> worker-2 :5432 opened=1',
      'app-2 -> worker-3 :5432 opened=1',
    ],
  },
  'joined by port, each with each: the connections are counted, what went over them is an estimate': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 3, opened: 3, clientPorts: [4001, 4002, 4003] },
        { open: 2, opened: 2, clientPorts: [4004, 4005] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 3, opened: 3, clientPorts: [4001, 4002, 4004] },
        { open: 2, opened: 2, clientPorts: [4003, 4005] },
      ]),
    ],
    processes: [
      'app-1 -> worker-1 :5432 opened=2 ~',
      'app-1 -> worker-2 :5432 opened=1 ~',
      'app-2 -> worker-1 :5432 opened=1 ~',
      'app-2 -> worker-2 :5432 opened=1 ~',
    ],
  },
  'some by port, the rest in proportion to what is left': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 2, opened: 8, closed: 6, clientPorts: [4001, 4002] },
        { open: 1, opened: 4, closed: 3, clientPorts: [4003] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 2, opened: 8, closed: 6, clientPorts: [4001, 4002] },
        { open: 1, opened: 4, closed: 3, clientPorts: [4003] },
      ]),
    ],
    processes: [
      'app-1 -> worker-1 :5432 opened=6 ~',
      'app-1 -> worker-2 :5432 opened=2 ~',
      'app-2 -> worker-1 :5432 opened=2 ~',
      'app-2 -> worker-2 :5432 opened=2 ~',
    ],
  },
  'more connections than ports are told of': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 300, opened: 300, clientPorts: ports(40_000, 256) },
        { open: 1, opened: 1, clientPorts: [50_000] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 300, opened: 300, clientPorts: ports(40_000, 256) },
        { open: 1, opened: 1, clientPorts: [50_000] },
      ]),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=300', 'app-2 -> worker-2 :5432 opened=1'],
  },
  'a port that two claim was used again in between, and tells nothing': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 1, opened: 1, clientPorts: [4001] },
        { open: 1, opened: 1, clientPorts: [4001] },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 1, opened: 1, clientPorts: [4002] },
        { open: 1, opened: 1, clientPorts: [4001] },
      ]),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=1 ~', 'app-2 -> worker-2 :5432 opened=1 ~'],
  },
  'a client too new for the server’s report, which waits for the next one': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 1, opened: 1, clientPorts: [4001] },
        { open: 1, opened: 1, clientPorts: [4002] },
        { open: 1, opened: 1, clientPorts: [4003], sinceMs: 9500, lastMs: 9500 },
      ]),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 1, opened: 1, clientPorts: [4001] },
        { open: 1, opened: 1, clientPorts: [4002] },
      ]),
    ],
    processes: ['app-1 -> worker-1 :5432 opened=1', 'app-2 -> worker-2 :5432 opened=1'],
  },
  'by port, with the numbers of the servers since the clients only poll': {
    held: [
      workers(
        clientHalf,
        'alpha',
        ALPHA,
        'app',
        [
          { open: 1, opened: 1, clientPorts: [4001] },
          { open: 1, opened: 1, clientPorts: [4002] },
        ],
        polling,
      ),
      workers(serverHalf, 'beta', BETA, 'worker', [
        { open: 1, opened: 6, closed: 5, clientPorts: [4002] },
        { open: 1, opened: 1, clientPorts: [4001] },
      ]),
    ],
    processes: ['app-1 -> worker-2 :5432 opened=1', 'app-2 -> worker-1 :5432 opened=6 ~'],
  },
})
