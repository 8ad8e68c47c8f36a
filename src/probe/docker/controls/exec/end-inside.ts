import { finished } from 'node:stream/promises'
import type { DockerActions } from '../../daemon/actions.ts'

/** Name of the variable by which a program is found again from within its container. */
const MARK = 'SCOPE_SESSION'

/** What is added to the environment of a program so that {@link endInside} finds it. @param key unique for the program */
export const markOf = (key: string): string => `${MARK}=${key}`

/**
 * Does inside of a container what `endVisible` does from outside. Of a process it knows the fields of `/proc/PID/stat` from the
 * third on: state, parent, group, session, terminal, foreground group. `$1` is the mark, `$2` is `tty` or empty.
 */
const END = `
stat() { IFS= read -r line <"/proc/$1/stat" && line=\${line##*) }; }
leader=
for at in /proc/[0-9]*; do
  pid=\${at#/proc/}
  { stat "$pid"; } 2>/dev/null || continue
  set -- "$1" "$2" $line
  [ "$6" = "$pid" ] && grep -q "$1" "$at/environ" 2>/dev/null || continue
  leader=$pid group=$5 front=$8
done
[ -n "$leader" ] || exit 0
members() {
  found=
  for at in /proc/[0-9]*; do
    pid=\${at#/proc/}
    { stat "$pid"; } 2>/dev/null || continue
    set -- "$1" $line
    [ "$5" = "$leader" ] && [ "$2" != Z ] || continue
    [ -z "$1" ] || [ "$4" = "$group" ] || [ "$4" = "$front" ] || continue
    found="$found $pid"
  done
}
members "$2"
[ -z "$found" ] || kill -HUP $found 2>/dev/null
[ -z "$found" ] || kill -CONT $found 2>/dev/null
for i in 1 2; do
  members "$2"
  [ -n "$found" ] || exit 0
  sleep 1
done
members "$2"
[ -z "$found" ] || kill -KILL $found 2>/dev/null
exit 0
`

const LIMIT_MS = 15_000

/**
 * Ends a program that was run in a container, and what it runs in the foreground, by a shell in that container. For where the
 * probe does not see the processes: Docker runs on another machine, or the probe in a pid namespace of its own.
 *
 * @returns false when it could not be done, as in an image without shell
 */
export const endInside = async (
  actions: Pick<DockerActions, 'createExec' | 'startExec' | 'execState'>,
  containerId: string,
  key: string,
  tty: boolean,
): Promise<boolean> => {
  const signal = AbortSignal.timeout(LIMIT_MS)
  const argv = ['sh', '-c', END, 'sh', markOf(key), tty ? 'tty' : '']
  // The user of the container may not signal those that the program has become.
  const execId = await actions.createExec(containerId, { argv, tty: false, env: [], user: '0' }, signal)
  const socket = await actions.startExec(execId, false, signal)
  const giveUp = (): void => void socket.destroy()
  signal.addEventListener('abort', giveUp)
  socket.resume()
  await finished(socket).catch(() => {})
  signal.removeEventListener('abort', giveUp)
  return (await actions.execState(execId, AbortSignal.timeout(LIMIT_MS)))?.ExitCode === 0
}
