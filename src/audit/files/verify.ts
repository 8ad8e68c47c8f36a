import { basename } from 'node:path'
import type { AuditEntry } from '../../api/types.ts'
import { type ChainEnd, hashOf, NO_HASH, parseLine } from '../line.ts'
import { openFiles, readPart, splitLines } from './log-files.ts'

/** A place at which a chain does not hold. */
export interface ChainBreak {
  /** Name of the file, such as `audit.log.1`. */
  readonly file: string
  /** Counted from 1, within the file. */
  readonly line: number
  /** In words: `entry 12 was changed, or entry 13 was`. */
  readonly what: string
}

/** What {@link verifyChain} found. */
export interface Verification {
  /** Lines in all files. */
  readonly entries: number
  /** Number of the first entry there is; undefined when there are none. Those before it were deleted with the oldest file. */
  readonly firstNumber: number | undefined
  /** The last entry. Whoever keeps its hash elsewhere can tell later that nothing up to here was changed. */
  readonly end: ChainEnd | undefined
  /** The first of them, at most {@link MAX_BREAKS}. */
  readonly breaks: readonly ChainBreak[]
  readonly breakCount: number
  /** Entries by which the log itself tells that it was damaged, or that entries were lost; the newest, oldest first. */
  readonly told: readonly AuditEntry[]
  /** Bytes of an incomplete last line: it is being written, or was when the app or the machine crashed. */
  readonly tornBytes: number
}

/** Breaks told one by one. */
export const MAX_BREAKS = 20
const MAX_TOLD = 20

/**
 * Verifies the chain of an audit log over all its files. No writer is held up meanwhile: what is written after the start may be
 * missing.
 *
 * @param path of the newest file
 * @throws file system errors as they are
 */
export const verifyChain = (path: string): Verification => {
  const check = new ChainCheck()
  for (const { name, bytes } of readAll(path)) check.add(name, bytes)
  return check.result
}

/** All files, oldest first; at most 40 MB. */
const readAll = (path: string): { name: string; bytes: Buffer }[] =>
  Array.from(openFiles(path), (file) => ({
    name: basename(file.path),
    bytes: readPart(file.fd, 0, file.sizeBytes),
  })).reverse()

/** Checks a chain file by file, oldest first. */
class ChainCheck {
  #entries = 0
  #firstNumber: number | undefined
  #end: ChainEnd | undefined
  readonly #breaks: ChainBreak[] = []
  #breakCount = 0
  readonly #told: AuditEntry[] = []
  #tornBytes = 0

  add(file: string, bytes: Buffer): void {
    if (this.#tornBytes > 0) this.#broken(file, 1, 'the last line of the file before is incomplete')
    const { lines, rest } = splitLines(bytes)
    for (const [index, line] of lines.entries()) this.#addLine(file, index + 1, line)
    this.#tornBytes = rest.length
  }

  get result(): Verification {
    return {
      entries: this.#entries,
      firstNumber: this.#firstNumber,
      end: this.#end,
      breaks: this.#breaks,
      breakCount: this.#breakCount,
      told: this.#told,
      tornBytes: this.#tornBytes,
    }
  }

  #addLine(file: string, lineNumber: number, line: Buffer): void {
    this.#entries += 1
    const parsed = parseLine(line)
    const before = this.#end
    if (parsed === undefined) {
      this.#broken(file, lineNumber, 'this is no entry')
      this.#end = { number: (before?.number ?? 0) + 1, hash: hashOf(line) }
      return
    }
    const { number, previous, entry } = parsed
    if (number === 1 && previous !== NO_HASH) this.#broken(file, lineNumber, 'entry 1 follows another')
    this.#firstNumber ??= number
    if (before !== undefined && (number !== before.number + 1 || previous !== before.hash))
      this.#broken(file, lineNumber, whyBroken(before.number, number))
    if (entry.action === 'audit-damaged' || entry.action === 'audit-lost') {
      this.#told.push(entry)
      if (this.#told.length > MAX_TOLD) this.#told.shift()
    }
    this.#end = { number, hash: hashOf(line) }
  }

  #broken(file: string, line: number, what: string): void {
    this.#breakCount += 1
    if (this.#breaks.length < MAX_BREAKS) this.#breaks.push({ file, line, what })
  }
}

const whyBroken = (before: number, number: number): string => {
  if (number === before + 1) return `entry ${before} was changed, or entry ${number} was`
  if (number === before + 2) return `entry ${before + 1} is missing`
  if (number > before + 2) return `entries ${before + 1} to ${number - 1} are missing`
  return `entry ${number} follows entry ${before}`
}
