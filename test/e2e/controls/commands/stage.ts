import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { EVENTUALLY_MS, eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { openPseudoTerminal, type PseudoTerminal } from '../../../support/machine/pseudo-terminal.ts'
import { type QuietLogin, quietLogin } from '../../../support/machine/quiet-login.ts'
import { type RunningScope, startScope } from '../../../support/scope/running-scope.ts'

export const launcher = join(import.meta.dirname, '../../../../scope')
export const limitMs = 120_000
/** A container or process is started, found, and reported with what it offers. */
const MAP_MS = EVENTUALLY_MS

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** A command that runs, with what it has printed so far. */
export interface RunningCommand {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
}

/** Scope beside a Docker daemon, and `./scope …` that acts on what it shows. */
export interface CommandStage {
  readonly docker: TestDocker
  readonly login: QuietLogin
  readonly scope: RunningScope
  /** Environment of commands that speak to this Scope. */
  readonly env: NodeJS.ProcessEnv
  /** Starts a command without a terminal; {@link CommandStage.endAll} kills it. */
  start(...args: string[]): RunningCommand
  /** Runs a command to its end, without a terminal. */
  run(
    args: readonly string[],
    input?: Buffer | string,
  ): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** Starts a command at a terminal; {@link CommandStage.endAll} closes that. */
  terminal(...args: string[]): Promise<PseudoTerminal>
  /** Name of a container of this stage. */
  nameOf(name: string): string
  /**
   * Starts a container, and waits until it can be controlled.
   *
   * @param script for busybox’ `sh`, with all of its programs on the path
   * @returns the container's full id
   */
  container(name: string, script?: string, args?: readonly string[]): Promise<string>
  /** Waits until the map has that a container offers a control, or no more: a command waits for that only a moment. */
  offers(name: string, control: string, does?: boolean): Promise<void>
  /** Waits until the map has a process. @param name what it is called; any unless told */
  knows(pid: number, name?: string): Promise<void>
  /** `State.Status` of `docker inspect`. */
  stateOf(name: string): Promise<string>
  /** Has a process killed by {@link CommandStage.endAll}. */
  owns(child: ChildProcess): void
  /** Ends what a test has left. */
  endAll(): void
  close(): Promise<void>
}

/** Command of a shell in a container of the stage. */
export const sh = (script: string): string[] => ['/bin/busybox', 'sh', '-c', `PATH=/tmp; ${script}`]

/** Begins a stage. */
export const openCommandStage = async (): Promise<CommandStage> => {
  const docker = await openTestDocker()
  const login = quietLogin()
  const scope = await startScope(['--no-ebpf', '--no-dns', '--probe.controls=container,host,process'], login)
  const env = { ...process.env, SCOPE_STATE_DIR: scope.stateDir }
  const terminals: PseudoTerminal[] = []
  const children: ChildProcess[] = []
  const nameOf = (name: string): string => docker.prefix + name

  const start = (...args: string[]): RunningCommand => {
    const child = spawn(launcher, args, { env, stdio: 'pipe' })
    children.push(child)
    child.stdin.on('error', () => undefined)
    const parts: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString()
    })
    const ended = once(child, 'close').then(
      ([code, signal]): Ended => ({ code, signal, stdout: Buffer.concat(parts), stderr }),
    )
    return { child, ended, stdout: () => Buffer.concat(parts).toString(), stderr: () => stderr }
  }

  /** Ids of the controls that what a query finds in a view offers now. */
  const offeredOn = async (topology: string, q: string) => {
    const query = new URLSearchParams({
      ...{ topology, q },
      ...{ system: 'all', stopped: 'both', unconnected: 'show' },
    })
    const { nodes } = await scope.get<{ nodes: { controls: { id: string }[] }[] }>(`/api/controls?${query}`)
    return nodes.flatMap(({ controls }) => controls.map(({ id }) => id))
  }

  return {
    ...{ docker, login, scope, env, start, nameOf },
    async run(args, input = '') {
      const { child, ended } = start(...args)
      child.stdin?.end(input)
      const { code, stdout, stderr } = await ended
      return { code, stdout: stdout.toString(), stderr }
    },
    async terminal(...args) {
      const opened = await openPseudoTerminal([launcher, ...args], env)
      terminals.push(opened)
      return opened
    },
    async container(name, script = 'sleep 100000', args = []) {
      const id = await docker.run(name, args, [
        '/bin/busybox',
        'sh',
        '-c',
        `PATH=/tmp; /bin/busybox mkdir -p /tmp; /bin/busybox --install -s /tmp; ${script}`,
      ])
      // While it was only created, it offered something else.
      await eventually(
        `${name} on the map`,
        async () => (await offeredOn('containers', `name=${nameOf(name)}`)).includes('docker_stop_container'),
        MAP_MS,
      )
      return id
    },
    async offers(name, control, does = true) {
      await eventually(
        `${name} ${does ? 'to offer' : 'to offer no more'} ${control}`,
        async () => (await offeredOn('containers', `name=${nameOf(name)}`)).includes(control) === does,
        MAP_MS,
      )
    },
    async knows(pid, name) {
      await eventually(
        `the process ${pid} on the map`,
        async () =>
          (await offeredOn('processes', `pid=${pid}${name === undefined ? '' : ` name=${name}`}`)).length > 0,
        MAP_MS,
      )
    },
    stateOf: (name) => docker.docker('inspect', '--format', '{{.State.Status}}', nameOf(name)),
    owns: (child) => children.push(child),
    endAll() {
      for (const terminal of terminals.splice(0)) terminal.close()
      for (const child of children.splice(0)) child.kill('SIGKILL')
    },
    async close() {
      try {
        await scope.stop()
      } finally {
        await docker.close()
        login.remove()
      }
    },
  }
}
