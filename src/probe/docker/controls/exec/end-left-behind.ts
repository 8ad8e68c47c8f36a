import type { Logger } from '../../../../log/log.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import { endInside } from './end-inside.ts'
import { endVisible, type VisibleProcesses } from './end-visible.ts'
import type { ExecRecord, ExecRecords } from './exec-records.ts'

/** What {@link endLeftBehind} needs. */
export interface LeftBehindContext {
  readonly actions: DockerActions
  readonly processes: VisibleProcesses
  readonly records: ExecRecords
  readonly log: Logger
}

const REQUEST_MS = 10_000

const endOne = async (
  { actions, processes }: LeftBehindContext,
  execId: string,
  { containerId, tty, key, user }: ExecRecord,
): Promise<'gone' | 'ended' | 'left'> => {
  const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
  if (state === undefined || !state.Running) return 'gone'
  const pid = state.Pid ?? 0
  if (key !== undefined)
    return (await endInside(actions, { execId, containerId, key, tty, user, pid })) ? 'ended' : 'left'
  const leader = (await processes.isInReach(pid, containerId)) ? await processes.statOf(pid) : undefined
  return leader !== undefined && (await endVisible(processes, leader, tty)) ? 'ended' : 'left'
}

/** Ends the programs that a probe has run in containers and, since it was killed, not ended. */
export const endLeftBehind = async (context: LeftBehindContext): Promise<void> => {
  const { processes, records, log } = context
  for (const [execId, record] of await records.all()) {
    const { pid, startTicks } = record.probe
    if ((await processes.statOf(pid))?.startTicks === startTicks) continue
    const became = await endOne(context, execId, record)
    const fields = { exec: execId, container: record.containerId }
    if (became === 'left')
      log.warn('a program that was run in a container before the probe was killed cannot be ended', fields)
    else await records.remove(execId)
    if (became === 'ended')
      log.info('a program was ended that was run in a container before the probe was killed', fields)
  }
}
