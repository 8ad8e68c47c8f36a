import type { CompletionDocument, CompletionItem } from '../../../api/types.ts'
import { conditions } from '../language/ast.ts'
import { canonicalField, fieldOf, fields, isNumeric, specialFields } from '../language/fields.ts'
import { tokensOf } from '../language/lex.ts'
import { fold, literal } from '../language/pattern.ts'
import { printPattern } from '../language/print.ts'
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
  const last = tokensOf(text.slice(0, place), true).at(-1)
  const to = place + text.slice(place).search(/[\s()|]|$/)
  const isAtWord = last !== undefined && last.to === place
  if (!isAtWord || (last.kind !== 'word' && SIGNS.test(text.slice(last.from, place))))
    return { from: place, to, items: termItems('', vocabulary) }
  const word = last.kind === 'word' ? last.words.at(-1) : undefined
  if (word?.field === undefined)
    return {
      from: word?.from ?? last.from,
      to,
      items: termItems(text.slice(word?.from ?? last.from, place), vocabulary),
    }
  const { name, value, valueFrom } = word.field
  return { from: valueFrom, to, items: valueItems(name, value.pieces.join('*'), vocabulary) }
}

const termItems = (typed: string, vocabulary: Vocabulary): CompletionItem[] => {
  const word = fold(typed)
  const named = fieldItems(word, vocabulary)
  if (word === '') return named.slice(0, MAX_ITEMS)
  const keywords: CompletionItem[] = ['and', 'or', 'not']
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
