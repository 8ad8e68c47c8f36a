import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { type Readable, Transform } from 'node:stream'
import { visibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import type { DockerActions, ExecOptions } from '../../../../src/probe/docker/daemon/actions.ts'

/** What {@link createLocalDaemon} runs programs by. */
export interface LocalDaemonOptions {
  /** Stands in for `sh`. */
  readonly shell?: readonly string[]
  /** The user of this machine for one of the container. */
  readonly uidOf?: (user: string | undefined) => number
}

/** The processes of a session of this machine, other than zombies: their pids. */
export const membersOf = async (session: number): Promise<number[]> =>
  (await visibleProcesses('/proc').all())
    .filter((one) => one.session === session && !one.isZombie)
    .map(({ pid }) => pid)

/** Frames as Docker multiplexes the output of a process without terminal. Whoever lets go of them waits for no output. */
const framed = (output: Readable): Readable =>
  output.pipe(
    new Transform({
      transform(bytes: Buffer, _, done) {
        const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
        header.writeUInt32BE(bytes.length, 4)
        done(null, Buffer.concat([header, bytes]))
      },
    }),
  )

/**
 * Runs on this machine what Docker would run in a container that has the pid namespace of its host: real processes, each the
 * leader of a session.
 */
export const createLocalDaemon = ({ shell = ['sh'], uidOf = () => 0 }: LocalDaemonOptions = {}) => {
  const prepared = new Map<string, ExecOptions>()
  const children = new Map<string, ChildProcess>()
  let count = 0
  const nextId = (): string => (++count).toString(16).padStart(64, '0')

  /** Runs what was prepared. */
  const begin = (execId: string): ChildProcess => {
    const { argv, env, user } = prepared.get(execId) as ExecOptions
    const [program = '', ...rest] = argv[0] === 'sh' ? [...shell, ...argv.slice(1)] : argv
    const uid = uidOf(user)
    const child = spawn(program, rest, {
      ...{ detached: true, uid, gid: uid, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] },
      env: { PATH: '/usr/bin:/bin', ...Object.fromEntries(env.map((one) => one.split(/=(.*)/s, 2))) },
    })
    children.set(execId, child)
    return child
  }

  const actions = {
    async createExec(_containerId: string, options: ExecOptions) {
      const execId = nextId()
      prepared.set(execId, options)
      return execId
    },
    async startExec(execId: string) {
      const { stdout } = begin(execId)
      return framed(stdout as Readable) as Socket
    },
    async execState(execId: string) {
      const child = children.get(execId)
      if (child === undefined)
        return prepared.has(execId) ? { Running: false, Pid: 0, ExitCode: null } : undefined
      const Running = child.exitCode === null && child.signalCode === null
      return { Running, Pid: child.pid, ExitCode: Running ? null : (child.exitCode ?? 137) }
    },
  } satisfies Partial<DockerActions>

  return {
    /** Those that run programs. */
    actions: actions as typeof actions & DockerActions,
    begin,
    /** Takes a process for a program that it has run. @returns the id of its exec */
    take(child: ChildProcess): string {
      const execId = nextId()
      children.set(execId, child)
      return execId
    },
    /** The command lines of what it was asked to run. */
    asked: () => [...prepared.values()].map(({ argv }) => argv.join(' ')),
    /** The pid of what runs or ran; undefined when it has not begun. */
    pidOf: (execId: string): number | undefined => children.get(execId)?.pid,
    /** Ends all that is left in the sessions of what it has run. */
    async close() {
      for (const { pid } of children.values())
        for (const member of await membersOf(pid as number)) {
          try {
            process.kill(member, 'SIGKILL')
          } catch {
            // It has ended meanwhile.
          }
        }
    },
  }
}
