import type { Pattern } from './pattern.ts'
import { QueryError } from './query-error.ts'

/** What can stand between a field and its value. Longer ones first, as they are looked for. */
export const operators = ['!=', '>=', '<=', '>', '<', '=', ':'] as const

export type Operator = (typeof operators)[number]

/** A piece of the text of a query. Offsets are UTF-16 units, `to` exclusive. */
export type Token = { readonly from: number; readonly to: number } & (
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' }
  | WordToken
)

/** Anything else: a text, or a field with operator and value. */
export interface WordToken {
  readonly kind: 'word'
  /** All of it, as a text. */
  readonly pattern: Pattern
  readonly field?: {
    readonly name: string
    readonly operator: Operator
    readonly value: Pattern
    /** Where the value begins. */
    readonly valueFrom: number
  }
}

const isSpace = (char: string): boolean => char.trim() === ''
const isParenthesis = (char: string): char is '(' | ')' => char === '(' || char === ')'
const NAME = /^[\p{L}_][\p{L}\p{N}_./-]*$/u

/**
 * Cuts the text of a query into tokens.
 *
 * @param unfinished more may be typed at the end: a quote that is not closed there reaches as far
 * @throws {QueryError} when a quote is not closed
 */
export const tokensOf = (text: string, unfinished = false): Token[] => {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    if (isSpace(char)) at++
    else if (isParenthesis(char)) tokens.push({ kind: char, from: at, to: ++at })
    else if (char === '-') tokens.push({ kind: 'not', from: at, to: ++at })
    else {
      const token = wordAt(text, at, unfinished)
      tokens.push(token)
      at = token.to
    }
  }
  return tokens
}

/** A run of letters within a word, quoted or not. */
interface Run {
  readonly text: string
  readonly quoted: boolean
}

const wordAt = (text: string, from: number, unfinished: boolean): Token => {
  const runs: Run[] = []
  let at = from
  while (at < text.length) {
    const char = text[at] ?? ''
    if (isSpace(char) || isParenthesis(char)) break
    const read = char === '"' ? quotedAt(text, at, unfinished) : bareAt(text, at)
    runs.push(read.run)
    at = read.to
  }
  const place = { from, to: at }
  const [first] = runs
  if (first !== undefined && runs.length === 1 && !first.quoted) {
    const keyword = first.text.toLowerCase()
    if (keyword === 'and' || keyword === 'or' || keyword === 'not') return { kind: keyword, ...place }
  }
  const split = first && !first.quoted ? fieldIn(first.text) : undefined
  if (first === undefined || split === undefined) return { kind: 'word', pattern: patternOf(runs), ...place }
  const { name, operator } = split
  const begun = name.length + operator.length
  const value = patternOf([{ text: first.text.slice(begun), quoted: false }, ...runs.slice(1)])
  const field = { name, operator, value, valueFrom: from + begun }
  return { kind: 'word', pattern: patternOf(runs), field, ...place }
}

const bareAt = (text: string, from: number): { run: Run; to: number } => {
  let to = from
  for (; to < text.length; to++) {
    const char = text[to] ?? ''
    if (char === '"' || isSpace(char) || isParenthesis(char)) break
  }
  return { run: { text: text.slice(from, to), quoted: false }, to }
}

const quotedAt = (text: string, from: number, unfinished: boolean): { run: Run; to: number } => {
  let read = ''
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? ''
    const next = text[at + 1]
    if (char === '"') return { run: { text: read, quoted: true }, to: at + 1 }
    if (char === '\\' && (next === '"' || next === '\\')) {
      read += next
      at++
    } else read += char
  }
  if (unfinished) return { run: { text: read, quoted: true }, to: text.length }
  throw new QueryError(text.length, `a closing quote for the one at character ${from + 1}`)
}

const fieldIn = (word: string): { name: string; operator: Operator } | undefined => {
  const end = word.search(/[:=<>!]/)
  const operator = operators.find((one) => word.startsWith(one, end))
  if (end < 1 || operator === undefined) return undefined
  const name = word.slice(0, end)
  return NAME.test(name) ? { name, operator } : undefined
}

/** Stars outside quotes are wildcards; one beside another adds nothing. */
const patternOf = (runs: readonly Run[]): Pattern => {
  const pieces = ['']
  for (const { text, quoted } of runs) {
    const [first = '', ...more] = quoted ? [text] : text.split('*')
    pieces[pieces.length - 1] += first
    pieces.push(...more)
  }
  const last = pieces.length - 1
  return { pieces: pieces.filter((piece, i) => piece !== '' || i === 0 || i === last) }
}
