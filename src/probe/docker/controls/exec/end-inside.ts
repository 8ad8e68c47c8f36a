import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import { pollUntil } from '../../../../pacing/poll-until.ts'
import type { DockerActions } from '../../daemon/actions.ts'

/** Name of the variable by which a program is found again from within its container. */
const MARK = 'SCOPE_SESSION'

/** What is added to the environment of a program so that {@link endInside} finds it. @param key unique for the program */
export const markOf = (key: string): string => `${MARK}=${key}`

/** A program that was run in a container, as {@link endInside} finds it. */
export interface MarkedProgram {
  readonly execId: string
  readonly containerId: string
  /** See {@link markOf}. */
  readonly key: string
  /** Whether it has a terminal. */
  readonly tty: boolean
  /** As whom it was run; undefined: the user of the container. */
  readonly user: string | undefined
  /** In the pid namespace of the daemon; undefined when it is not known. */
  readonly pid: number | undefined
}

/** Exit codes of {@link END}. */
const ENDED = 0
const NOT_FOUND = 3
const LEFT = 4

/**
 * Does inside of a container what `endVisible` does from outside. `$1` is the mark, `$2` is `tty` or empty, `$3` is the pid that
 * Docker tells.
 *
 * What the program has begun bears its mark, too, and may lead a session of its own (`setsid`, daemons, tmux). The program itself
 * is the one whose parent is not in the container's pid namespace, as the parent of this shell is not. In a container with the
 * pid namespace of the host, pids are those that Docker tells.
 *
 * It needs nothing but what every shell has built in, except for `sleep`. Of `/proc/PID/stat` the fields are, from the third on:
 * state, parent, group, session, terminal, foreground group; the 22nd is the start time.
 */
const END = `
stat() { IFS= read -r line <"/proc/$1/stat" && line=\${line##*) }; }
bears() (
  while IFS= read -r part || [ -n "$part" ]; do
    case $part in *"$2"*) exit 0;; esac
  done <"/proc/$1/environ"
  exit 1
)
leader=
for at in /proc/[0-9]*; do
  pid=\${at#/proc/}
  { stat "$pid"; } 2>/dev/null || continue
  set -- "$1" "$2" "$3" $line
  if [ "$PPID" = 0 ]; then [ "$5" = 0 ]; else [ "$pid" = "$3" ]; fi || continue
  [ "$7" = "$pid" ] && { bears "$pid" "$1"; } 2>/dev/null || continue
  leader=$pid start=\${23} groups=" $6 $9 "
  break
done
[ -n "$leader" ] || exit ${NOT_FOUND}
members() {
  found=
  for at in /proc/[0-9]*; do
    pid=\${at#/proc/}
    { stat "$pid"; } 2>/dev/null || continue
    set -- "$1" $line
    if [ "$pid" = "$leader" ]; then
      [ "\${21}" = "$start" ] || exit ${ENDED}
      groups="$groups$7 "
    fi
    [ "$5" = "$leader" ] && [ "$2" != Z ] || continue
    if [ -n "$1" ]; then case $groups in *" $4 "*) ;; *) continue;; esac; fi
    found="$found $pid"
  done
}
members "$2"
[ -z "$found" ] || kill -HUP $found 2>/dev/null
[ -z "$found" ] || kill -CONT $found 2>/dev/null
for i in 1 2; do
  members "$2"
  [ -n "$found" ] || exit ${ENDED}
  sleep 1
done
for i in 1 2 3; do
  members "$2"
  [ -n "$found" ] || exit ${ENDED}
  kill -KILL $found 2>/dev/null
  sleep 1
done
members "$2"
[ -z "$found" ] || exit ${LEFT}
exit ${ENDED}
`

const LIMIT_MS = 15_000
const REQUEST_MS = 10_000
/** How soon Docker notices that a program has ended. */
const NOTICE_MS = 5000

type InsideActions = Pick<DockerActions, 'createExec' | 'startExec' | 'execState'>

/** @returns the exit code of {@link END}, or of Docker when there is no such shell; undefined when it did not end in time */
const runEnd = async (
  actions: InsideActions,
  { containerId, key, tty, pid }: MarkedProgram,
  user: string | undefined,
): Promise<number | undefined> => {
  const signal = AbortSignal.timeout(LIMIT_MS)
  const argv = ['sh', '-c', END, 'sh', markOf(key), tty ? 'tty' : '', String(pid ?? '')]
  const execId = await actions.createExec(containerId, { argv, tty: false, env: [], user }, signal)
  const socket: Socket = await actions.startExec(execId, false, signal)
  const giveUp = (): void => void socket.destroy()
  signal.addEventListener('abort', giveUp)
  socket.resume()
  await finished(socket).catch(() => {})
  signal.removeEventListener('abort', giveUp)
  // Docker may tell the end of an output before it has noticed the end of the program.
  return await pollUntil(NOTICE_MS, async () => {
    const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
    return state?.Running ? undefined : (state?.ExitCode ?? undefined)
  })
}

const hasNoProcesses = (error: unknown): boolean => {
  const { statusCode, message } = error as Error & { readonly statusCode?: number }
  return /no such container/i.test(message) || (statusCode === 409 && /is not running/.test(message))
}

/**
 * Ends a program that was run in a container, and what it runs in the foreground, by a shell in that container. For where the
 * probe does not see the processes: Docker runs on another machine, or the probe in a pid namespace of its own.
 *
 * @returns false when it could not be done, as in an image without shell, or when something is still there
 * @throws dockerode's errors, as when the container is paused
 */
export const endInside = async (actions: InsideActions, program: MarkedProgram): Promise<boolean> => {
  /** Undefined when Docker knows no such exec, also since the daemon was restarted. */
  const isRunning = async (): Promise<boolean | undefined> =>
    (await actions.execState(program.execId, AbortSignal.timeout(REQUEST_MS)))?.Running
  const stopped = async (): Promise<boolean> =>
    (await pollUntil(NOTICE_MS, async () => (await isRunning()) !== true || undefined)) === true

  if ((await isRunning()) === false) return true
  const codes: (number | undefined)[] = []
  // Root in a container may not read the environment of other users' programs, and without capabilities not signal them. That
  // user may not signal programs that have become root. Never is this shell privileged: it is a program of the container.
  for (const user of [program.user, '0']) {
    const code = await runEnd(actions, program, user).catch((error: unknown) => {
      // Nothing runs in a container that does not run.
      if (hasNoProcesses(error)) return ENDED
      throw error
    })
    if (code === ENDED) return await stopped()
    codes.push(code)
  }
  if (codes.includes(LEFT) || !(await stopped())) return false
  return (await isRunning()) === false || codes.every((code) => code === NOT_FOUND)
}
