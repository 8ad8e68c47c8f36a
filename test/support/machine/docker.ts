import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../eventually.ts'
import {
  daemonArguments,
  daemonHost,
  makeDaemonDirectory,
  removeDaemonDirectory,
} from '../run/docker-daemon.ts'
import { locked } from '../run/locked.ts'
import { named } from '../run/run.ts'

const run = promisify(execFile)

/**
 * A Docker daemon for tests, with an image to run. The containers that a test makes are removed by
 * {@link TestDocker.close}.
 */
export interface TestDocker {
  /** As `DOCKER_HOST`. */
  readonly host: string
  /** Name of an image that has busybox and nothing else: `/bin/busybox sh -c …`. */
  readonly image: string
  /** Begins the names of everything that this instance makes. */
  readonly prefix: string
  /** `docker …` at this daemon; resolves with what it printed. */
  docker(...args: string[]): Promise<string>
  /**
   * `docker run --detach` of the image.
   *
   * @param name follows the prefix
   * @param args options of `docker run`
   * @param command the container's command; sleeps by default
   * @returns the container's full id
   */
  run(name: string, args?: readonly string[], command?: readonly string[]): Promise<string>
  /**
   * Runs a server that sends back what it receives, and waits until it listens: a client may be started right after.
   *
   * @param name follows the prefix
   * @param args options of `docker run`
   * @param port 5000 unless told
   * @returns the container's full id
   */
  serve(name: string, args?: readonly string[], port?: number): Promise<string>
  /**
   * `docker pause`, again as long as the runtime finds a task of the container that cannot be frozen at that moment, which
   * with cgroup v1 is a matter of chance.
   */
  pause(id: string): Promise<void>
  /** Removes the containers and networks it made, and stops the daemon if it started one. */
  close(): Promise<void>
}

/** A separate Docker daemon, which a test may stop and kill. */
export interface OwnDaemon {
  readonly socketPath: string
  readonly host: string
  start(): Promise<void>
  /** @param signal `SIGTERM` ends it in order, `SIGKILL` as a crash does */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Stops its process, so that it takes connections and answers nothing, or lets it go on. */
  hang(hangs: boolean): void
  /** Stops it and removes its data. */
  close(): Promise<void>
}

const IMAGE = 'scope-test-busybox:latest'
const SLEEP = ['/bin/busybox', 'sleep', '100000']

/** Command of a server that sends back what it receives. */
export const serveCommand = (port: number): string[] => [
  ...['/bin/busybox', 'nc', '-ll', '-p', String(port), '-e'],
  ...['/bin/busybox', 'cat'],
]

/**
 * Command of a client that connects and keeps the connection until the container ends. It tries again each second until
 * it is connected. Its standard input is a pipe that it holds open itself, so that it does not end because its input
 * does.
 */
export const connectCommand = (address: string, port: number): [string, string, string, string] => [
  '/bin/busybox',
  'sh',
  '-c',
  `/bin/busybox mkfifo /input; until /bin/busybox nc ${address} ${port} <>/input; do /bin/busybox sleep 1; done`,
]

/** True when some socket in the network namespace of a process listens on a port. */
const listensIn = async (process: string, port: number): Promise<boolean> => {
  const sockets =
    (await readFile(`${process}/net/tcp`, 'utf8')) + (await readFile(`${process}/net/tcp6`, 'utf8'))
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return new RegExp(`:${hexPort} [0-9A-F]+:0000 0A `).test(sockets)
}

const answers = async (host: string): Promise<boolean> => {
  try {
    await run('docker', ['-H', host, 'version'])
    return true
  } catch {
    return false
  }
}

/** Imports the image unless the daemon has it: once for all files that begin together, or the name would move from one to the next. */
const importImage = (host: string): Promise<void> =>
  locked(join(tmpdir(), named('busybox')), () => importMissingImage(host))

const importMissingImage = async (host: string): Promise<void> => {
  const there = await run('docker', ['-H', host, 'images', '-q', IMAGE])
  if (there.stdout.trim() !== '') return
  const dir = await mkdtemp(join(tmpdir(), 'scope-busybox-'))
  try {
    await mkdir(join(dir, 'root', 'bin'), { recursive: true })
    await run('cp', ['/bin/busybox', join(dir, 'root', 'bin', 'busybox')])
    await run('tar', ['-C', join(dir, 'root'), '-cf', join(dir, 'image.tar'), '.'])
    await run('docker', ['-H', host, 'import', join(dir, 'image.tar'), IMAGE])
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/**
 * Creates a daemon with its own data directory, without starting it.
 *
 * @param isolated true: the daemon gets network and mount namespaces of its own and no container networks, so that it
 *   does not disturb a daemon that runs; false: it is the only daemon of the machine
 */
export const createOwnDaemon = async (isolated: boolean): Promise<OwnDaemon> => {
  const dir = makeDaemonDirectory()
  const execRoot = join(dir, 'exec')
  const socketPath = join(dir, 'docker.sock')
  const host = daemonHost(dir)
  const command = isolated
    ? [
        'unshare',
        '--net',
        '--mount',
        '--propagation',
        'private',
        'dockerd',
        '--bridge',
        'none',
        '--iptables=false',
      ]
    : ['dockerd']
  let child: ReturnType<typeof spawn> | undefined
  const begin = () => {
    child = spawn(command[0] as string, [...command.slice(1), ...daemonArguments(dir)], { stdio: 'ignore' })
  }

  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    const running = child
    if (running === undefined) return
    child = undefined
    // One that hangs takes no other signal.
    running.kill('SIGCONT')
    const ended = new Promise((resolve) => running.once('exit', resolve))
    if (running.exitCode === null && running.kill(signal)) await ended
    // Its containerd dies with it, but the next daemon would wait for that process until somebody has reaped it.
    await rm(join(execRoot, 'containerd', 'containerd.pid'), { force: true })
  }

  return {
    socketPath,
    host,
    stop,
    hang: (hangs) => void child?.kill(hangs ? 'SIGSTOP' : 'SIGCONT'),
    async start() {
      begin()
      await eventually(
        `the daemon at ${host}`,
        () => {
          // On a busy machine it may give up waiting for its containerd.
          if (child?.exitCode) begin()
          return answers(host)
        },
        90_000,
      )
    },
    async close() {
      await stop()
      removeDaemonDirectory(dir)
    },
  }
}

/** Where the usual daemon listens, as `DOCKER_HOST`. */
export const usualHost = (): string => process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'

/**
 * Uses a daemon or, if none answers there, starts one.
 *
 * @param at host: as `DOCKER_HOST`, by default the usual daemon; procRoot: where the processes are that its pids name
 */
export const openTestDocker = async (
  at: { readonly host?: string; readonly procRoot?: string } = {},
): Promise<TestDocker> => {
  const usual = at.host ?? usualHost()
  const { procRoot = '/proc' } = at
  const own = (await answers(usual)) ? undefined : await createOwnDaemon(false)
  await own?.start()
  const host = own?.host ?? usual
  await importImage(host)
  const prefix = `scopetest-${randomBytes(4).toString('hex')}-`
  const docker = async (...args: string[]): Promise<string> =>
    (await run('docker', ['-H', host, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout.trim()

  const removeAll = async (list: readonly string[], remove: readonly string[]): Promise<void> => {
    const ids = (await docker(...list)).split(/\s+/).filter((id) => id !== '')
    if (ids.length > 0) await docker(...remove, ...ids)
  }

  const start = (name: string, args: readonly string[] = [], command: readonly string[] = SLEEP) =>
    docker('run', '--detach', '--init=false', '--name', prefix + name, ...args, IMAGE, ...command)

  return {
    host,
    image: IMAGE,
    prefix,
    docker,
    run: start,
    async serve(name, args = [], port = 5000) {
      const id = await start(name, args, serveCommand(port))
      const pid = Number(await docker('inspect', '--format', '{{.State.Pid}}', id))
      await eventually(`${name} to listen on port ${port}`, () =>
        listensIn(join(procRoot, String(pid)), port),
      )
      return id
    },
    async pause(id) {
      await eventually(`${id} to be frozen`, async () => {
        const said = await docker('pause', id).then(() => '', String)
        if (said !== '' && !said.includes('unable to freeze')) throw new Error(said)
        return said === ''
      })
    },
    async close() {
      await removeAll(['ps', '-aq', '--filter', `name=${prefix}`], ['rm', '--force', '--volumes'])
      await removeAll(['network', 'ls', '-q', '--filter', `name=${prefix}`], ['network', 'rm'])
      await own?.close()
    },
  }
}
