import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Another process has kept the lock for longer than is waited for it. */
export class LockedError extends Error {}

/** Keeps the processes that write to one audit log from doing so at the same moment. */
export interface WritersLock {
  /**
   * Does something while no other process does, waiting a moment for one that does.
   *
   * @throws {LockedError} when it takes the other too long; and whatever `work` throws
   */
  hold<Result>(work: () => Result): Result
  close(): void
}

/** For a log that only one process writes to. */
export const soleWriter: WritersLock = { hold: (work) => work(), close: () => undefined }

/** More than a write takes, unless its process has to wait for the CPU; meanwhile the process does nothing else. */
const PATIENCE_MS = 250

/**
 * A lock that the kernel releases when its holder ends, however it does. Node has no call for such a lock, but SQLite takes one on its
 * file; the file stays empty.
 *
 * @param path created (mode 0600) at first use if it is missing; its directory must exist by then
 */
export const sharedByProcesses = (path: string): WritersLock => {
  let database: DatabaseSync | undefined
  const open = (): DatabaseSync => {
    // SQLite would make it readable for others.
    closeSync(openSync(path, 'a', 0o600))
    const opened = new DatabaseSync(path, { timeout: PATIENCE_MS })
    // Without this it would write a journal beside the file.
    opened.exec('PRAGMA journal_mode=MEMORY')
    return opened
  }
  return {
    hold(work) {
      database ??= open()
      try {
        database.exec('BEGIN IMMEDIATE')
      } catch (cause) {
        throw new LockedError(`another process has kept ${path} locked for ${PATIENCE_MS} ms`, { cause })
      }
      try {
        return work()
      } finally {
        database.exec('ROLLBACK')
      }
    },
    close() {
      database?.close()
      database = undefined
    },
  }
}
