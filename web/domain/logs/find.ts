import { styledParts } from './ansi.ts'
import type { LogLine } from './log-book.ts'

/** What of the lines is shown. */
export interface LogFilter {
  /** What is looked for, whatever its case; empty for nothing. */
  readonly text: string
  readonly onlyMatching: boolean
  readonly streams: 'both' | 'out' | 'err'
  /** Ids of nodes whose lines are left out. */
  readonly hidden: ReadonlySet<string>
}

/** Whether a line has what is looked for in it. @param needle in lower case */
export function isMatch(line: LogLine, needle: string): boolean {
  return needle !== '' && line.plain.toLowerCase().includes(needle)
}

/** The lines that a filter leaves. */
export function filterLines(lines: readonly LogLine[], filter: LogFilter): readonly LogLine[] {
  const needle = filter.text.toLowerCase()
  const isAll = filter.streams === 'both' && filter.hidden.size === 0
  if (isAll && !(filter.onlyMatching && needle)) return lines
  return lines.filter(
    (line) =>
      (filter.streams === 'both' || line.isError === (filter.streams === 'err')) &&
      !filter.hidden.has(line.source) &&
      (!(filter.onlyMatching && needle) || isMatch(line, needle)),
  )
}

/** A part of a line as it is drawn. */
export interface Span {
  readonly text: string
  readonly style: string
  /** It is what is looked for. */
  readonly isHit: boolean
}

/** The parts of a line, in their styles, with what is looked for marked. */
export function spansOf(line: LogLine, text: string): readonly Span[] {
  const needle = text.toLowerCase()
  const lower = line.plain.toLowerCase()
  const hits: number[] = []
  // Some letters become two in lower case; offsets then do not fit, so nothing is marked.
  if (needle !== '' && lower.length === line.plain.length)
    for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + needle.length))
      hits.push(at)
  const spans: Span[] = []
  let offset = 0
  let hit = 0
  for (const part of styledParts(line.text)) {
    const end = offset + part.text.length
    while (offset < end) {
      while (hit < hits.length && (hits[hit] ?? 0) + needle.length <= offset) hit += 1
      const start = hits[hit] ?? Number.POSITIVE_INFINITY
      const isHit = start <= offset
      const until = Math.min(end, isHit ? start + needle.length : start)
      const from = offset - (end - part.text.length)
      spans.push({ text: part.text.slice(from, from + until - offset), style: part.style, isHit })
      offset = until
    }
  }
  return spans
}
