import { pollUntil } from '../../../../pacing/poll-until.ts'
import type { DockerActions } from '../../daemon/actions.ts'
import { NotYetError } from '../retries.ts'
import type { Opened } from '../sessions.ts'
import { endRecorded } from './end-recorded.ts'
import type { VisibleProcesses } from './end-visible.ts'
import type { ExecRecord, ExecRecords } from './exec-records.ts'
import { stageOf } from './start-exec.ts'

/** What {@link brokenStart} needs. */
export interface BrokenStartContext {
  readonly actions: DockerActions
  readonly processes: VisibleProcesses
  readonly records: ExecRecords
}

const REQUEST_MS = 10_000
/** How soon a program begins that Docker has been told to run. */
const BEGIN_MS = 5000

/**
 * A program that Docker was told to run, and of which it has not said what became of it: it may run, or still begin. Nobody joins
 * it, it is only to be ended.
 */
export const brokenStart = (
  { actions, processes, records }: BrokenStartContext,
  execId: string,
  record: ExecRecord,
): Opened => {
  let known = record
  const keep = async (changed: ExecRecord): Promise<void> => {
    known = changed
    await records.change(execId, changed)
  }
  const mayBegin = async (): Promise<boolean> => {
    const isDecided = await pollUntil(BEGIN_MS, async () => {
      const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
      return state === undefined || stageOf(state) !== 'pending' || undefined
    })
    return isDecided === undefined
  }
  return {
    tty: record.tty,
    join: async () => {},
    async end() {
      if (await mayBegin()) throw new NotYetError(`Docker may still begin a program (exec ${execId})`)
      if ((await endRecorded({ actions, processes }, execId, known, keep)) === 'left')
        throw new Error(`a program whose start broke off (exec ${execId}) could not be ended`)
      await records.remove(execId)
    },
  }
}
