import type { Pattern } from './pattern.ts'
import { QueryError } from './query-error.ts'

/** A part of a word that is either all in quotes or all outside of them. */
export interface Run {
  readonly text: string
  readonly quoted: boolean
}

export const isSpace = (char: string): boolean => char.trim() === ''

export const isParenthesis = (char: string): char is '(' | ')' => char === '(' || char === ')'

/** The position after any spaces that start at `from`. */
export const afterSpaces = (text: string, from: number): number => {
  let at = from
  while (at < text.length && isSpace(text[at] ?? '')) at++
  return at
}

/** Alternative runs for the same position, and where they end. */
export interface RunsRead {
  readonly runs: readonly Run[]
  readonly to: number
}

/**
 * Reads the next part of a word: characters up to a space, quote, parenthesis or `|`; a quoted text; or alternatives
 * in parentheses, as in `api(v1|v2)`.
 *
 * @param unfinished whether a quote that is not closed extends to the end of the text
 * @returns undefined when there is no part of a word at this position
 * @throws {QueryError} when a quote is not closed
 */
export const runsAt = (text: string, at: number, unfinished: boolean): RunsRead | undefined => {
  const char = text[at]
  if (char === undefined || isSpace(char) || char === '|' || char === ')') return undefined
  if (char === '"') return quotedAt(text, at, unfinished)
  return char === '(' ? alternativesAt(text, at) : bareAt(text, at)
}

/** Makes a pattern. Stars outside of quotes are wildcards, and several in a row count as one. */
export const patternOf = (runs: readonly Run[]): Pattern => {
  const pieces = ['']
  for (const { text, quoted } of runs) {
    const [first = '', ...more] = quoted ? [text] : text.split('*')
    pieces[pieces.length - 1] += first
    pieces.push(...more)
  }
  const last = pieces.length - 1
  return { pieces: pieces.filter((piece, i) => piece !== '' || i === 0 || i === last) }
}

const bareAt = (text: string, from: number): RunsRead => {
  const length = text.slice(from).search(/[\s"()|]|$/)
  return { runs: [{ text: text.slice(from, from + length), quoted: false }], to: from + length }
}

const ALTERNATIVES = /\(([^\s"()|]+(?:\|[^\s"()|]+)+)\)/y

const alternativesAt = (text: string, from: number): RunsRead | undefined => {
  ALTERNATIVES.lastIndex = from
  const inside = ALTERNATIVES.exec(text)?.[1]
  if (inside === undefined) return undefined
  const runs = inside.split('|').map((one): Run => ({ text: one, quoted: false }))
  return { runs, to: from + inside.length + 2 }
}

const quotedAt = (text: string, from: number, unfinished: boolean): RunsRead => {
  let read = ''
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? ''
    const next = text[at + 1]
    if (char === '"') return { runs: [{ text: read, quoted: true }], to: at + 1 }
    if (char === '\\' && (next === '"' || next === '\\')) {
      read += next
      at++
    } else read += char
  }
  if (unfinished) return { runs: [{ text: read, quoted: true }], to: text.length }
  throw new QueryError(text.length, `a closing quote for the one at character ${from + 1}`)
}
