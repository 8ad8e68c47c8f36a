import { createHash } from 'node:crypto'
import type { AuditEntry } from '../api/types.ts'

/** `previous` of the first line of all. */
export const NO_HASH = '0'.repeat(64)

/** Where a chain of lines ends: what the next line goes on from. */
export interface ChainEnd {
  /** Number of the last line; 0 before the first. */
  readonly number: number
  /** {@link hashOf} the last line; {@link NO_HASH} before the first. */
  readonly hash: string
}

/** The end of a chain without lines. */
export const emptyChain: ChainEnd = { number: 0, hash: NO_HASH }

/** One line of an audit log. */
export interface AuditLine {
  /** Counts the lines of a log from 1, over all its files and all restarts. */
  readonly number: number
  readonly entry: AuditEntry
  /** {@link hashOf} the line before. */
  readonly previous: string
}

/** A line ready to be written. */
export interface EncodedLine {
  /** UTF-8, with the line end. */
  readonly bytes: Buffer
  /** The end of the chain once the line is added to it. */
  readonly end: ChainEnd
}

/** The SHA-256 of a line's bytes, without the line end, as 64 lower-case hexadecimal digits. */
export const hashOf = (line: Uint8Array): string => createHash('sha256').update(line).digest('hex')

/**
 * Encodes an entry as the line that continues a chain: `{"n":2,"at":…,"who":…,…,"previous":"<hash of line 1>"}`.
 *
 * The hash is that of the line's bytes as they are in the file, so verifying it needs no agreed order or spelling of JSON.
 */
export const encodeLine = (entry: AuditEntry, { number, hash }: ChainEnd): EncodedLine => {
  const { at, who, from, action, target, result, reason, durationMs, count } = entry
  // JSON leaves out what is undefined.
  const about = { at, who, from, action, target, result, reason, durationMs, count }
  const line = { n: number + 1, ...about, previous: hash }
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  return { bytes, end: { number: number + 1, hash: hashOf(bytes.subarray(0, -1)) } }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextIfThere = (value: unknown): boolean => value === undefined || isText(value)
const isCount = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least

const jsonOf = (line: Uint8Array): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(line).toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads a line.
 *
 * @param line bytes without the line end
 * @returns undefined when it is not a line of an audit log
 */
export const parseLine = (line: Uint8Array): AuditLine | undefined => {
  const value = jsonOf(line)
  if (value === undefined) return undefined
  const { n, previous, ...entry } = value
  const { at, who, from, action, target, result, reason, durationMs, count, ...others } = entry
  const isEntry =
    [at, who, from, action].every(isText) &&
    [target, reason].every(isTextIfThere) &&
    (count === undefined || isCount(count, 2)) &&
    (durationMs === undefined || isCount(durationMs, 0)) &&
    (result === 'done' || result === 'refused' || result === 'failed') &&
    Object.keys(others).length === 0
  if (!isEntry || !isCount(n, 1) || !isText(previous) || !/^[\da-f]{64}$/.test(previous)) return undefined
  return { number: n, entry: entry as unknown as AuditEntry, previous }
}
