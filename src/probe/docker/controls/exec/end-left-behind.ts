import type { Logger } from '../../../../log/log.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import { endRecorded } from './end-recorded.ts'
import type { VisibleProcesses } from './end-visible.ts'
import type { ExecRecord, ExecRecords } from './exec-records.ts'

/** What {@link endLeftBehind} needs. */
export interface LeftBehindContext {
  readonly actions: DockerActions
  readonly processes: VisibleProcesses
  readonly records: ExecRecords
  readonly log: Logger
}

/**
 * Ends the programs that a probe has run in containers and, since it was killed, not ended.
 *
 * @param left gets the containers in which some could not be ended
 * @param containerId only those in that container
 */
export const endLeftBehind = async (
  context: LeftBehindContext,
  left: Set<string>,
  containerId?: string,
): Promise<void> => {
  const { processes, records, log } = context
  for (const [execId, record] of await records.all()) {
    if (containerId !== undefined && record.containerId !== containerId) continue
    const { pid, startTicks } = record.probe
    if ((await processes.statOf(pid))?.startTicks === startTicks) continue
    const fields = { exec: execId, container: record.containerId }
    // One that cannot be ended, as in a container that is paused, does not keep the others from it.
    const keep = (changed: ExecRecord): Promise<void> => records.change(execId, changed)
    const became = await endRecorded(context, execId, record, keep).catch((error: unknown) => {
      log.debug('Docker did not let a program be ended', { ...fields, error })
      return 'left' as const
    })
    if (became === 'left') {
      left.add(record.containerId)
      log.warn('a program that was run in a container before the probe was killed cannot be ended', fields)
    } else await records.remove(execId)
    if (became === 'ended')
      log.info('a program was ended that was run in a container before the probe was killed', fields)
  }
}
