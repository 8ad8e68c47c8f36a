import type { ConnectionRecord } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { clientHalf, containerNode, processNode, serverHalf } from '../../support/reports/reports.ts'
import { ALPHA, BETA, host, polling, testCases, toBeta } from './cases.ts'

const NOW_MS = 700_000
const ago = (seconds: number) => NOW_MS - 1000 * seconds

type Records = Record<number, Partial<ConnectionRecord>>
type Parts = Parameters<typeof host>[2]

/** A host whose processes, by pid, tell one record each. */
const telling = (name: string, ip: string, of: Records, make: typeof clientHalf, more: Parts): HeldReport =>
  host(name, ip, {
    uptimeMs: NOW_MS,
    nodes: Object.keys(of).map((pid) => processNode(name, Number(pid), { name: `${name}-${pid}` })),
    connections: Object.entries(of).map(([pid, record]) => make(`${name};${pid}`, { ...toBeta, ...record })),
    ...more,
  })
const alpha = (of: Records, more: Parts = {}) => telling('alpha', ALPHA, of, clientHalf, more)
const beta = (of: Records, more: Parts = {}) => telling('beta', BETA, of, serverHalf, more)

/** The same as {@link beta}, with one record of a container that publishes its port. */
const published = (record: Partial<ConnectionRecord>) =>
  beta(
    {},
    {
      nodes: [
        containerNode('beta', 'web', { facts: { docker_container_ports: ['0.0.0.0:5432->80/tcp'] } }),
        processNode('beta', 7, { name: 'beta-7', container: 'web' }),
      ],
      connections: [
        serverHalf('beta;7', {
          ...{ clientAddress: `;${ALPHA}`, serverAddress: 'beta;172.17.0.2', port: 80 },
          ...{ originalAddress: `;${BETA}`, originalPort: 5432 },
          ...record,
        }),
      ],
    },
  )

/** One connection that is open. */
const open = (clientPort: number, openedAgo: number) => ({
  clientPorts: [clientPort],
  sinceMs: ago(openedAgo),
  lastMs: ago(openedAgo),
})
const OLD = open(40_001, 60)
const NEW = open(40_002, 5)

const ENDED = { open: 0, closed: 1, sinceMs: ago(60), lastMs: ago(9) }

testCases('an open connection that the host of the server does not have', {
  'is not shown at the process that listens there now': {
    held: [alpha({ 1: OLD, 2: NEW }), beta({ 7: NEW })],
    processes: ['alpha-1 -> beta :5432 opened=1', 'alpha-2 -> beta-7 :5432 opened=1'],
  },
  'is not shown there either when its client is the only one': {
    held: [alpha({ 1: OLD }), beta({ 7: ENDED })],
    processes: ['alpha -> beta-7 :5432 opened=1', 'alpha-1 -> beta :5432 opened=1'],
  },
  'is not shown there while the process that had it is still told of': {
    held: [alpha({ 1: OLD, 2: NEW }), beta({ 6: ENDED, 7: NEW })],
    processes: [
      'alpha-1 -> beta :5432 opened=1',
      'alpha-2 -> beta-6 :5432 opened=0',
      'alpha-2 -> beta-7 :5432 opened=1',
    ],
  },
  'is shown at the process that still has it': {
    held: [alpha({ 1: OLD, 2: NEW }), beta({ 6: OLD, 7: NEW })],
    processes: ['alpha-1 -> beta-6 :5432 opened=1', 'alpha-2 -> beta-7 :5432 opened=1'],
  },
  'waits for the next report while it is new': {
    held: [alpha({ 1: OLD, 2: open(40_003, 1) }), beta({ 7: OLD })],
    processes: ['alpha-1 -> beta-7 :5432 opened=1'],
  },
  'is told apart from others of its client': {
    held: [alpha({ 1: { ...NEW, open: 2, opened: 2, clientPorts: [40_001, 40_002] } }), beta({ 7: NEW })],
    processes: ['alpha-1 -> beta :5432 opened=0', 'alpha-1 -> beta-7 :5432 opened=2'],
  },
  'is not told apart while others may be new': {
    held: [
      alpha({ 1: { ...NEW, open: 2, opened: 2, clientPorts: [40_001, 40_002], lastMs: ago(1) } }),
      beta({ 7: NEW }),
    ],
    processes: ['alpha-1 -> beta-7 :5432 opened=2'],
  },
  'leads to no container that has the address now': {
    held: [alpha({ 1: OLD, 2: NEW }), published(NEW)],
    containers: ['Uncontained -> Uncontained :5432 opened=1', 'Uncontained -> web :80 opened=1'],
  },
  'is shown as before where the ports are not told': {
    held: [alpha({ 1: OLD }), beta({ 7: { ...NEW, clientPorts: [] } })],
    processes: ['alpha-1 -> beta-7 :5432 opened=1'],
  },
  'is shown as before where not all ports are told': {
    held: [alpha({ 1: OLD }), beta({ 7: { ...NEW, open: 300, opened: 300 } })],
    processes: ['alpha-1 -> beta-7 :5432 opened=1'],
  },
  'is shown as before where the probe of the server polls': {
    held: [alpha({ 1: OLD }), beta({ 7: NEW }, { status: polling })],
    processes: ['alpha-1 -> beta-7 :5432 opened=1'],
  },
})
