import * as fc from 'fast-check'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { ConnectionRecord, Report } from '../../../src/report/schema.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  hostNode,
  pair,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

const HOSTS = ['alpha', 'beta', 'gamma'] as const
type Host = (typeof HOSTS)[number]

const globalAddress = (host: Host): string => `10.0.0.${HOSTS.indexOf(host) + 1}`

const pid = fc.integer({ min: 1, max: 6 })
const port = fc.constantFrom(80, 443, 5432)
const histogram = fc.record({
  from: fc.integer({ min: 8, max: 12 }),
  counts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
})

const numbers = fc
  .record({
    open: fc.nat(3),
    opened: fc.nat(50),
    refused: fc.nat(2),
    timedOut: fc.nat(2),
    unreachable: fc.nat(2),
    outOfPorts: fc.nat(1),
    otherwise: fc.nat(1),
    abandoned: fc.nat(2),
    resetByClient: fc.nat(2),
    resetByServer: fc.nat(2),
    lost: fc.nat(1),
    durations: histogram,
    connectTimes: histogram,
    bytesSent: fc.nat(10_000),
    bytesReceived: fc.nat(10_000),
    rttUs: fc.nat(5000),
    smoothedRttUs: fc.nat(9000),
  })
  .map(({ otherwise, ...given }) => ({
    ...given,
    failed: given.refused + given.timedOut + given.unreachable + given.outOfPorts + otherwise,
  }))

const remoteOf = (host: Host) =>
  fc.constantFrom(';10.0.0.1', ';10.0.0.2', ';10.0.0.3', ';10.0.9.9', ';1.1.1.1', `${host};172.17.0.2`)

const connection = (host: Host): fc.Arbitrary<ConnectionRecord> => {
  const local = fc.constantFrom(`;${globalAddress(host)}`, `${host};172.17.0.3`)
  const ends = fc.tuple(pid, local, remoteOf(host), port, numbers)
  return fc.oneof(
    fc
      .tuple(pid, pid, port, numbers)
      .map(([client, server, at, given]) => pair(`${host};${client}`, `${host};${server}`, at, given)),
    ends.map(([process, clientAddress, serverAddress, at, given]) =>
      clientHalf(`${host};${process}`, { clientAddress, serverAddress, port: at, ...given }),
    ),
    ends.map(([process, serverAddress, clientAddress, at, given]) =>
      serverHalf(`${host};${process}`, { clientAddress, serverAddress, port: at, ...given }),
    ),
  )
}

const label = (key: string, values: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.constantFrom({}, ...values.map((value) => ({ [key]: value })))

const labels = fc
  .tuple(
    label('com.docker.compose.project', ['shop', 'blog']),
    label('com.docker.compose.service', ['web', 'db']),
    label('com.docker.stack.namespace', ['prod']),
    label('com.docker.swarm.service.name', ['prod_web']),
    label('team', ['a,b', 'c%']),
  )
  .map((parts): Record<string, string> => Object.assign({}, ...parts))

const slice = fc.constantFrom(
  {},
  ...['system.slice', 'user.slice'].map((name) => ({ [facts.systemdSlice]: name })),
)

const containerOf = (host: Host, name: string) =>
  fc
    .record({
      labels,
      image: fc.constantFrom('nginx:1', 'nginx:2', 'redis:7'),
      state: fc.constantFrom('running', 'running', 'exited', 'restarting', 'paused'),
      facts: fc.constantFrom({}, {}, { [facts.containerHealth]: 'unhealthy' }),
      named: fc.constantFrom(`${host}-${name}`, `job-${name.length}`, `job-${name}7x1`),
    })
    .map(({ named, ...given }) => ({ ...containerNode(host, `${host}-${name}`, given), name: named }))

const processOf = (host: Host, number: number) =>
  fc
    .record({
      name: fc.constantFrom('nginx', 'worker'),
      slice,
      parent: fc.constantFrom({}, { [facts.ppid]: 1 }),
      container: fc.constantFrom(undefined, 'one', 'two', 'three'),
    })
    .map(({ name, slice, parent, container }) =>
      processNode(host, number, {
        name,
        facts: { ...slice, ...parent },
        ...(container ? { container: `${host}-${container}` } : {}),
      }),
    )

const reportOf = (host: Host): fc.Arbitrary<Report> =>
  fc
    .record({
      connections: fc.uniqueArray(connection(host), { maxLength: 12, selector: ({ id }) => id }),
      containers: fc.tuple(...['one', 'two', 'three'].map((name) => containerOf(host, name))),
      processes: fc.tuple(...[1, 2, 3, 4].map((number) => processOf(host, number))),
      percent: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ connections, containers, processes, percent }) =>
      report({
        host,
        connections,
        nodes: [hostNode(host, { [facts.cpuCount]: 2 }), ...processes, ...containers],
        metrics: containers.map(({ id }) => ({
          node: id,
          id: metrics.containerCpu,
          max: 200,
          samples: [[0, percent]],
        })),
        addresses: [
          address(globalAddress(host), { kind: 'global' }, { owners: [`${host};<host>`] }),
          address('172.17.0.2', { kind: 'host', hostId: host }, { owners: [containerId(`${host}-one`)] }),
        ],
      }),
    )

/** Reports of three hosts with containers and processes that belong to groups of every kind, or to none. */
export const fleet: fc.Arbitrary<readonly Report[]> = fc.tuple(...HOSTS.map(reportOf))
