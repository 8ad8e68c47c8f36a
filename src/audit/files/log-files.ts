import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../../log/error-code.ts'
import { StateError } from '../../state/state-dir.ts'

/** Files of one audit log, at most; the oldest is deleted when another is begun. */
export const MAX_FILES = 10

/** Several times what any of them holds. */
const MAX_SIZE_BYTES = 64 * 1024 * 1024

/** Path of the file that is `age` files older than the newest: `audit.log`, `audit.log.1`, … `audit.log.9`. */
export const filePath = (path: string, age: number): string => (age === 0 ? path : `${path}.${age}`)

/** An open file of an audit log. */
export interface LogFile {
  readonly path: string
  readonly fd: number
  readonly sizeBytes: number
}

/**
 * Opens the files of an audit log for reading, newest first. In this order a rotation in the meantime hides no file: it moves
 * them only to where they are looked for later. The caller closes each before taking the next.
 *
 * @throws {StateError} for what is no file of a log: the directory may belong to another user, whose pipe would keep root waiting
 * @throws file system errors as they are, but for files that are missing
 */
export function* openFiles(path: string): Generator<LogFile> {
  const seen = new Set<string>()
  for (let age = 0; age < MAX_FILES; age++) {
    const fd = openIfThere(filePath(path, age))
    if (fd === undefined) continue
    try {
      const found = fstatSync(fd)
      if (!found.isFile() || found.size > MAX_SIZE_BYTES) throw strange(filePath(path, age))
      const { dev, ino, size } = found
      const id = `${dev} ${ino}`
      // Once more the same file, which was rotated since.
      if (seen.has(id)) continue
      seen.add(id)
      yield { path: filePath(path, age), fd, sizeBytes: size }
    } finally {
      closeSync(fd)
    }
  }
}

const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return undefined
    // A link, or a socket.
    if (code === 'ELOOP' || code === 'ENXIO') throw strange(path, error)
    throw error
  }
}

const strange = (path: string, cause?: unknown): StateError =>
  new StateError(`${path} is not a file that Scope has made; move it away.`, { cause })

/** Reads a part of a file. @returns fewer bytes than asked for at the end of the file */
export const readPart = (fd: number, at: number, lengthBytes: number): Buffer => {
  const bytes = Buffer.alloc(lengthBytes)
  let filled = 0
  while (filled < lengthBytes) {
    const read = readSync(fd, bytes, filled, lengthBytes - filled, at + filled)
    if (read === 0) break
    filled += read
  }
  return bytes.subarray(0, filled)
}

const NEWLINE = 0x0a

/** Lines of bytes, and the bytes behind the last line end. */
export interface SplitLines {
  /** Without their ends. */
  readonly lines: readonly Buffer[]
  /** Empty unless the last line is incomplete. */
  readonly rest: Buffer
}

/** Splits bytes into lines, without copying. */
export const splitLines = (bytes: Buffer): SplitLines => {
  const lines: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
    lines.push(bytes.subarray(from, at))
    from = at + 1
  }
  return { lines, rest: bytes.subarray(from) }
}
