import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ByteStream } from '../../../../channel/stream.ts'
import type { Logger } from '../../../../log/log.ts'
import { pollUntil } from '../../../../pacing/poll-until.ts'
import { RequestError } from '../../../channel/methods.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import type { ContainerMessage } from '../../daemon/messages.ts'
import { explainFailure } from '../failure.ts'
import { NotYetError } from '../retries.ts'
import type { Opened } from '../sessions.ts'
import { endStream, joinStreams } from '../streams/join.ts'
import { createResizer } from '../streams/resizer.ts'
import { brokenStart } from './broken-start.ts'
import { endInside, markOf } from './end-inside.ts'
import { endVisible, type VisibleProcesses } from './end-visible.ts'
import type { ExecArguments } from './exec-arguments.ts'
import type { ExecRecord, ExecRecords } from './exec-records.ts'
import type { SessionStat } from './foreground.ts'
import { waysToRun } from './shell.ts'
import { type FailedExec, type StartedExec, stageOf, startExec } from './start-exec.ts'

/** What {@link openExec} needs. */
export interface ExecContext {
  readonly actions: DockerActions
  readonly container: ContainerMessage
  readonly processes: VisibleProcesses
  /** A text that no other program has, for finding it again where its pid is not visible. */
  readonly newKey: () => string
  readonly records: ExecRecords
  /** Takes what is to be ended without anybody having joined it. */
  readonly abandon: (opened: Opened) => void
  readonly log: Logger
}

/** In a terminal the end of input is a key. */
const CTRL_D = Buffer.from([4])
/**
 * How often it is pressed: whoever reads after the end of input finds its end again, and a shell that was just busy with
 * something else misses the key.
 */
const CTRL_D_MS = 500
const REQUEST_MS = 10_000
/** How soon after its output a program usually ends. One that has closed its output and goes on is asked about less often. */
const EXIT_MS = 2000

/** Waits for the end of a program whose output has ended. @returns undefined when that is not known */
const exitCodeOf = async (
  actions: DockerActions,
  execId: string,
  stream: ByteStream,
): Promise<number | undefined> => {
  while (!stream.destroyed) {
    const found = await pollUntil(EXIT_MS, async () => {
      const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
      if (state === undefined) return { code: undefined }
      return stageOf(state) === 'ended' ? { code: (state.ExitCode ?? 0) & 0xff } : undefined
    })
    if (found !== undefined) return found.code
    await sleep(EXIT_MS)
  }
  return undefined
}

/** Ends the input of a terminal for good. @returns stops that */
const endTerminalInput = (socket: Socket): (() => void) => {
  const press = (): void => {
    if (socket.writable && !socket.writableNeedDrain) socket.write(CTRL_D)
  }
  press()
  const timer = setInterval(press, CTRL_D_MS)
  return () => clearInterval(timer)
}

/** A program that runs. */
const running = async (
  { actions, container, processes, records }: ExecContext,
  { execId, socket, pid }: StartedExec,
  record: ExecRecord,
): Promise<Opened> => {
  const { tty, key, user } = record
  const leader =
    key === undefined && (await processes.isInReach(pid, container.Id))
      ? await processes.statOf(pid)
      : undefined
  const over = new AbortController()
  const resizer = createResizer((size) => actions.resizeExec(execId, size, over.signal))
  let hasExited = false
  let ending: Promise<void> | undefined
  let left: string | undefined
  let stillThere: readonly SessionStat[] = []
  const keep = async (session: string): Promise<void> => {
    left = session
    await records.change(execId, { ...record, left })
  }

  const isEnded = async (): Promise<boolean> => {
    if (hasExited) return true
    if (key !== undefined) {
      const program = { execId, containerId: container.Id, key, tty, user, pid, left }
      return await endInside(actions, program, keep)
    }
    if (leader !== undefined) {
      stillThere = await endVisible(processes, leader, tty, { earlier: stillThere })
      if (stillThere.length > 0)
        throw new NotYetError(
          `what is left of a program in container ${container.Name} (pid ${pid}) is killed, and waits`,
        )
      return true
    }
    // It had ended already when it was looked for, unless it is one that may not be signalled.
    return !(await actions.execState(execId, AbortSignal.timeout(REQUEST_MS)))?.Running
  }

  const end = async (): Promise<void> => {
    over.abort()
    socket.destroy()
    if (!(await isEnded()))
      throw new Error(`a program in container ${container.Name} (pid ${pid}) could not be ended`)
    await records.remove(execId)
  }

  return {
    tty,
    async join(stream) {
      const outputEnded = await joinStreams(stream, socket, !tty, {
        to: socket,
        ended() {
          // Docker would close the output of a terminal together with its input.
          if (over.signal.aborted) return
          if (tty) over.signal.addEventListener('abort', endTerminalInput(socket))
          else socket.end()
        },
        resize: tty ? resizer : async () => {},
      })
      if (!outputEnded) return
      const code = await exitCodeOf(actions, execId, stream)
      if (stream.destroyed) return
      // Docker also forgets programs that run, when it is restarted.
      hasExited = code !== undefined
      endStream(stream, code === undefined ? undefined : { code })
    },
    end() {
      ending ??= end().catch((error: unknown) => {
        ending = undefined
        throw error
      })
      return ending
    },
  }
}

/** A program that could not be run: its output is what Docker says about it. */
const failed = ({ text, code }: FailedExec, tty: boolean): Opened => ({
  tty,
  async join(stream) {
    stream.write({ lane: tty ? 'out' : 'err', bytes: Buffer.from(`${text}${tty ? '\r\n' : '\n'}`) })
    stream.resume()
    endStream(stream, { code })
  },
  end: async () => {},
})

const noShell = ({ text, cause }: FailedExec): RequestError => {
  if (cause === 'user' || cause === 'workdir') return new RequestError('invalid_params', `${cause}: ${text}`)
  if (cause === 'other') return new RequestError('docker_failed', `Docker did not run a shell: ${text}`)
  return new RequestError(
    'no_shell',
    'this container has no shell (tried sh, bash and busybox); run one of its own programs by `command`',
  )
}

/**
 * Runs a program or a shell in a running container.
 *
 * @throws {RequestError} with Docker's reason in words, or that there is no shell
 */
export const openExec = async (
  context: ExecContext,
  { command, tty, user, workdir }: ExecArguments,
  signal: AbortSignal,
): Promise<Opened> => {
  const { actions, container, processes, records, log } = context
  // Pids are those of the daemon, which means nothing here when it runs on another machine or in another pid namespace.
  const isInReach = await processes.isInReach(container.State.Pid, container.Id)
  const key = isInReach ? undefined : context.newKey()
  const env = [...(tty ? ['TERM=xterm-256color'] : []), ...(key === undefined ? [] : [markOf(key)])]
  const own = await processes.statOf(process.pid)
  const record: ExecRecord = {
    containerId: container.Id,
    tty,
    ...(key !== undefined && { key }),
    ...(user !== undefined && { user }),
    probe: { pid: process.pid, startTicks: own?.startTicks ?? 0 },
  }
  const created = (execId: string): Promise<void> =>
    records.add(execId, record).catch((error: unknown) => {
      log.warn('what is run in a container would not be ended if the probe were killed', { error })
    })
  let failure: FailedExec | undefined
  try {
    for (const argv of waysToRun(command)) {
      const options = { argv, tty, env, user, workdir }
      const started = await startExec(actions, container.Id, options, created, signal)
      if ('pid' in started) return await running(context, started, record)
      if ('error' in started && started.mayRun) context.abandon(brokenStart(context, started.execId, record))
      else await records.remove(started.execId)
      if ('error' in started) throw started.error
      failure = started
      if (started.cause !== 'program') break
    }
  } catch (error) {
    throw explainFailure('run it in the container', error)
  }
  if (failure === undefined) throw new RequestError('docker_failed', 'Docker did not run it')
  if (command === undefined || (typeof command === 'string' && failure.cause === 'program'))
    throw noShell(failure)
  return failed(failure, tty)
}
