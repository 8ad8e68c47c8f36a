import { createHash } from 'node:crypto'
import type { AuditEntry } from '../api/types.ts'

/** `previous` of the first line of all. */
export const NO_HASH = '0'.repeat(64)

/** Where a chain of lines ends: what the next line continues. */
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

/** The SHA-256 of a line's bytes (UTF-8, without the line end), as 64 lower-case hexadecimal digits. */
export const hashOf = (line: string | Uint8Array): string => createHash('sha256').update(line).digest('hex')

/**
 * Encodes an entry as the line that continues a chain.
 *
 * @returns the line without its end: `{"n":2,"at":…,"who":…,…,"previous":"<hash of line 1>"}`
 */
export const encodeLine = (entry: AuditEntry, { number, hash }: ChainEnd): string => {
  const { at, who, from, action, target, result, reason, count } = entry
  // JSON leaves out what is undefined. The order is fixed so that the lines are pleasant to read; the hash does not need it.
  return JSON.stringify({
    n: number + 1,
    at,
    who,
    from,
    action,
    target,
    result,
    reason,
    count,
    previous: hash,
  })
}

/** The end of a chain that this line, just encoded, was added to. */
export const endAfter = (line: string, { number }: ChainEnd): ChainEnd => ({
  number: number + 1,
  hash: hashOf(line),
})

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextIfThere = (value: unknown): boolean => value === undefined || isText(value)
const isCount = (value: unknown): boolean =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 2)

/**
 * Reads a line, without its end.
 *
 * @returns undefined when it is not a line of an audit log
 */
export const parseLine = (line: string): AuditLine | undefined => {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { n, previous, at, who, from, action, target, result, reason, count, ...others } = value
  const isEntry =
    [at, who, from, action].every(isText) &&
    [target, reason].every(isTextIfThere) &&
    isCount(count) &&
    (result === 'done' || result === 'refused' || result === 'failed') &&
    Object.keys(others).length === 0
  if (!isEntry || !Number.isSafeInteger(n) || !isText(previous) || !/^[\da-f]{64}$/.test(previous))
    return undefined
  const { n: _, previous: __, ...entry } = value
  return { number: n as number, entry: entry as unknown as AuditEntry, previous }
}
