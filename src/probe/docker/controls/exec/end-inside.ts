import type { Socket } from 'node:net'
import { pollUntil } from '../../../../pacing/poll-until.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import { NotYetError } from '../retries.ts'
import { demultiplex } from '../streams/demultiplex.ts'

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
  /** What is left of it since an earlier try, see {@link LEFT_SESSION}; undefined when there was none, or nothing is known. */
  readonly left: string | undefined
}

/** Exit codes of {@link END}. */
const ENDED = 0
const NOT_FOUND = 3
const LEFT = 4
/** All that is left was killed, and has not ended yet: it waits for a disk. */
const WAITS = 5

/**
 * What is left of a program in a container, in words separated by spaces, by which {@link endInside} finds it again when the program
 * itself has ended: the id of the boot, without which the numbers say nothing, since times count from then (`-` when it is not known);
 * then numbers. They are, in the container's pid namespace, its pid, which is the number of its session; its start time; a moment at
 * which the session was there; and the process groups that end with it.
 */
export const LEFT_SESSION = /^[0-9a-f-]{1,36} \d{1,20} \d{1,20} \d{1,20}(?: -?\d{1,20}){1,100}$/

/**
 * Does inside of a container what `endVisible` does from outside. `$1` is the mark, `$2` is `tty` or empty, `$3` is the pid that
 * Docker tells, `$4` is what an earlier one has told, see {@link LEFT_SESSION}, or empty. It tells that itself.
 *
 * What the program has begun bears its mark, too, and may lead a session of its own (`setsid`, daemons, tmux). The program itself
 * is the one whose parent is not in the container's pid namespace, as the parent of this shell is not. In a container with the
 * pid namespace of the host, pids are those that Docker tells.
 *
 * Nothing of it outlives the machine's boot. When the program has ended before, its session is found by its number. No other session gets that while a process of it is
 * left, so it is still the same one if one of its processes is older than the moment told.
 *
 * It needs nothing but what every shell has built in, except for `sleep`. Of `/proc/PID/stat` the fields are, from the third on:
 * state, parent, group, session, terminal, foreground group; the 22nd is the start time.
 */
const END = `
mark=$1 tty=$2 told=$3 left=$4
stat() { IFS= read -r line <"/proc/$1/stat" && line=\${line##*) }; }
bears() (
  while IFS= read -r part || [ -n "$part" ]; do
    case $part in *"$2"*) exit 0;; esac
  done <"/proc/$1/environ"
  exit 1
)
members() {
  found= same=
  for at in /proc/[0-9]*; do
    pid=\${at#/proc/}
    { stat "$pid"; } 2>/dev/null || continue
    set -- $line
    if [ "$pid" = "$leader" ]; then
      [ "\${20}" = "$start" ] || exit ${ENDED}
      case $groups in *" $6 "*) ;; *) groups="$groups$6 ";; esac
    fi
    [ "$4" = "$leader" ] || continue
    [ "\${20}" -gt "$moment" ] || same=yes
    [ "$1" != Z ] || continue
    if [ -n "$tty" ]; then case $groups in *" $3 "*) ;; *) continue;; esac; fi
    found="$found $pid"
  done
}
{ stat "$$"; } 2>/dev/null || exit ${NOT_FOUND}
set -- $line
now=\${20} leader=
{ IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || boot=-
if [ -n "$left" ]; then
  set -- $left
  [ "$1" = "$boot" ] || exit ${ENDED}
  shift
  leader=$1 start=$2 moment=$3
  shift 3
  groups=" $* "
  members
  [ -n "$same" ] || exit ${ENDED}
else
  for at in /proc/[0-9]*; do
    pid=\${at#/proc/}
    { stat "$pid"; } 2>/dev/null || continue
    set -- $line
    if [ "$PPID" = 0 ]; then [ "$2" = 0 ]; else [ "$pid" = "$told" ]; fi || continue
    [ "$4" = "$pid" ] && { bears "$pid" "$mark"; } 2>/dev/null || continue
    leader=$pid start=\${20} groups=" $3 $6 "
    break
  done
  [ -n "$leader" ] || exit ${NOT_FOUND}
fi
moment=$now
tell() { set -- $groups; echo "$boot $leader $start $moment $*"; }
tell
members
[ -z "$found" ] || kill -HUP $found 2>/dev/null
[ -z "$found" ] || kill -CONT $found 2>/dev/null
for i in 1 2; do
  members
  [ -n "$found" ] || exit ${ENDED}
  sleep 1
done
for i in 1 2 3; do
  members
  [ -n "$found" ] || exit ${ENDED}
  killed=yes
  for pid in $found; do kill -KILL "$pid" 2>/dev/null || killed=; done
  sleep 1
done
members
[ -n "$found" ] || exit ${ENDED}
tell
[ -z "$killed" ] || exit ${WAITS}
exit ${LEFT}
`

const LIMIT_MS = 15_000
const REQUEST_MS = 10_000
/** How soon Docker notices that a program has ended. */
const NOTICE_MS = 5000
const MAX_TEXT = 4000

type InsideActions = Pick<DockerActions, 'createExec' | 'startExec' | 'execState'>

/**
 * The shells that did not end in time, by the programs that they are to end: on a machine whose disk hangs they wait for it, too, and
 * further ones would only wait beside them.
 */
const unfinished = new WeakMap<InsideActions, Map<string, string>>()

const notYet = (execId: string): NotYetError =>
  new NotYetError(`the shell that is to end a program (exec ${execId}) has not ended in time`)

/** @returns what the shell has told of the session, also when its output broke off */
const sessionFrom = async (socket: Socket): Promise<string | undefined> => {
  let text = ''
  try {
    for await (const { lane, bytes } of demultiplex(socket))
      if (lane === 'out' && text.length < MAX_TEXT) text += Buffer.from(bytes).toString()
  } catch {
    // How its program ended is asked for.
  }
  // A line that is cut may look like a shorter one.
  const lines = text.split('\n').slice(0, -1)
  return lines.findLast((line) => LEFT_SESSION.test(line))
}

/**
 * @param left called with what the shell tells of the session
 * @returns the exit code of {@link END}, or of Docker when there is no such shell; undefined when that is not known
 * @throws {NotYetError} when it did not end in time
 */
const runEnd = async (
  actions: InsideActions,
  program: MarkedProgram,
  user: string | undefined,
  left: (session: string) => void,
): Promise<number | undefined> => {
  const signal = AbortSignal.timeout(LIMIT_MS)
  const { containerId, key, tty, pid } = program
  const argv = ['sh', '-c', END, 'sh', markOf(key), tty ? 'tty' : '', String(pid ?? ''), program.left ?? '']
  const execId = await actions.createExec(containerId, { argv, tty: false, env: [], user }, signal)
  const socket: Socket = await actions.startExec(execId, false, signal)
  const giveUp = (): void => void socket.destroy()
  signal.addEventListener('abort', giveUp)
  const session = await sessionFrom(socket)
  if (session !== undefined) left(session)
  signal.removeEventListener('abort', giveUp)
  // Docker may tell the end of an output before it has noticed the end of the program.
  let isRunning: boolean | undefined
  const code = await pollUntil(NOTICE_MS, async () => {
    const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
    isRunning = state?.Running
    return isRunning ? undefined : (state?.ExitCode ?? undefined)
  })
  if (!isRunning) return code
  const late = unfinished.get(actions) ?? new Map<string, string>()
  unfinished.set(actions, late.set(program.execId, execId))
  throw notYet(program.execId)
}

/** @throws {NotYetError} while a shell of an earlier try has not ended */
const awaitEarlier = async (actions: InsideActions, execId: string): Promise<void> => {
  const late = unfinished.get(actions)
  const earlier = late?.get(execId)
  if (earlier === undefined) return
  if ((await actions.execState(earlier, AbortSignal.timeout(REQUEST_MS)))?.Running) throw notYet(execId)
  late?.delete(execId)
}

const hasNoProcesses = (error: unknown): boolean => {
  const { statusCode, message } = error as Error & { readonly statusCode?: number }
  return /no such container/i.test(message) || (statusCode === 409 && /is not running/.test(message))
}

/**
 * Ends a program that was run in a container, and what it runs in the foreground, by a shell in that container. For where the
 * probe does not see the processes: Docker runs on another machine, or the probe in a pid namespace of its own.
 *
 * @param keep takes what is left of the program when it could not be ended: its `left` for the next time
 * @returns false when it could not be done, as in an image without shell, or when something is still there
 * @throws {NotYetError} when what is left has been killed and will end when it no longer waits for a disk, or the shell itself waits
 * @throws dockerode's errors, as when the container is paused
 */
export const endInside = async (
  actions: InsideActions,
  program: MarkedProgram,
  keep: (left: string) => Promise<void>,
): Promise<boolean> => {
  /** Undefined when Docker knows no such exec, also since the daemon was restarted. */
  const isRunning = async (): Promise<boolean | undefined> =>
    (await actions.execState(program.execId, AbortSignal.timeout(REQUEST_MS)))?.Running
  const stopped = async (): Promise<boolean> =>
    (await pollUntil(NOTICE_MS, async () => (await isRunning()) !== true || undefined)) === true

  await awaitEarlier(actions, program.execId)
  let { left } = program
  const attempt = async (): Promise<boolean> => {
    // When it has ended by being told to, what it has begun may be there still.
    if (left === undefined && (await isRunning()) === false) return true
    const codes: (number | undefined)[] = []
    // Root in a container may not read the environment of other users' programs, and without capabilities not signal them. That
    // user may not signal programs that have become root. Never is this shell privileged: it is a program of the container.
    for (const user of [program.user, '0']) {
      const found = (session: string): void => {
        left = session
      }
      const code = await runEnd(actions, { ...program, left }, user, found).catch((error: unknown) => {
        // Nothing runs in a container that does not run.
        if (hasNoProcesses(error)) return ENDED
        throw error
      })
      if (code === ENDED) return await stopped()
      if (code === WAITS)
        throw new NotYetError(`what is left of a program (exec ${program.execId}) is killed, and waits`)
      codes.push(code)
    }
    if (left !== undefined || codes.includes(LEFT) || !(await stopped())) return false
    return (await isRunning()) === false || codes.every((code) => code === NOT_FOUND)
  }

  let isEnded = false
  try {
    isEnded = await attempt()
    return isEnded
  } finally {
    if (!isEnded && left !== undefined && left !== program.left) await keep(left)
  }
}
