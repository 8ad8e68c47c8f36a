import {
  closeSync,
  constants,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuditEntry } from '../../api/types.ts'
import { errorCode } from '../../log/error-code.ts'
import { type ChainEnd, encodeLine } from '../line.ts'
import { lastOf } from './chain-end.ts'
import { filePath, MAX_FILES } from './log-files.ts'
import type { WritersLock } from './writers-lock.ts'

/** What {@link ChainFile} needs. */
export interface ChainFileOptions {
  /** Of the newest file. */
  readonly path: string
  /** When a line would make the file larger, another is begun. */
  readonly maxFileBytes: number
  readonly lock: WritersLock
}

interface OpenFile {
  readonly fd: number
  readonly dev: number
  readonly ino: number
  sizeBytes: number
}

/**
 * Appends the lines of an audit log, over a number of files that is limited. The chain goes on from whatever the files end
 * with, also when another process has written to them. What is found damaged is told by an entry of its own.
 */
export class ChainFile {
  readonly #options: ChainFileOptions
  #file: OpenFile | undefined
  #end: ChainEnd | undefined

  constructor(options: ChainFileOptions) {
    this.#options = options
  }

  /**
   * Appends an entry: all of its line, or nothing.
   *
   * @throws file system errors as they are; an error when another process keeps the lock
   */
  append(entry: AuditEntry): void {
    const { path, lock } = this.#options
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    lock.hold(() => {
      for (const reason of this.#refresh())
        this.#write({ at: entry.at, who: '', from: '', action: 'audit-damaged', result: 'failed', reason })
      this.#write(entry)
    })
  }

  /** Waits until the newest file is on the disk. @throws file system errors as they are */
  async sync(): Promise<void> {
    const file = await open(this.#options.path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  }

  /** Closes the file. Another {@link append} opens it again. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd)
    this.#file = undefined
    this.#options.lock.close()
  }

  /** Opens the newest file anew unless it is as it was left. @returns what is damaged */
  #refresh(): string[] {
    const file = this.#file
    if (file !== undefined) {
      const now = statSync(this.#options.path, { throwIfNoEntry: false })
      if (now?.dev === file.dev && now.ino === file.ino && now.size === file.sizeBytes) return []
      closeSync(file.fd)
      this.#file = undefined
    }
    this.#file = openForAppending(this.#options.path)
    const { end, torn } = lastOf(this.#options.path)
    const damages: string[] = []
    if (torn.length > 0) {
      this.#cutTo(this.#file, this.#file.sizeBytes - torn.length)
      damages.push(`the last line was incomplete, as after a crash, and was cut off: ${torn.toString()}`)
    }
    const before = this.#end
    const isGone =
      before !== undefined &&
      (end.number < before.number || (end.number === before.number && end.hash !== before.hash))
    if (isGone) damages.push(`entry ${before.number} is not any more what was written`)
    // Going on from what is gone lets the chain break here for whoever verifies it.
    this.#end = isGone ? before : end
    return damages
  }

  #write(entry: AuditEntry): void {
    if (this.#file === undefined || this.#end === undefined) throw new Error('the audit log is not open')
    const { bytes, end } = encodeLine(entry, this.#end)
    if (this.#file.sizeBytes > 0 && this.#file.sizeBytes + bytes.length > this.#options.maxFileBytes)
      this.#file = this.#rotate(this.#file)
    const file = this.#file
    let written = 0
    try {
      written = writeSync(file.fd, bytes)
      if (written < bytes.length) throw new Error('a line could not be written as a whole; is the disk full?')
    } catch (error) {
      if (written > 0) this.#cutTo(file, file.sizeBytes)
      throw error
    }
    file.sizeBytes += bytes.length
    this.#end = end
  }

  #cutTo(file: OpenFile, sizeBytes: number): void {
    ftruncateSync(file.fd, sizeBytes)
    file.sizeBytes = sizeBytes
  }

  #rotate(file: OpenFile): OpenFile {
    const { path } = this.#options
    fdatasyncSync(file.fd)
    for (let age = MAX_FILES - 2; age >= 0; age--) renameIfThere(filePath(path, age), filePath(path, age + 1))
    closeSync(file.fd)
    this.#file = undefined
    const next = openForAppending(path)
    const directory = openSync(dirname(path), 'r')
    try {
      fsyncSync(directory)
    } finally {
      closeSync(directory)
    }
    return next
  }
}

const openForAppending = (path: string): OpenFile => {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW } = constants
  const fd = openSync(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW, 0o600)
  try {
    const found = fstatSync(fd)
    if (!found.isFile()) throw new Error(`${path} is no file`)
    giveToOwnerOfDirectory(fd, found, statSync(dirname(path)))
    return { fd, dev: found.dev, ino: found.ino, sizeBytes: found.size }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Root may write to the log of an app that runs as another user, which must be able to write to it, too. */
const giveToOwnerOfDirectory = (fd: number, file: Stats, directory: Stats): void => {
  if (process.geteuid?.() === 0 && file.uid !== directory.uid && file.uid === 0)
    fchownSync(fd, directory.uid, directory.gid)
}

const renameIfThere = (from: string, to: string): void => {
  try {
    renameSync(from, to)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}
