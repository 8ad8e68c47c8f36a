import { closeSync, constants, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { AuditEntry } from '../api/types.ts'
import { type ChainEnd, emptyChain, encodeLine, endAfter, hashOf, parseLine } from './line.ts'
import { newestLines } from './newest-entries.ts'

/** The file that the lines of an audit log are appended to. */
export class ChainFile {
  readonly #path: string
  #open: { readonly fd: number; end: ChainEnd } | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Appends an entry. @throws file system errors as they are */
  append(entry: AuditEntry): void {
    this.#open ??= this.#openFile()
    const line = encodeLine(entry, this.#open.end)
    writeSync(this.#open.fd, `${line}\n`)
    this.#open.end = endAfter(line, this.#open.end)
  }

  /** Closes the file, if it is open, when all of it is on the disk. */
  close(): void {
    if (this.#open === undefined) return
    fdatasyncSync(this.#open.fd)
    closeSync(this.#open.fd)
    this.#open = undefined
  }

  #openFile(): { fd: number; end: ChainEnd } {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW } = constants
    const fd = openSync(this.#path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW, 0o600)
    const [last] = newestLines(this.#path, 1)
    const parsed = last === undefined ? undefined : parseLine(last)
    const end =
      last === undefined || parsed === undefined ? emptyChain : { number: parsed.number, hash: hashOf(last) }
    return { fd, end }
  }
}
