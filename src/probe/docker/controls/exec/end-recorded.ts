import type { DockerActions } from '../../daemon/actions.ts'
import { NotYetError } from '../retries.ts'
import { endInside } from './end-inside.ts'
import { endVisible, type VisibleProcesses } from './end-visible.ts'
import type { ExecRecord } from './exec-records.ts'
import { stageOf } from './start-exec.ts'

const REQUEST_MS = 10_000

/**
 * Ends a program of which no more is known than its record.
 *
 * @param keep takes the record with what is left of the program, when that is known and could not be ended
 * @returns `gone` when it had ended, or Docker no longer knows it and nothing else could find it; `pending` when Docker may still begin
 *   it, which was told to
 * @throws {NotYetError} when what is left has been killed and will end when it no longer waits for a disk, or the shell that is
 *   to end it waits itself
 * @throws dockerode's errors, as when the container is paused
 */
export const endRecorded = async (
  { actions, processes }: { readonly actions: DockerActions; readonly processes: VisibleProcesses },
  execId: string,
  record: ExecRecord,
  keep: (record: ExecRecord) => Promise<void>,
): Promise<'gone' | 'ended' | 'left' | 'pending'> => {
  const { containerId, tty, key, user, left } = record
  const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
  if (state !== undefined && left === undefined) {
    if (stageOf(state) === 'pending') return 'pending'
    if (!state.Running) return 'gone'
  }
  if (state === undefined && key === undefined) return 'gone'
  const pid = state?.Pid ?? 0
  if (key !== undefined) {
    const program = { execId, containerId, key, tty, user, pid, left }
    const isEnded = await endInside(actions, program, (session) => keep({ ...record, left: session }))
    return isEnded ? 'ended' : 'left'
  }
  const leader = (await processes.isInReach(pid, containerId)) ? await processes.statOf(pid) : undefined
  if (leader === undefined) return 'left'
  if ((await endVisible(processes, leader, tty)).length > 0)
    throw new NotYetError(`what is left of a program (exec ${execId}) is killed, and waits`)
  return 'ended'
}
