import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import type { Edge, NodeSummary, ViewDiff, ViewDocument } from '../../../src/api/types.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { freePort } from '../machine/free-port.ts'

const launcher = fileURLToPath(new URL('../../../scope', import.meta.url))

/** The exit code and output of a run of the launcher. */
export interface LauncherResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A view that is built from the frames of its WebSocket. */
export interface Followed {
  readonly nodes: ReadonlyMap<string, NodeSummary>
  readonly edges: ReadonlyMap<string, Edge>
  /** Frames received so far. */
  readonly frames: number
  /** Called after each frame. */
  onFrame: (diff: ViewDiff) => void
  close(): void
}

/** Scope as a user runs it: launched by its script, with a state directory and a port of its own. */
export interface RunningScope {
  readonly url: string
  readonly stateDir: string
  /** Runs `./scope …` with this state directory. */
  scope(...args: string[]): Promise<LauncherResult>
  /** `./scope launch` with the options it was started with; the port stays the same. */
  launch(): Promise<LauncherResult>
  get<T>(path: string): Promise<T>
  view(name: string, query?: string): Promise<ViewDocument>
  follow(name: string, query?: string): Promise<Followed>
  /** Process id of a part that runs. */
  pidOf(part: 'app' | 'probe'): Promise<number>
  stop(): Promise<void>
}

/** Where Scope runs. */
export interface ScopeSurroundings {
  /** A file that Scope sees as the host's `/etc/passwd`, such as that of a `QuietLogin`; needs root. */
  readonly passwdPath?: string
  /** Environment variables of its processes, besides those of this one. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a command in mounts of its own, in which a file is `/etc/passwd`. To a probe, the host is where process 1 is, and
 * it would leave these mounts for those: so process 1 is shown as one that is in them, too.
 */
const AMONG_USERS =
  'mount --bind "$1" /etc/passwd && mount -t tmpfs none /proc/1/ns && cp -P /proc/self/ns/* /proc/1/ns/ && shift && exec "$@"'

const amongUsers = (passwdPath: string): string[] => [
  ...['unshare', '--mount', '--propagation', 'slave'],
  ...['sh', '-c', AMONG_USERS, 'sh', passwdPath],
]

/**
 * Starts Scope; {@link RunningScope.stop} ends it and removes its state.
 *
 * @param options of `scope launch`
 */
export const startScope = async (
  options: readonly string[] = [],
  { passwdPath, env: own = {} }: ScopeSurroundings = {},
): Promise<RunningScope> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-test-'))
  const surroundings = passwdPath === undefined ? [] : amongUsers(passwdPath)
  const scope = (...args: string[]): Promise<LauncherResult> =>
    new Promise((resolve) => {
      const env = { ...process.env, ...own, SCOPE_STATE_DIR: stateDir }
      const [file = launcher, ...rest] = [...surroundings, launcher, ...args]
      execFile(file, rest, { env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
      })
    })
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const launched = await scope('launch', '--app.http.address', address, ...options)
  if (launched.code !== 0 || !launched.stdout.includes(url))
    throw new Error(`scope launch failed (${launched.code}):\n${launched.stdout}\n${launched.stderr}`)
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`)
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    url,
    stateDir,
    scope,
    launch: () => scope('launch', '--app.http.address', address, ...options),
    get,
    view: (name, query = '') => get<ViewDocument>(`/api/topology/${name}${query}`),
    follow: (name, query = '') => followView(`${url.replace('http', 'ws')}/api/topology/${name}/ws${query}`),
    pidOf: async (part) => {
      const record = livingRecord(stateDir, part)
      if (record === undefined) throw new Error(`the ${part} does not run`)
      return record.pid
    },
    stop: async () => {
      const stopped = await scope('stop')
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 })
      if (stopped.code !== 0) throw new Error(`scope stop failed: ${stopped.stderr}`)
    },
  }
}

const followView = (url: string): Promise<Followed> =>
  new Promise((resolve, reject) => {
    const nodes = new Map<string, NodeSummary>()
    const edges = new Map<string, Edge>()
    const socket = new WebSocket(url)
    const followed = { nodes, edges, frames: 0, onFrame: (_: ViewDiff) => {}, close: () => socket.close() }
    socket.on('error', reject)
    socket.on('message', (data) => {
      const diff = JSON.parse(String(data)) as ViewDiff
      if (diff.reset) {
        nodes.clear()
        edges.clear()
      }
      for (const id of diff.remove ?? []) nodes.delete(id)
      for (const node of [...(diff.update ?? []), ...(diff.add ?? [])]) nodes.set(node.id, node)
      for (const id of diff.edges.remove ?? []) edges.delete(id)
      for (const edge of [...(diff.edges.update ?? []), ...(diff.edges.add ?? [])]) edges.set(edge.id, edge)
      followed.frames += 1
      followed.onFrame(diff)
      if (followed.frames === 1) resolve(followed)
    })
  })
