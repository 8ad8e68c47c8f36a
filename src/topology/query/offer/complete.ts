import type { CompletionDocument, CompletionItem } from '../../../api/types.ts'
import { conditions } from '../language/ast.ts'
import { canonicalField, fieldOf, fields, isNumeric, specialFields } from '../language/fields.ts'
import { type Token, tokensOf } from '../language/lex.ts'
import { fold, literal } from '../language/pattern.ts'
import { printPattern } from '../language/print.ts'
import { QueryError } from '../language/query-error.ts'
import type { Vocabulary } from './vocabulary.ts'

/** The most completions offered. */
const MAX_ITEMS = 20

/** Tokens after which a new term begins. */
const SIGNS = /^(?:[()-]|\|+|not)$/i

/**
 * Completions at a position of a query: fields, operators and words where a term begins, and values after an
 * operator. The query need not be valid yet.
 *
 * @param at position in UTF-16 code units; limited to the length of the text
 */
export const complete = (text: string, at: number, vocabulary: Vocabulary): CompletionDocument => {
  const place = Math.max(0, Math.min(at, text.length))
  const tokens = tokensBefore(text, place)
  if (tokens === undefined) return { from: place, to: place, items: [] }
  const [before, last] = [undefined, undefined, ...tokens].slice(-2)
  const isAtWord = last !== undefined && last.to === place
  if (!isAtWord || (last.kind !== 'word' && SIGNS.test(text.slice(last.from, place))))
    return { from: place, to: endOfWord(text, place, place), items: termItems('', [], vocabulary) }
  const to = endOfWord(text, last.from, place)
  const word = last.kind === 'word' ? last.words.at(-1) : undefined
  const from = word?.from ?? last.from
  if (word?.field === undefined) {
    const keywords = from > last.from ? [] : before && joins(before) ? ['and', 'or', 'not'] : ['not']
    return { from, to, items: termItems(text.slice(from, place), keywords, vocabulary) }
  }
  const { name, value, valueFrom } = word.field
  return { from: valueFrom, to, items: valueItems(name, value.pieces.join('*'), vocabulary) }
}

/** The tokens before a place; undefined where they can be those of no query, whatever follows. */
const tokensBefore = (text: string, place: number): readonly Token[] | undefined => {
  try {
    return tokensOf(text.slice(0, place), true)
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

/** Whether `and` or `or` can stand after a token. */
const joins = ({ kind }: Token): boolean => kind === 'word' || kind === ')'

const QUOTED = /"(?:\\["\\]|(?!\\["\\])[^"])*"/y

/**
 * Where the word ends that a place of a text is in. Spaces in quotes are a part of it; but where a quote is not closed, it is the one that is
 * being typed, and what comes after it is not meant to be in it.
 *
 * @param from where a token begins, at the place or before it
 */
const endOfWord = (text: string, from: number, place: number): number => {
  const bare = place + text.slice(place).search(/[\s()|]|$/)
  let to: number | undefined
  for (let at = from; at < text.length; ) {
    QUOTED.lastIndex = at
    const [quoted] = QUOTED.exec(text) ?? []
    const char = text[at] ?? ''
    if (quoted === undefined && char === '"') return bare
    if (quoted === undefined && at >= place && /[\s()|]/.test(char)) to ??= at
    at += quoted?.length ?? 1
  }
  return to ?? text.length
}

/** @param possible the keywords that can stand here */
const termItems = (typed: string, possible: readonly string[], vocabulary: Vocabulary): CompletionItem[] => {
  const word = fold(typed)
  const named = fieldItems(word, vocabulary)
  if (word === '') return named.slice(0, MAX_ITEMS)
  const keywords: CompletionItem[] = possible
    .filter((keyword) => keyword.startsWith(word) && keyword !== word)
    .map((keyword) => ({ text: keyword, kind: 'keyword', detail: '' }))
  const plain = typed.replaceAll('"', '')
  const names = ranked(vocabulary.values('name'), plain).map(
    ([name, count]): CompletionItem => ({ text: asTerm(name), kind: 'value', detail: 'name', count }),
  )
  return [...operatorItems(word), ...named, ...keywords, ...names].slice(0, MAX_ITEMS)
}

/** A name as a term of plain text; printed as `name:…` where it would be read as something else. */
const asTerm = (name: string): string => {
  const printed = printPattern(literal(name))
  const [token] = tokensOf(printed)
  return token?.kind === 'word' && token.words[0].field === undefined ? printed : `name:${printed}`
}

const fieldItems = (word: string, vocabulary: Vocabulary): CompletionItem[] => {
  const below = (['label', 'env'] as const).filter((family) => word.startsWith(`${family}.`))
  const members = below.flatMap((family) =>
    ranked(vocabulary.names(family), word.slice(family.length + 1)).map(
      ([name, count]): CompletionItem => ({ text: `${family}.${name}:`, kind: 'field', detail: '', count }),
    ),
  )
  const special = specialFields
    .filter(({ name }) => name.startsWith(word))
    .map(({ name, about }): CompletionItem => ({ text: `${name}:`, kind: 'field', detail: about }))
  const known = fields
    .filter(({ name, aliases }) => [name, ...aliases].some((one) => one.startsWith(word) && one !== word))
    .map(({ name, type, about, of }): CompletionItem => {
      const operator = isNumeric(type) && of !== 'both' ? '>' : ':'
      return { text: `${name}${operator}`, kind: 'field', detail: about }
    })
  const first = known.slice(0, 8)
  return [...members, ...(word === '' ? [...first, ...special, ...known.slice(8)] : [...special, ...known])]
}

/** Operators offered after the complete name of a field. */
const operatorItems = (word: string): CompletionItem[] => {
  const known = fieldOf(word)
  if (known === undefined || word.endsWith('.')) return []
  const name = canonicalField(word) ?? word
  const ways: readonly (readonly [operator: string, detail: string])[] = isNumeric(known.type)
    ? [
        ['>', 'more than'],
        ['<', 'less than'],
        ['=', 'exactly'],
        ['!=', 'not'],
      ]
    : known.type === 'words'
      ? [[':', 'is']]
      : [
          [':', known.type === 'listener' ? 'is' : 'contains'],
          ['=', 'is'],
          ['!=', 'is not'],
        ]
  return ways.map(([operator, detail]) => ({
    text: `${name}${operator}`,
    kind: 'operator',
    detail: operator === ':' ? `${known.about} ${detail}` : detail,
  }))
}

const valueItems = (name: string, typed: string, vocabulary: Vocabulary): CompletionItem[] => {
  const words =
    name.toLowerCase() === 'is'
      ? conditions
      : name.toLowerCase() === 'external'
        ? ['true', 'false']
        : [...new Set(fieldOf(name)?.words?.values())]
  if (words.length > 0)
    return words
      .filter((word) => word.startsWith(fold(typed)))
      .map((word) => ({ text: word, kind: 'value', detail: '' }))
  const field = canonicalField(name)
  if (field === undefined) return []
  return ranked(vocabulary.values(field), typed)
    .slice(0, MAX_ITEMS)
    .map(([value, count]) => ({ text: printPattern(literal(value)), kind: 'value', detail: '', count }))
}

/** The values that contain the typed text: those that start with it first, then the most frequent. */
const ranked = (values: ReadonlyMap<string, number>, typed: string): (readonly [string, number])[] => {
  const word = fold(typed)
  return [...values]
    .map(([value, count]) => ({ value, count, found: fold(value).indexOf(word) }))
    .filter(({ found }) => found >= 0)
    .sort(
      (a, b) => Math.sign(a.found) - Math.sign(b.found) || b.count - a.count || (a.value < b.value ? -1 : 1),
    )
    .map(({ value, count }) => [value, count] as const)
}
