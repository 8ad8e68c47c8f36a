import * as fc from 'fast-check'
import type { ConnectionRecord } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import {
  clientHalf,
  containerId,
  containerNode,
  pair,
  processNode,
  serverHalf,
} from '../../support/reports/reports.ts'
import { host } from './cases.ts'

/** A connection as it was. */
export interface Truth {
  readonly clientHost: number
  readonly client: number
  readonly serverHost: number
  readonly server: number
  readonly port: number
  readonly clientPort: number
  readonly end: 'open' | 'closed' | 'failed'
  readonly bytes: number
}

/** Hosts, what happened between their processes, and who told of it. */
export interface World {
  readonly hosts: readonly { readonly name: string; readonly ip: string; readonly watched: boolean }[]
  readonly truths: readonly Truth[]
  /** Of connections between these hosts to this port, a side that nobody tells of. */
  readonly lost: (truth: Truth) => 'client' | 'server' | undefined
}

const PIDS = [1, 2, 3]

/** @param reach hosts of which number can connect to which */
export const worldOf = (
  hosts: readonly { readonly name: string; readonly ip: string; readonly alwaysWatched?: boolean }[],
  reach: (from: number, to: number) => boolean,
): fc.Arbitrary<World> => {
  const index = fc.nat(hosts.length - 1)
  const truth = fc
    .record({
      clientHost: index,
      client: fc.constantFrom(...PIDS),
      serverHost: index,
      server: fc.constantFrom(...PIDS),
      port: fc.constantFrom(80, 5432),
      end: fc.constantFrom('open', 'open', 'closed', 'failed'),
      bytes: fc.nat(1000),
    } as const)
    .filter(({ clientHost, serverHost }) => reach(clientHost, serverHost))
  return fc
    .record({
      areSilent: fc.boolean(),
      watched: fc.array(fc.nat(4), { minLength: hosts.length, maxLength: hosts.length }),
      truths: fc.array(truth, { maxLength: 25, size: 'max' }),
      losses: fc.array(fc.constantFrom('client', 'server', undefined, undefined), {
        minLength: 2 * hosts.length ** 2,
        maxLength: 2 * hosts.length ** 2,
      }),
    } as const)
    .map(({ areSilent, watched, truths, losses }) => ({
      hosts: hosts.map(({ name, ip, alwaysWatched }, i) => ({
        name,
        ip,
        watched: alwaysWatched === true || watched[i] !== 0,
      })),
      truths: truths.map((each, i) => ({
        ...each,
        clientPort: 40_000 + i,
        // Bytes are shared out between more processes than connections are.
        ...(areSilent ? { bytes: 0 } : {}),
      })),
      lost: ({ clientHost, serverHost, port }) =>
        losses[(clientHost * hosts.length + serverHost) * 2 + (port === 80 ? 0 : 1)],
    }))
}

/** Which sides of a connection are told. A failed one reaches no server. */
export const toldSides = (world: World, truth: Truth): ReadonlySet<'client' | 'server'> => {
  const told = new Set<'client' | 'server'>()
  const within = truth.clientHost === truth.serverHost
  const lost = within ? undefined : world.lost(truth)
  if (world.hosts[truth.clientHost]?.watched && lost !== 'client') told.add('client')
  if (world.hosts[truth.serverHost]?.watched && lost !== 'server' && truth.end !== 'failed')
    told.add('server')
  return told
}

/** Node id of a process. */
export const processOf = (world: World, hostIndex: number, pid: number): string =>
  `${world.hosts[hostIndex]?.name};${pid}`

/** The first process of a host has a container to itself, all others share one. */
const containerName = (hostName: string, pid: number): string => `${hostName}-${pid === 1 ? 'one' : 'more'}`

/** Node id of the container of a process. */
export const containerOf = (world: World, hostIndex: number, pid: number): string =>
  containerId(containerName(world.hosts[hostIndex]?.name ?? '', pid))

/** What the probes of a world report. */
export const reportsOf = (world: World): HeldReport[] =>
  world.hosts.flatMap(({ name, ip, watched }, i) =>
    watched
      ? [
          host(name, ip, {
            nodes: [
              ...PIDS.map((pid) =>
                processNode(name, pid, { name: `${name}-${pid}`, container: containerName(name, pid) }),
              ),
              ...[1, 2].map((pid) => containerNode(name, containerName(name, pid))),
            ],
            connections: recordsOf(world, i),
          }),
        ]
      : [],
  )

const recordsOf = (world: World, i: number): ConnectionRecord[] => {
  const ipOf = (hostIndex: number) => `;${world.hosts[hostIndex]?.ip}`
  const within = world.truths.filter((truth) => truth.clientHost === i && truth.serverHost === i)
  const clients = world.truths.filter(
    (truth) => truth.clientHost === i && truth.serverHost !== i && toldSides(world, truth).has('client'),
  )
  const servers = world.truths.filter(
    (truth) => truth.serverHost === i && truth.clientHost !== i && toldSides(world, truth).has('server'),
  )
  const halves = (truths: readonly Truth[], role: 'client' | 'server') => {
    const pidOf = (truth: Truth) => truth[role]
    const groups = Map.groupBy(
      truths,
      ({ clientHost, serverHost, port }) => `${clientHost} ${serverHost} ${port}`,
    )
    return [...groups.values()].flatMap((alike) => {
      const byPid = Map.groupBy(alike, pidOf)
      return [...byPid].flatMap(([pid, ofOne]) => {
        const [first] = ofOne
        if (first === undefined) return []
        const open = ofOne.filter(({ end }) => end === 'open')
        return (role === 'client' ? clientHalf : serverHalf)(processOf(world, i, pid), {
          clientAddress: ipOf(first.clientHost),
          serverAddress: ipOf(first.serverHost),
          port: first.port,
          ...numbersOf(ofOne),
          ...(byPid.size > 1 ? { clientPorts: open.map(({ clientPort }) => clientPort) } : {}),
        })
      })
    })
  }
  const pairs = Map.groupBy(within, ({ client, server, port }) => `${client} ${server} ${port}`)
  return [
    ...[...pairs.values()].flatMap((alike) => {
      const [first] = alike
      return first === undefined
        ? []
        : [
            pair(
              processOf(world, i, first.client),
              processOf(world, i, first.server),
              first.port,
              numbersOf(alike),
            ),
          ]
    }),
    ...halves(clients, 'client'),
    ...halves(servers, 'server'),
  ]
}

const numbersOf = (truths: readonly Truth[]) => {
  const count = (end: Truth['end']) => truths.filter((truth) => truth.end === end).length
  return {
    open: count('open'),
    opened: count('open') + count('closed'),
    closed: count('closed'),
    failed: count('failed'),
    bytesSent: truths.reduce((sum, { end, bytes }) => sum + (end === 'failed' ? 0 : bytes), 0),
  }
}
