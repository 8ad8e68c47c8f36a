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
/** How soon a program begins that Docker has been told to run. One that has not begun by then is looked for less often. */
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
  let waitMs = BEGIN_MS
  const keep = async (changed: ExecRecord): Promise<void> => {
    known = changed
    await records.change(execId, changed)
  }
  const decided = async (): Promise<void> => {
    await pollUntil(waitMs, async () => {
      const state = await actions.execState(execId, AbortSignal.timeout(REQUEST_MS))
      return state === undefined || stageOf(state) !== 'pending' || undefined
    })
    waitMs = 0
  }
  return {
    tty: record.tty,
    join: async () => {},
    async end() {
      await decided()
      const became = await endRecorded({ actions, processes }, execId, known, keep)
      if (became === 'pending') throw new NotYetError(`Docker may still begin a program (exec ${execId})`)
      if (became === 'left')
        throw new Error(`a program whose start broke off (exec ${execId}) could not be ended`)
      await records.remove(execId)
    },
  }
}
