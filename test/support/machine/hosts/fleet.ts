import { clientCommand, serverCommand } from '../network/traffic.ts'
import { type Host, type HostProgram, startHost } from './host.ts'
import { type Link, type Network, startNetwork } from './network.ts'
import { makeClusterKey, type ScopeOnHost, scopeOn } from './scope-on.ts'
import { type OpenConnections, openConnections, shownConnections, UNKNOWN } from './truth.ts'

/** Port of each member's echo server, on all its addresses. */
export const SERVER_PORT = 5000

/** Where links lose packets, all may be lost by which the kernel asks who has an address: it gives up after three, and so does who connects. */
const MOST_TRIES = 5

/** A host of a fleet, with an echo server. */
export interface Member {
  readonly host: Host
  readonly scope: ScopeOnHost
  readonly link: Link
  readonly ip: string
  readonly ip6: string
  /** The echo server that runs now. */
  readonly server: HostProgram
  /** Kills the echo server and starts another. */
  replaceServer(): Promise<void>
}

/** A client on one member that keeps one connection to the server of another. */
export interface Connection {
  readonly client: HostProgram
  readonly from: Member
  readonly to: Member
}

/** How a fleet is made. */
export interface FleetOptions {
  readonly names: readonly string[]
  /** The names of those that run an app. */
  readonly apps: readonly string[]
  /** The peers that a member names at launch; by default the IPv4 addresses of the apps of others. */
  readonly peersOf?: (member: {
    readonly name: string
    readonly apps: readonly Member[]
  }) => readonly string[]
  /** Further options of each launch. */
  readonly options?: readonly string[]
}

/** Hosts on one network, each with Scope, all with one cluster key, and programs that connect to each other. */
export interface Fleet {
  readonly network: Network
  readonly members: readonly Member[]
  /** Those whose app is looked at. */
  readonly apps: readonly Member[]
  member(name: string): Member
  /** The options with which Scope was launched on a member. */
  optionsOf(member: Member): readonly string[]
  /** Starts a client that connects; another one when that was told that the address cannot be reached. */
  connect(from: Member, to: Member, family?: 4 | 6): Promise<Connection>
  /** Ends the client of a connection, and so the connection. */
  disconnect(connection: Connection): Promise<void>
  /** Those that were not ended by {@link disconnect}. */
  connections(): readonly Connection[]
  /** The connections of the fleet's programs that are open, as `ss` tells on each host. */
  truth(): OpenConnections
  /** The same as an app tells. */
  shownBy(app: Member): Promise<OpenConnections>
  /** What an app shows between processes of the fleet's hosts that has never been so. */
  falseClaimsOf(app: Member): Promise<readonly string[]>
  close(): Promise<void>
}

const addressesOf = (i: number) => ({ ip: `10.77.0.${i + 1}`, ip6: `fd00:77::${i + 1}` })

/** All names by which a member is launched with an app of another: one gets the reports, whichever is left of them. */
const namesOf = ({ host, ip, ip6 }: Pick<Member, 'host' | 'ip' | 'ip6'>): string[] => [
  ip,
  `[${ip6}]`,
  host.name,
]

/** Makes hosts, launches Scope on each of them, and starts their servers. */
export const startFleet = async ({ names, apps, options = [] }: FleetOptions): Promise<Fleet> => {
  const network = await startNetwork()
  const clusterKey = makeClusterKey()
  const programs = new Set<string>()
  const connections = new Set<Connection>()
  const everConnected = new Set<string>()
  const members: Member[] = []

  const startOn = async (host: Host, command: readonly string[]): Promise<HostProgram> => {
    const program = await host.start(command)
    programs.add(host.processId(program.pid))
    return program
  }
  const serve = async (host: Host): Promise<HostProgram> => {
    const server = await startOn(host, serverCommand('::', SERVER_PORT))
    await server.ask('')
    return server
  }
  const close = async (): Promise<void> => {
    await Promise.all(members.map(({ scope }) => scope.close()))
    await Promise.all(members.map(({ host }) => host.end()))
    await network.end()
  }
  // Each member knows the others by name, too.
  const hostsFile = names.map((name, i) => `${addressesOf(i).ip} ${name}`).join('\n')

  await Promise.all(
    names.map(async (name, i) => {
      const host = await startHost(name)
      const { ip, ip6 } = addressesOf(i)
      host.write('/etc/hosts', `127.0.0.1 localhost\n::1 localhost\n${hostsFile}\n`)
      const link = network.attach(host, { addresses: [`${ip}/24`, `${ip6}/64`] })
      const scope = await scopeOn(host, [], { clusterKey })
      let server = await serve(host)
      members[i] = {
        ...{ host, scope, link, ip, ip6 },
        get server() {
          return server
        },
        replaceServer: async () => {
          await server.kill('SIGKILL')
          server = await serve(host)
        },
      }
    }),
  )
  const optionsOf = ({ host }: Member): readonly string[] => [
    ...options,
    ...(apps.includes(host.name) ? [] : ['--probe-only']),
    ...withApp.filter((app) => app.host !== host).flatMap(namesOf),
  ]
  const withApp = members.filter(({ host }) => apps.includes(host.name))
  try {
    await Promise.all(members.map((member) => member.scope.launch(optionsOf(member))))
  } catch (error) {
    await close()
    throw error
  }
  const touches = (source: string, target: string): boolean => programs.has(source) || programs.has(target)
  const hosts = members.map(({ host }) => host)
  const shownBy = async ({ scope }: Member): Promise<OpenConnections> =>
    shownConnections(await scope.view('processes'), hosts, touches)

  return {
    network,
    members,
    apps: withApp,
    connections: () => [...connections],
    optionsOf,
    member: (name) => {
      const found = members.find(({ host }) => host.name === name)
      if (found === undefined) throw new Error(`no host ${name} in the fleet`)
      return found
    },
    connect: async (from, to, family = 4) => {
      for (let tries = 1; ; tries++) {
        const client = await startOn(from.host, clientCommand())
        everConnected.add(
          `${from.host.processId(client.pid)} → ${to.host.processId(to.server.pid)} :${SERVER_PORT}`,
        )
        try {
          await client.ask(`open ${family === 4 ? to.ip : to.ip6} ${SERVER_PORT}`)
        } catch (error) {
          if (tries === MOST_TRIES) throw error
          continue
        }
        const connection = { client, from, to }
        connections.add(connection)
        return connection
      }
    },
    disconnect: async (connection) => {
      connections.delete(connection)
      await connection.client.kill('SIGKILL')
    },
    truth: () => openConnections(hosts, touches),
    shownBy,
    falseClaimsOf: async (app) =>
      Object.keys(await shownBy(app)).filter((edge) => !edge.includes(UNKNOWN) && !everConnected.has(edge)),
    close,
  }
}
