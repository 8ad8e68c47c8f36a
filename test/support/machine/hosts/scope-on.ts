import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ProbeSummary, ViewDocument } from '../../../../src/api/types.ts'
import { readLaunchRecord } from '../../../../src/cli/parts/state-files.ts'
import type { ProbeStatusDocument } from '../../../../src/probe/status-file.ts'
import { eventually } from '../../eventually.ts'
import type { Environment, Host, HostCommandResult } from './host.ts'

const launcher = fileURLToPath(new URL('../../../../scope', import.meta.url))

/** A part that has died several times is started again after a pause of up to a minute. */
const STARTED_AGAIN_WITHIN_MS = 90_000

/** Where the app listens unless it is told otherwise. */
export const APP_PORT = 4040

/** A cluster key; hosts that shall take orders of each other hold the same. */
export const makeClusterKey = (): string => `${randomBytes(32).toString('base64url')}\n`

/** Scope on a host, as a user of it runs it. */
export interface ScopeOnHost {
  readonly host: Host
  /** Where the host's app is reached from outside, by way of the host's loopback: as root of that host. */
  readonly url: string
  /** Runs `./scope …`. */
  scope(...args: string[]): Promise<HostCommandResult>
  /** Runs `./scope launch` with these options, by default those of the last time. @throws Error when that fails */
  launch(options?: readonly string[], env?: Environment): Promise<HostCommandResult>
  /** @throws Error when the app answers with an error */
  get<T>(path: string): Promise<T>
  view(name: string, query?: string): Promise<ViewDocument>
  probes(): Promise<readonly ProbeSummary[]>
  /** What the probe has written to its status file. */
  probeStatus(): ProbeStatusDocument
  /** Ends a part by a signal, when it runs again if it has just ended; the supervisor starts it again. */
  kill(part: 'app' | 'probe', signal?: NodeJS.Signals): Promise<void>
  /** Pid of a part on the host. */
  pidOf(part: 'app' | 'probe'): Promise<number>
  /** Closes the way from outside; what runs ends with the host. */
  close(): Promise<void>
}

/** Passes connections at a Unix socket on to a port of the loopback. */
const PORTER = `
const net = require('node:net')
net.createServer((s) => { const to = net.connect(${APP_PORT}, '127.0.0.1'); for (const [a, b] of [[s, to], [to, s]]) { a.on('error', () => {}); a.on('close', () => b.destroy()); a.pipe(b) } })
  .listen('/run/app.sock', () => console.log('listens'))
process.stdin.resume().on('end', () => process.exit(0))`

/** A port of the real machine's loopback that leads to the host's app. */
const openWay = async (host: Host): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const porter = await host.start([process.execPath, '-e', PORTER])
  await porter.ask('')
  const sockets = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(host.path('/run/app.sock'))
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(a)
      a.on('error', () => {})
      a.on('close', () => {
        sockets.delete(a)
        b.destroy()
      })
      a.pipe(b)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await porter.end()
    },
  }
}

/**
 * Prepares a host for Scope, without launching it.
 *
 * @param options of the first `scope launch`
 * @param clusterKey of {@link makeClusterKey}; by default the host makes one when Scope starts
 */
export const scopeOn = async (
  host: Host,
  options: readonly string[] = [],
  { clusterKey }: { readonly clusterKey?: string } = {},
): Promise<ScopeOnHost> => {
  host.exec('chmod', '700', '/var/lib/scope')
  if (clusterKey !== undefined) host.write('/var/lib/scope/cluster.key', clusterKey, 0o600)
  const { url, close } = await openWay(host)
  const scope = (...args: string[]) => host.run([launcher, ...args])
  let lastOptions = options
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) })
    if (!response.ok)
      throw new Error(`GET ${path} on ${host.name}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const pidOf = async (part: 'app' | 'probe'): Promise<number> => {
    const pid = readLaunchRecord(host.path('/var/lib/scope'), part)?.pid
    if (pid === undefined) throw new Error(`the ${part} does not run on ${host.name}`)
    return pid
  }
  return {
    host,
    url,
    scope,
    launch: async (others, env) => {
      lastOptions = others ?? lastOptions
      const launched = await host.run([launcher, 'launch', ...lastOptions], env)
      if (launched.code !== 0)
        throw new Error(
          `scope launch on ${host.name} failed (${launched.code}):\n${launched.stdout}\n${launched.stderr}`,
        )
      return launched
    },
    get,
    view: (name, query = '') => get<ViewDocument>(`/api/topology/${name}${query}`),
    probes: () => get<readonly ProbeSummary[]>('/api/probes'),
    probeStatus: () =>
      JSON.parse(readFileSync(host.path('/var/lib/scope/probe.status.json'), 'utf8')) as ProbeStatusDocument,
    kill: async (part, signal = 'SIGKILL') => {
      // One that was just killed is told by its old pid until it is started again.
      await eventually(
        `the ${part} of ${host.name}`,
        async () => {
          host.exec('kill', `-${signal.slice('SIG'.length)}`, String(await pidOf(part)))
          return true
        },
        STARTED_AGAIN_WITHIN_MS,
      )
    },
    pidOf,
    close,
  }
}
