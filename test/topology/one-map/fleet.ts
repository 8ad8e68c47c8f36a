import * as fc from 'fast-check'
import type { Address, ConnectionRecord } from '../../../src/report/schema.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  held,
  processNode,
  report,
  serverHalf,
} from '../../support/reports/reports.ts'

/** How a connection is led from the client's host to the server's. */
export type Way = 'main' | 'second' | 'v6'

/** A connection as it was, from a program of one host to a program of another. */
export interface Truth {
  readonly from: number
  readonly client: Program
  readonly to: number
  readonly server: Program
  readonly way: Way
  readonly clientPort: number
  readonly isOpen: boolean
  readonly bytes: number
}

/** Two processes of the host itself, and one process in each of two containers, the same on every host. */
export const programs = ['first', 'second', 'web', 'app'] as const
export type Program = (typeof programs)[number]

const PIDS: Readonly<Record<Program, number>> = { first: 1, second: 2, web: 11, app: 12 }
/** Containers of all hosts have the same addresses, of bridges that are alike. */
const CONTAINER_IPS: Partial<Record<Program, { readonly v4: string; readonly v6: string }>> = {
  web: { v4: '172.17.0.2', v6: 'fd17::2' },
  app: { v4: '172.17.0.3', v6: 'fd17::3' },
}
const PUBLISHED: Partial<Record<Program, number>> = { web: 8080, app: 8081 }

/** What the probe of a host can see. */
export interface HostSight {
  readonly isWatched: boolean
  /** Whether it is told of address translations. */
  readonly seesNat: boolean
  /** Published ports are served by docker-proxy, not by DNAT. */
  readonly hasProxy: boolean
  readonly isPolled: boolean
}

/** Hosts of one name, with overlapping networks and containers of the same names, and what happened between them. */
export interface Fleet {
  readonly hosts: readonly HostSight[]
  readonly truths: readonly Truth[]
}

/** Id of a host. All have the same name. */
export const hostId = (host: number): string => `node~0000000${host}`

/** Node id of a process. */
export const processOf = (host: number, program: Program): string => `${hostId(host)};${PIDS[program]}`

/** Node id of the container of a program; undefined when it runs in none. */
export const containerOfProgram = (host: number, program: Program): string | undefined =>
  CONTAINER_IPS[program] && containerId(`${program}${host}`)

const ipOf = (host: number, way: Way): string =>
  ({ main: `10.0.0.${host + 1}`, second: `10.0.1.${host + 1}`, v6: `fd00::${host + 1}` })[way]

/** Every fleet of three hosts. @param sight what probes can see */
export const fleets = (sight: fc.Arbitrary<HostSight>): fc.Arbitrary<Fleet> => {
  const program = fc.constantFrom(...programs)
  const truth = fc
    .record({
      from: fc.nat(2),
      client: program,
      to: fc.nat(2),
      server: program,
      way: fc.constantFrom<Way>('main', 'main', 'second', 'v6'),
      isOpen: fc.boolean(),
      bytes: fc.nat(1000),
    })
    .filter(({ from, to }) => from !== to)
  return fc
    .record({
      hosts: fc.tuple(sight, sight, sight),
      truths: fc.array(truth, { maxLength: 20, size: 'max' }),
    })
    .map(({ hosts, truths }) => ({
      hosts,
      truths: truths.map((each, i) => ({ ...each, clientPort: 40_000 + i })),
    }))
}

/** What the probes of a fleet report. */
export const reportsOf = (fleet: Fleet): HeldReport[] =>
  fleet.hosts.flatMap((sight, i) => (sight.isWatched ? [held(reportOf(fleet, i, sight))] : []))

const reportOf = ({ truths, hosts }: Fleet, i: number, sight: HostSight) => {
  const id = hostId(i)
  const containers = (['web', 'app'] as const).map((name) => ({
    ...containerNode(id, `${name}${i}`, {
      facts: {
        docker_container_ports: [`0.0.0.0:${PUBLISHED[name]}->80/tcp`, `[::]:${PUBLISHED[name]}->80/tcp`],
      },
    }),
    name,
  }))
  return report({
    host: id,
    probeId: `000000000000000${i}`,
    nodes: [
      ...programs.map((program) =>
        processNode(id, PIDS[program], {
          name: program,
          ...(CONTAINER_IPS[program] ? { container: `${program}${i}` } : {}),
        }),
      ),
      ...containers,
    ],
    addresses: addressesOf(i),
    connections: recordsOf(truths, hosts, i),
    status: [
      {
        id: 'connections',
        mode: sight.isPolled ? 'proc' : 'ebpf',
        state: sight.isPolled ? 'degraded' : 'ok',
        reason: '',
        sinceMs: 0,
        counters: {},
      },
    ],
  })
}

const addressesOf = (i: number): Address[] => {
  const scope = { kind: 'host', hostId: hostId(i) } as const
  const host = [`${hostId(i)};<host>`]
  return [
    ...(['main', 'second', 'v6'] as const).map((way) =>
      address(ipOf(i, way), { kind: 'global' }, { owners: host }),
    ),
    address('172.17.0.1', scope, { owners: host }),
    address('fd17::1', scope, { owners: host }),
    ...(['web', 'app'] as const).flatMap((name) => {
      const owners = [containerId(`${name}${i}`)]
      const { v4, v6 } = CONTAINER_IPS[name] ?? { v4: '', v6: '' }
      return [address(v4, scope, { owners }), address(v6, scope, { owners })]
    }),
  ]
}

interface Side {
  readonly role: 'client' | 'server'
  readonly process: string
  readonly clientAddress: string
  readonly serverAddress: string
  readonly port: number
  readonly original?: { readonly originalAddress: string; readonly originalPort: number }
}

/** A connection as the probe of the client's host tells of it. */
const clientSide = ({ from, client, to, server, way }: Truth, { seesNat }: HostSight): Side => {
  const inside = CONTAINER_IPS[client]
  const family = way === 'v6' ? 'v6' : 'v4'
  return {
    role: 'client',
    process: processOf(from, client),
    clientAddress: inside && !seesNat ? `${hostId(from)};${inside[family]}` : `;${ipOf(from, way)}`,
    serverAddress: `;${ipOf(to, way)}`,
    port: PUBLISHED[server] ?? 80,
  }
}

/** The same connection as the probe of the server's host tells of it. */
const serverSide = ({ from, to, server, way }: Truth, { seesNat, hasProxy }: HostSight): Side => {
  const inside = CONTAINER_IPS[server]
  // A proxy reaches the container by IPv4, whatever its client uses.
  const family = way === 'v6' && !hasProxy ? 'v6' : 'v4'
  return {
    role: 'server',
    process: processOf(to, server),
    clientAddress: `;${ipOf(from, way)}`,
    serverAddress: inside ? `${hostId(to)};${inside[family]}` : `;${ipOf(to, way)}`,
    port: 80,
    ...(inside && (seesNat || hasProxy)
      ? { original: { originalAddress: `;${ipOf(to, way)}`, originalPort: PUBLISHED[server] ?? 80 } }
      : {}),
  }
}

const recordsOf = (truths: readonly Truth[], hosts: readonly HostSight[], i: number): ConnectionRecord[] => {
  const sight = hosts[i]
  if (sight === undefined) return []
  const sides = truths.flatMap((truth) => [
    ...(truth.from === i ? [{ truth, side: clientSide(truth, sight) }] : []),
    ...(truth.to === i ? [{ truth, side: serverSide(truth, sight) }] : []),
  ])
  const alike = Map.groupBy(
    sides,
    ({ side: { role, clientAddress, serverAddress, port } }) =>
      `${role} ${clientAddress} ${serverAddress} ${port}`,
  )
  return [...alike.values()].flatMap((ofTriple) => {
    const byProcess = Map.groupBy(ofTriple, ({ side }) => JSON.stringify(side))
    const isShared = byProcess.size > 1
    return [...byProcess.values()].flatMap((same) => {
      const [first] = same
      if (first === undefined) return []
      const { role, process, original, ...ends } = first.side
      const of = same.map(({ truth }) => truth)
      const open = of.filter(({ isOpen }) => isOpen)
      const made = (role === 'client' ? clientHalf : serverHalf)(process, {
        ...ends,
        ...original,
        open: open.length,
        opened: of.length,
        closed: of.length - open.length,
        bytesSent: of.reduce((sum, { bytes }) => sum + bytes, 0),
        ...(isShared ? { clientPorts: open.map(({ clientPort }) => clientPort) } : {}),
      })
      return { ...made, id: `${made.id} ${original?.originalAddress ?? ''}:${original?.originalPort ?? ''}` }
    })
  })
}
