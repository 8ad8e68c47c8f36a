import type { Edge, ViewDocument } from '../../../../src/api/types.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'
import { connectCommand, serveCommand, type TestDocker } from '../../../support/machine/docker.ts'
import { dockerOn } from '../../../support/machine/hosts/docker-on.ts'
import { type Host, startHost } from '../../../support/machine/hosts/host.ts'
import { type Network, startNetwork } from '../../../support/machine/hosts/network.ts'
import { makeClusterKey, type ScopeOnHost, scopeOn } from '../../../support/machine/hosts/scope-on.ts'

/** One of two hosts that have the same name, the same container networks and containers of the same names. */
export interface Side {
  readonly host: Host
  readonly docker: TestDocker
  readonly scope: ScopeOnHost
  /** Its addresses on the network. */
  readonly main: string
  readonly second: string
  readonly v6: string
}

/** Two hosts, of which each reports to the apps of both. */
export interface Stage {
  readonly sides: readonly [Side, Side]
  readonly network: Network
  close(): Promise<void>
}

/** How long an app keeps a silent probe. */
const WINDOW = '6s'

/** Both hosts have this name. */
export const NAME = 'node'

export const openStage = async (): Promise<Stage> => {
  const network = await startNetwork()
  const clusterKey = makeClusterKey()
  const ends: (() => Promise<void>)[] = [network.end]
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end()
  }
  const openSide = async (i: number): Promise<Side> => {
    const [main, second, v6] = [`10.78.0.${i}`, `10.78.1.${i}`, `fd00:78::${i}`]
    const host = await startHost(NAME, { machineId: String(i).repeat(32) })
    ends.push(host.end)
    network.attach(host, { addresses: [`${main}/24`, `${second}/24`, `${v6}/64`] })
    const docker = await dockerOn(host)
    ends.push(docker.close)
    const options = ['--app.http.address=:4040', `--app.window=${WINDOW}`, `10.78.0.${3 - i}`]
    const scope = await scopeOn(host, options, { clusterKey })
    ends.push(scope.close)
    return { host, docker, scope, main, second, v6 }
  }
  try {
    const sides = [await openSide(1), await openSide(2)] as const
    await Promise.all(sides.map(({ scope }) => scope.launch()))
    return { sides, network, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A container that was started for a test. */
export interface Started {
  readonly id: string
  /** Its node id. */
  readonly node: string
  remove(): Promise<void>
}

/** Runs a container under a name that need not be unique among hosts. */
export const runContainer = async (
  { docker }: Side,
  name: string,
  command: readonly string[],
  args: readonly string[] = [],
): Promise<Started> => {
  const id = await docker.docker('run', '--detach', '--name', name, ...args, docker.image, ...command)
  const remove = async () => void (await docker.docker('rm', '--force', id))
  return { id, node: containerNodeId(id), remove }
}

/** A server in a container, which sends back what it receives. */
export const serve = (side: Side, name: string, port: number, published: number): Promise<Started> =>
  runContainer(side, name, serveCommand(port), ['--publish', `${published}:${port}`])

/** A client in a container that connects once and keeps the connection; what is written to its `/input` is sent. */
export const connectFrom = (side: Side, name: string, address: string, port: number): Promise<Started> =>
  runContainer(side, name, connectCommand(address, port))

/** Lets a client of {@link connectFrom} send. */
export const send = async ({ docker }: Side, { id }: Started, bytes: number): Promise<void> => {
  const command = `/bin/busybox head -c ${bytes} /dev/zero >/input`
  await docker.docker('exec', id, '/bin/busybox', 'sh', '-c', command)
}

/** An open TCP socket, as `ss` lists it. */
export interface Socket {
  readonly pid: number
  readonly local: string
  readonly peer: string
}

const plain = (address: string): string =>
  address.replace(/%\w+/, '').replace(/^\[(?:::ffff:)?(.*)\]:/, '$1:')

/** The open sockets of a container, or of a host itself. */
export const socketsOf = async ({ host, docker }: Side, container?: Started): Promise<Socket[]> => {
  const pid = container && (await docker.docker('inspect', '--format', '{{.State.Pid}}', container.id))
  const inside = pid === undefined ? [] : ['nsenter', `--target=${pid}`, '--net', '--']
  return host
    .exec(...inside, 'ss', '-HtnpO', 'state', 'established')
    .split('\n')
    .flatMap((line) => {
      const [, , local, peer] = line.trim().split(/\s+/)
      const holder = /pid=(\d+)/.exec(line)?.[1]
      if (local === undefined || peer === undefined || holder === undefined) return []
      return [{ pid: Number(holder), local: plain(local), peer: plain(peer) }]
    })
}

/** How a connection arrived and went on, `source > destination` each. */
export interface Tracked {
  readonly original: string
  readonly reply: string
}

/** What the connection tracking of a host has. */
export const trackedOn = ({ host }: Side): Tracked[] =>
  ['ipv4', 'ipv6'].flatMap((family) =>
    host
      .exec('conntrack', '-L', '-f', family, '-p', 'tcp')
      .split('\n')
      .flatMap((line) => {
        const [original, reply] = [...line.matchAll(/src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/g)].map(
          ([, source, destination, from, to]) => `${source}:${from} > ${destination}:${to}`,
        )
        return original === undefined || reply === undefined ? [] : [{ original, reply }]
      }),
  )

/** Edges of a view that begin or end at one of these nodes. */
export const edgesAt = ({ edges }: ViewDocument, ...nodes: readonly string[]): Edge[] =>
  Object.values(edges).filter(({ source, target }) => nodes.includes(source) || nodes.includes(target))
