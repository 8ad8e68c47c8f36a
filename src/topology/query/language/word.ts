import { isFieldName } from './fields.ts'
import type { Pattern } from './pattern.ts'
import { QueryError } from './query-error.ts'
import { afterSpaces, isParenthesis, isSpace, patternOf, type Run, runsAt } from './runs.ts'

/** The operators between a field and its value. */
export type Operator = '!=' | '>=' | '<=' | '>' | '<' | '=' | ':'

/**
 * A plain text, or a field with its operator and value. Offsets are in UTF-16 code units of the query, `to`
 * exclusive.
 */
export interface Word {
  readonly from: number
  readonly to: number
  /** The whole word as text, without spaces around an operator. */
  readonly pattern: Pattern
  readonly field?: {
    readonly name: string
    readonly operator: Operator
    readonly value: Pattern
    /** Position of the value. */
    readonly valueFrom: number
  }
}

/** The alternatives of a word: several for `a|b`, `name:a|b` and `api(v1|v2)`, else one. */
export type Alternatives = readonly [Word, ...Word[]]

/** The most alternatives that one word may have. */
const MAX_ALTERNATIVES = 64

/**
 * Reads the word that starts at a position of a query.
 *
 * @param unfinished true while the user is typing and more may follow
 * @returns the keyword if the word is one, else its alternatives
 * @throws {QueryError} when a quote is not closed, or there are too many alternatives
 */
export const wordAt = (
  text: string,
  from: number,
  unfinished: boolean,
): { readonly keyword: 'and' | 'or' | 'not'; readonly to: number } | Alternatives => {
  const words: Word[] = []
  for (let at = from; ; ) {
    const head = headOf(text, at, unfinished, words[0])
    const read = branchesAt(text, head?.valueFrom ?? at, head !== undefined, unfinished)
    const [runs = []] = read.branches
    const only = runs.length === 1 && read.branches.length === 1 ? runs[0] : undefined
    const keyword = head === undefined && words.length === 0 && only?.quoted === false && keywordOf(only.text)
    if (keyword) return { keyword, to: read.to }
    words.push(...read.branches.map((one) => wordOf(at, read.to, head, one)))
    if (words.length > MAX_ALTERNATIVES) throw tooMany(from)
    if (!isTight(text, read.to)) break
    at = read.to + 1
  }
  const [first, ...others] = words
  if (first === undefined) throw new QueryError(from, 'a text or field:value')
  return [first, ...others]
}

const tooMany = (from: number): QueryError =>
  new QueryError(from, `at most ${MAX_ALTERNATIVES} alternatives in a word`)

/** Whether the `|` at this position separates alternatives of one word. With a space beside it, it means `or`. */
const isTight = (text: string, at: number): boolean => {
  const next = text[at + 1]
  return text[at] === '|' && next !== undefined && next !== '|' && !isSpace(next) && !isParenthesis(next)
}

const keywordOf = (text: string): 'and' | 'or' | 'not' | undefined => {
  const word = text.toLowerCase()
  return word === 'and' || word === 'or' || word === 'not' ? word : undefined
}

/** A field name and operator, and where the value starts. */
interface Head {
  readonly name: string
  readonly operator: Operator
  readonly valueFrom: number
}

const HEAD = /([\p{L}_][\p{L}\p{N}_./-]*)(\s*)(!=|>=|<=|>|<|=|:)/uy

const headAt = (text: string, at: number): (Head & { readonly gap: string }) | undefined => {
  HEAD.lastIndex = at
  const found = HEAD.exec(text)
  if (found?.index !== at) return undefined
  const [whole, name = '', gap = '', operator] = found
  return { name, gap, operator: operator as Operator, valueFrom: at + whole.length }
}

const isKnownAt = (text: string, at: number): boolean => {
  const head = headAt(text, at)
  return head?.gap === '' && isFieldName(head.name)
}

/**
 * @param first the first alternative of the word: the following ones are values of its field, unless they name
 *   another known field
 */
const headOf = (text: string, at: number, unfinished: boolean, first: Word | undefined): Head | undefined => {
  if (first?.field && !isKnownAt(text, at)) return { ...first.field, valueFrom: at }
  const head = headAt(text, at)
  if (head === undefined || (first !== undefined && head.gap !== '')) return undefined
  const { name, gap, operator, valueFrom } = head
  const afterGap = afterSpaces(text, valueFrom)
  if (gap !== '' && !mayBeApart(name, operator, text.slice(valueFrom))) return undefined
  if (afterGap === valueFrom || first !== undefined) return { name, operator, valueFrom }
  const isValue = afterGap === text.length ? unfinished : isValueAt(text, afterGap)
  return { name, operator, valueFrom: isValue ? afterGap : valueFrom }
}

/**
 * Whether a name and an operator with spaces between them form a field: `cpu > 2` does, while `web :8080` is two
 * texts.
 */
const mayBeApart = (name: string, operator: Operator, rest: string): boolean => {
  if (keywordOf(name) !== undefined) return false
  if (operator === ':') return /^\s/.test(rest)
  return isFieldName(name) || operator === '=' || operator === '!=' || /^\s*-?\d/.test(rest)
}

/** Whether the text after an operator and spaces is its value, rather than another term of the query. */
const isValueAt = (text: string, at: number): boolean => {
  if (isParenthesis(text[at] ?? '(') || text[at] === '|' || isKnownAt(text, at)) return false
  return !/^(?:and|or|not)(?![^\s()])/i.test(text.slice(at))
}

/** @param mayBegin whether alternatives in parentheses are allowed at the start */
const branchesAt = (
  text: string,
  from: number,
  mayBegin: boolean,
  unfinished: boolean,
): { readonly branches: readonly (readonly Run[])[]; readonly to: number } => {
  let branches: readonly (readonly Run[])[] = [[]]
  let at = from
  for (;;) {
    const read = at === from && !mayBegin && text[at] === '(' ? undefined : runsAt(text, at, unfinished)
    if (read === undefined) return { branches, to: at }
    branches = branches.flatMap((one) => read.runs.map((run) => [...one, run]))
    if (branches.length > MAX_ALTERNATIVES) throw tooMany(from)
    at = read.to
  }
}

const wordOf = (from: number, to: number, head: Head | undefined, runs: readonly Run[]): Word => {
  if (head === undefined) return { from, to, pattern: patternOf(runs) }
  const { name, operator, valueFrom } = head
  return {
    from,
    to,
    pattern: patternOf([{ text: `${name}${operator}`, quoted: false }, ...runs]),
    field: { name, operator, value: patternOf(runs), valueFrom },
  }
}
