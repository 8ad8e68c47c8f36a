import { describeError } from '../../../log/log.ts'
import { StateError } from '../../../state/state-dir.ts'

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const SQLITE_PERM = 3
const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/** The database was in use by another process for longer than is waited. */
export class DatabaseBusyError extends StateError {}

/** Explains an error of SQLite in plain words; any other is given back as it is. */
export const explained = (path: string, error: unknown): unknown => {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return error
  const cause = { cause: error }
  // The upper bits hold the extended code.
  switch (errcode & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new DatabaseBusyError(
        `another process keeps ${path} (users and sessions) locked; try again, and see who it is with "fuser ${path}".`,
        cause,
      )
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, describeError(error), cause)
    case SQLITE_FULL:
      return new StateError(`${path} (users and sessions) cannot be written: the disk is full.`, cause)
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new StateError(
        `${path} (users and sessions) cannot be opened for writing: ${describeError(error)}. It must belong to the user whom the app runs as.`,
        cause,
      )
    case SQLITE_IOERR:
      return new StateError(
        `${path} (users and sessions) cannot be read or written: ${describeError(error)}.`,
        cause,
      )
    default:
      return error
  }
}

/** @param how what is wrong with it */
export const damaged = (path: string, how: string, cause?: ErrorOptions): StateError =>
  new StateError(
    `${path} (users and sessions) is damaged: ${how}. Stop Scope, move ${path}, ${path}-wal and ${path}-shm away, and add the users again with "scope user add".`,
    cause,
  )
