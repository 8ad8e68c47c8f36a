import { plainText } from './ansi.ts'
import type { RawLine } from './line-reader.ts'

/** A line that is held. */
export interface LogLine {
  /** Its number, counting all that were added. */
  readonly id: number
  readonly at: string
  readonly text: string
  /** The text without styles, in which is searched. */
  readonly plain: string
  /** Id of the node that wrote it. */
  readonly source: string
  readonly isError: boolean
}

/** Lines of several logs, merged by their times; of more than it may hold, the oldest go. */
export interface LogBook {
  readonly lines: () => readonly LogLine[]
  /** How many lines went, because there were too many. */
  readonly gone: () => number
  add(source: string, isError: boolean, lines: readonly RawLine[]): void
  clear(): void
}

/** @param most lines that are held */
export function createLogBook(most: number): LogBook {
  let lines: LogLine[] = []
  let gone = 0
  let added = 0
  return {
    lines: () => lines,
    gone: () => gone,
    add(source, isError, raw) {
      const fresh = raw.map(({ at, text }): LogLine => {
        added += 1
        return { id: added, at, text, plain: plainText(text), source, isError }
      })
      lines = merge(lines, fresh)
      if (lines.length > most) {
        gone += lines.length - most
        lines = lines.slice(-most)
      }
    },
    clear() {
      lines = []
      gone = 0
    },
  }
}

/** Merges lines, of which those that come last have been there first when the times are equal. */
function merge(held: LogLine[], fresh: LogLine[]): LogLine[] {
  const [first] = fresh
  if (!first) return held
  let start = held.length
  while (start > 0 && (held[start - 1]?.at ?? '') > first.at) start -= 1
  const late = held.slice(start)
  if (late.length === 0 && isSorted(fresh)) return held.concat(fresh)
  const mixed = [...late, ...fresh].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const before = held.slice(0, start)
  const [firstMixed] = mixed
  // The fresh lines were not in order among themselves: some may belong before.
  if (firstMixed && (before.at(-1)?.at ?? '') > firstMixed.at) return merge(before, mixed)
  return before.concat(mixed)
}

const isSorted = (lines: readonly LogLine[]): boolean =>
  lines.every(({ at }, index) => index === 0 || (lines[index - 1]?.at ?? '') <= at)
