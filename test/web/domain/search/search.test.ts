import { describe, expect, it } from 'vitest'
import {
  answerOf,
  askedQuery,
  errorPlace,
  filterParts,
  foundWith,
  narrowed,
  narrowest,
  onlyMatches,
  readQuery,
  withoutLastTerm,
} from '../../../../web/domain/search/search.ts'

const queryOf = (text: string) => {
  const read = readQuery(text)
  if (read.kind !== 'query') throw new Error(`${text} is no query`)
  return read.query
}

describe('only what matches', () => {
  it('is what is typed, within the filter; and back, what is filtered is typed', () => {
    const read = readQuery
    expect(onlyMatches(read('redis'), read(''))).toEqual({ filter: 'redis', typed: '' })
    expect(onlyMatches(read('redis'), read('shop'))).toEqual({ filter: 'shop redis', typed: '' })
    expect(onlyMatches(read(''), read('shop'))).toEqual({ filter: '', typed: 'shop' })
    expect(onlyMatches(read(''), read(''))).toBeUndefined()
    expect(onlyMatches(read('('), read('shop'))).toBeUndefined()
  })
})

describe('narrowest', () => {
  it.each([
    ['redis', '', 'redis'],
    ['redis', 'shop', 'shop redis'],
    ['redis or web', 'shop', 'shop (redis or web)'],
    ['redis', '(', 'redis'],
    ['', 'shop', undefined],
    ['(', 'shop', undefined],
  ])('of %j typed within %j is %j', (typed, filter, query) =>
    expect(narrowest(readQuery(typed), readQuery(filter))).toBe(query),
  )
})

describe('answerOf', () => {
  const answered = { text: 'shop', matched: 1, hidden: 2 }
  it('is what was answered of this filter, not of the one before', () => {
    expect(answerOf(readQuery('shop'), answered)).toBe(answered)
    expect(answerOf(readQuery('shop redis'), answered)).toBeUndefined()
    expect(answerOf(readQuery(''), answered)).toBeUndefined()
    expect(answerOf(readQuery('('), answered)).toBeUndefined()
    expect(answerOf(readQuery('shop'), undefined)).toBeUndefined()
  })
})

describe('readQuery', () => {
  it.each(['', '   '])('takes %j for no query at all', (text) =>
    expect(readQuery(text)).toEqual({ kind: 'empty' }),
  )

  it.each([
    ['a (', ['a (', '', '']],
    ['a ) b', ['a ', ')', ' b']],
    ['cpu>x', ['cpu>', 'x', '']],
  ])('splits %j where it is no query', (text, [before, at, after]) => {
    const read = readQuery(text)
    expect(read.kind === 'error' && errorPlace(read)).toEqual({ before, at, after })
  })
})

describe('a filter', () => {
  it('falls into parts that can be taken away', () => {
    expect(filterParts(queryOf('image:nginx (a or b) -is:paused'))).toEqual([
      { id: 'image:nginx 0', text: 'image:nginx', rest: '(a or b) -is:paused' },
      { id: 'a or b 0', text: 'a or b', rest: 'image:nginx -is:paused' },
      { id: '-is:paused 0', text: '-is:paused', rest: 'image:nginx (a or b)' },
    ])
    expect(filterParts(queryOf('a or b'))).toEqual([{ id: 'a or b 0', text: 'a or b', rest: '' }])
  })

  it('has parts that can be told apart, also those of the same text', () => {
    expect(filterParts(queryOf('a b a')).map(({ id, rest }) => [id, rest])).toEqual([
      ['a 0', 'b a'],
      ['b 0', 'a a'],
      ['a 1', 'a b'],
    ])
  })

  it.each([
    ['image:nginx (a or b) -is:paused', 'image:nginx (a or b)', 'Removed the filter -is:paused, 2 left.'],
    ['image:nginx (a or b)', 'image:nginx', 'Removed the filter a or b, 1 left.'],
    ['a a', 'a', 'Removed the filter a, 1 left.'],
    ['a or b', '', 'Removed the filter a or b, none is left.'],
    ['cpu>x', '', 'Removed the filter cpu>x, none is left.'],
  ])('loses the last of its terms: %s', (filter, rest, words) =>
    expect(withoutLastTerm(readQuery(filter))).toEqual({ rest, words }),
  )

  it('has no last term where there is none', () => {
    expect(withoutLastTerm(readQuery(' '))).toBeUndefined()
  })

  it('is narrowed by another', () => {
    expect(narrowed(undefined, queryOf('mem>1g'))).toBe('mem>1g')
    expect(narrowed(queryOf('a or b'), queryOf('c d'))).toBe('(a or b) c d')
  })
})

describe('what the app is asked for', () => {
  it.each([
    ['nothing, without text and filter', '', '', undefined],
    ['what is typed', 'web', '', 'web'],
    ['the filter, when nothing is typed', ' ', 'host:a', 'host:a'],
    ['what is typed within the filter', 'web', 'host:a', 'host:a web'],
    ['the filter alone, while what is typed is no query', 'web (', 'host:a', 'host:a'],
    ['what is typed, when the filter is no query', 'web', 'host:a (', 'web'],
    ['nothing, when neither is a query', '(', '(', undefined],
  ])('is %s', (_, typed, filter, asked) =>
    expect(askedQuery(readQuery(typed), readQuery(filter))).toBe(asked),
  )

  it('is added to what the page finds', () => {
    const here = { nodes: new Set(['a']), edges: new Set(['a>b']) }
    expect(foundWith(here, undefined)).toBe(here)
    expect(foundWith(here, { nodes: { a: 1, group: 1 }, edges: { 'a>c': 1 } })).toEqual({
      nodes: new Set(['a', 'group']),
      edges: new Set(['a>b', 'a>c']),
    })
  })
})
