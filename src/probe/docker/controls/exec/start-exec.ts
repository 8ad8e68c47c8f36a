import type { Socket } from 'node:net'
import { pollUntil } from '../../../../pacing/poll-until.ts'
import { RequestError } from '../../../channel/methods.ts'
import type { DockerActions, ExecOptions, ExecState } from '../../daemon/actions.ts'
import { asOutput, demultiplex } from '../streams/demultiplex.ts'

/** A program that runs in a container, or has run. */
export interface StartedExec {
  readonly execId: string
  readonly socket: Socket
  /** In the pid namespace of the daemon. */
  readonly pid: number
}

/** A program that could not be run. */
export interface FailedExec {
  readonly execId: string
  /** Docker's words. */
  readonly text: string
  /** 127 when there is no such program, else 126, as shells have it. */
  readonly code: 126 | 127
  /** What was wrong. */
  readonly cause: 'program' | 'user' | 'workdir' | 'other'
}

/** A program that Docker was told to run without saying what became of it. */
export interface BrokenExec {
  readonly execId: string
  /** What was thrown. */
  readonly error: unknown
  /** False when Docker refused to run it. */
  readonly mayRun: boolean
}

/**
 * Longer than anybody waits for it: whoever has given up would leave the program behind that begins after all, so it is waited
 * for and then ended.
 */
const START_LIMIT_MS = 120_000
const MAX_TEXT = 4000

/** Why a program was not run, by what the runtime (runc, crun) says. */
export const failureOf = (text: string): Omit<FailedExec, 'execId'> => {
  const said = text.trim().slice(0, MAX_TEXT)
  if (/unable to find (?:user|group)|no matching entries in passwd/i.test(said))
    return { text: said, code: 126, cause: 'user' }
  if (/chdir|\bcwd\b/i.test(said)) return { text: said, code: 126, cause: 'workdir' }
  if (/not found|no such file or directory/i.test(said)) return { text: said, code: 127, cause: 'program' }
  return { text: said, code: 126, cause: /permission denied|exec format/i.test(said) ? 'program' : 'other' }
}

/**
 * How far a program has come. Docker tells no exit code of one that still runs, Podman tells 0. Neither knows a pid of one that
 * could not be run.
 */
export const stageOf = ({
  Running,
  Pid,
  ExitCode,
}: ExecState): 'pending' | 'running' | 'failed' | 'ended' => {
  if (Running) return Pid ? 'running' : 'pending'
  if (typeof ExitCode !== 'number') return 'pending'
  return Pid ? 'ended' : 'failed'
}

/** Docker's own checks answer so before it runs anything. Other codes are those of whatever is in between, too. */
const isRefusal = (error: unknown): boolean => {
  const { statusCode = 0 } = error as { readonly statusCode?: number }
  return statusCode >= 400 && statusCode < 500
}

const textOf = async (socket: Socket, tty: boolean): Promise<string> => {
  let text = ''
  for await (const { bytes } of (tty ? asOutput : demultiplex)(socket)) {
    text += Buffer.from(bytes).toString()
    if (text.length > MAX_TEXT) break
  }
  return text
}

/**
 * Runs a program in a container and waits until it runs, or could not be run.
 *
 * @param created called with the id of the exec before its program runs
 * @param signal gives up what has not begun; a program that may run is waited for
 * @returns a {@link BrokenExec} with a {@link RequestError} when Docker does not say in time what has become of it, else with
 * dockerode's errors
 * @throws dockerode's errors when it could not be prepared, and those of `created`
 */
export const startExec = async (
  actions: DockerActions,
  containerId: string,
  options: ExecOptions,
  created: (execId: string) => Promise<void>,
  signal: AbortSignal,
): Promise<StartedExec | FailedExec | BrokenExec> => {
  const execId = await actions.createExec(containerId, options, signal)
  await created(execId)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), START_LIMIT_MS)
  let socket: Socket | undefined
  try {
    socket = await actions.startExec(execId, options.tty, late.signal).finally(() => clearTimeout(timer))
    // Whoever reads it later hears of its errors; until then nobody listens.
    socket.on('error', () => {})
    const state = await pollUntil(START_LIMIT_MS, async () => {
      const now = await actions.execState(execId, AbortSignal.timeout(START_LIMIT_MS))
      if (now === undefined)
        throw new RequestError('docker_failed', 'Docker has forgotten the program it was to run')
      return stageOf(now) === 'pending' ? undefined : now
    })
    if (state === undefined) throw new RequestError('timeout', 'Docker did not begin to run it in time')
    if (stageOf(state) !== 'failed' && state.Pid) return { execId, socket, pid: state.Pid }
    return { execId, ...failureOf(await textOf(socket, options.tty)) }
  } catch (error) {
    const mayRun = socket !== undefined || !isRefusal(error)
    socket?.destroy()
    return { execId, error, mayRun }
  }
}
