import { statSync } from 'node:fs'
import { errorCode } from '../../log/error-code.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { readLaunchRecord, stateFiles } from '../parts/state-files.ts'

/** Whose a state directory is, by the supervisor's record in it: this process's or not, or the reason why that cannot be read. */
export type Owner = 'own' | 'not own' | { readonly unreadable: string }

const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** Reads whose a state directory is. It is not that of a supervisor without a record there. */
export const ownerOf = (stateDir: string, pid: number): Owner => {
  try {
    const record = readLaunchRecord(stateDir, 'supervisor')
    if (record !== undefined) return record.pid === pid ? 'own' : 'not own'
    // There is none, or it is incomplete.
    statSync(stateFiles.record(stateDir, 'supervisor'))
    return { unreadable: 'the record is incomplete' }
  } catch (error) {
    return GONE.has(errorCode(error)) ? 'not own' : { unreadable: describeError(error) }
  }
}

/** What {@link createOwnershipCheck} needs. */
export interface OwnershipOptions {
  readonly owner: () => Owner
  /** A clock that never goes back. */
  readonly nowMs: () => number
  readonly log: Logger
}

/** A file server that is started again is there again by then. */
const UNREADABLE_MS = 60_000

/**
 * Creates a function that returns true once a state directory is not the supervisor's any more, or for a minute it could not be
 * read whose it is. Call it again and again.
 */
export const createOwnershipCheck = ({ owner, nowMs, log }: OwnershipOptions): (() => boolean) => {
  let unreadableSinceMs: number | undefined
  return () => {
    const now = owner()
    if (typeof now === 'string') {
      if (unreadableSinceMs !== undefined) log.info('the record of the supervisor can be read again')
      unreadableSinceMs = undefined
      return now === 'not own'
    }
    if (unreadableSinceMs === undefined) {
      unreadableSinceMs = nowMs()
      log.warn('the record of the supervisor cannot be read; all ends if that lasts for a minute', {
        error: now.unreadable,
      })
    }
    return nowMs() - unreadableSinceMs >= UNREADABLE_MS
  }
}
