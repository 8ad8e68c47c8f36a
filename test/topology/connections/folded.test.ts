import { clientHalf, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, GAMMA, host, testCases, workers } from './cases.ts'

testCases('remotes folded by prefix', {
  'a client within the network that a server has folded: its own edge, and the rest': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 3 }]),
      workers(serverHalf, 'beta', BETA, 'db', [{ clientAddress: ';10.0.0.0/24', opened: 300 }]),
    ],
    processes: ['10.0.0.0/24 -> db-1 :5432 opened=297', 'app-1 -> db-1 :5432 opened=3'],
    hosts: ['10.0.0.0/24 -> beta :5432 opened=297', 'alpha -> beta :5432 opened=3'],
  },
  'two hosts within it, and nothing is left': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 3 }]),
      workers(serverHalf, 'beta', BETA, 'db', [{ clientAddress: ';10.0.0.0/8', open: 2, opened: 5 }]),
      workers(clientHalf, 'gamma', GAMMA, 'job', [{ clientAddress: `;${GAMMA}`, opened: 2 }]),
    ],
    processes: ['app-1 -> db-1 :5432 opened=3', 'job-1 -> db-1 :5432 opened=2'],
  },
  'a client within it that talks to another port': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ port: 22, opened: 3 }]),
      workers(serverHalf, 'beta', BETA, 'db', [{ clientAddress: ';10.0.0.0/24', opened: 300 }]),
    ],
    processes: ['10.0.0.0/24 -> db-1 :5432 opened=300', 'app-1 -> beta :22 opened=3'],
  },
  'several workers: the client’s numbers in proportion, theirs less that': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 4 }]),
      workers(serverHalf, 'beta', BETA, 'db', [
        { clientAddress: ';10.0.0.0/24', opened: 300 },
        { clientAddress: ';10.0.0.0/24', opened: 100 },
      ]),
    ],
    processes: [
      '10.0.0.0/24 -> db-1 :5432 opened=297 ~',
      '10.0.0.0/24 -> db-2 :5432 opened=99 ~',
      'app-1 -> db-1 :5432 opened=3 ~',
      'app-1 -> db-2 :5432 opened=1 ~',
    ],
  },
  'several clients and several workers: what remains of each worker is as uncertain as what was taken off': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [
        { open: 0, opened: 1 },
        { open: 0, opened: 1 },
      ]),
      workers(serverHalf, 'beta', BETA, 'db', [
        { clientAddress: ';10.0.0.0/24', open: 0, opened: 100 },
        { clientAddress: ';10.0.0.0/24', open: 0, opened: 90 },
      ]),
    ],
    processes: [
      '10.0.0.0/24 -> db-1 :5432 opened=98 ~',
      '10.0.0.0/24 -> db-2 :5432 opened=90 ~',
      'app-1 -> db-1 :5432 opened=1 ~',
      'app-2 -> db-1 :5432 opened=1 ~',
    ],
  },
  'a server within the network that a scanner has folded': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'scan', [{ serverAddress: ';10.0.0.0/24', opened: 255 }]),
      workers(serverHalf, 'beta', BETA, 'db', [{ opened: 1 }]),
    ],
    processes: ['scan-1 -> 10.0.0.0/24 :5432 opened=254', 'scan-1 -> db-1 :5432 opened=1'],
  },
  'an address in it that two hosts hold is not joined': {
    held: [
      workers(clientHalf, 'alpha', ALPHA, 'app', [{ opened: 3 }]),
      workers(serverHalf, 'beta', BETA, 'db', [{ clientAddress: ';10.0.0.0/24', opened: 300 }]),
      host('gamma', ALPHA, {}),
    ],
    processes: ['10.0.0.0/24 -> db-1 :5432 opened=300', 'app-1 -> beta :5432 opened=3'],
  },
  'public networks are the Internet, those with private parts are not': {
    held: [
      workers(serverHalf, 'beta', BETA, 'nginx', [
        { clientAddress: ';203.0.113.0/24', opened: 2 },
        { clientAddress: ';8.0.0.0/8', opened: 3 },
        { clientAddress: ';172.0.0.0/8', opened: 4 },
        { clientAddress: ';2001:db8:1:2::/64', opened: 5 },
        { clientAddress: ';fd00:1:2:3::/64', opened: 6 },
      ]),
    ],
    hosts: [
      '172.0.0.0/8 -> beta :5432 opened=4',
      'fd00:1:2:3::/64 -> beta :5432 opened=6',
      'in-theinternet -> beta :5432 opened=10',
    ],
  },
  'what the view folds and what a probe has folded are one node': {
    held: [
      workers(serverHalf, 'beta', BETA, 'nginx', [
        { clientAddress: ';10.7.7.0/24', opened: 2 },
        { clientAddress: ';10.7.7.7', opened: 3 },
      ]),
    ],
    hosts: ['10.7.7.0/24 -> beta :5432 opened=5'],
  },
})
