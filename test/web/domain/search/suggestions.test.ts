import { describe, expect, it } from 'vitest'
import type { CompletionItem, SearchDocument } from '../../../../src/api/types.ts'
import { completed, marked, suggestionList } from '../../../../web/domain/search/suggestions.ts'

const item = (text: string, kind: CompletionItem['kind'] = 'field', detail = ''): CompletionItem => ({
  text,
  kind,
  detail,
})
const match = (view: string, id: string): SearchDocument['matches'][number] => ({
  view,
  id,
  label: id,
  labelMinor: '',
  field: 'name',
  fieldLabel: 'Name',
  text: id,
  ranges: [],
})
const results: SearchDocument = {
  query: 'x',
  views: [
    { id: 'processes', name: 'Processes', matched: 5, total: 9 },
    { id: 'containers', name: 'Containers', matched: 2, total: 4 },
    { id: 'hosts', name: 'Hosts', matched: 0, total: 1 },
  ],
  matches: [
    match('processes', 'p1'),
    match('processes', 'p2'),
    match('containers', 'c1'),
    match('containers', 'c2'),
  ],
}
const limits = { completions: 2, matches: 3 }

describe('suggestionList', () => {
  it('has what is found in the view that is shown first, and all that can be chosen in order', () => {
    const completion = { from: 0, to: 1, items: [item('image:'), item('ip:'), item('is:')] }
    const list = suggestionList('i', completion, results, 'containers', limits)
    expect(list.completions.map(({ text }) => text)).toEqual(['image:', 'ip:'])
    expect(list.groups.map(({ view, matches }) => [view, matches.map(({ id }) => id)])).toEqual([
      ['containers', ['c1', 'c2']],
      ['processes', ['p1']],
    ])
    expect(list.all).toHaveLength(5)
  })

  it('offers neither names of nodes nor what is there already', () => {
    const completion = {
      from: 0,
      to: 3,
      items: [item('web', 'value', 'name'), item('or', 'keyword'), item('web')],
    }
    expect(suggestionList('web', completion, undefined, undefined, limits).all).toEqual([
      { kind: 'completion', item: item('or', 'keyword') },
    ])
  })
})

describe('completed', () => {
  it.each<[string, number, number, CompletionItem, string]>([
    ['im', 0, 2, item('image:'), 'image:|'],
    ['image:ng', 6, 8, item('nginx', 'value'), 'image:nginx |'],
    ['image:ng cpu>2', 6, 8, item('nginx', 'value'), 'image:nginx| cpu>2'],
    ['a o', 2, 3, item('or', 'keyword'), 'a or |'],
    ['(image:ng)', 7, 9, item('nginx', 'value'), '(image:nginx|)'],
    ['image:ng|cart', 6, 8, item('nginx', 'value'), 'image:nginx||cart'],
  ])('%s', (text, from, to, chosen, expected) => {
    const next = completed(text, { from, to }, chosen)
    expect(`${next.text.slice(0, next.at)}|${next.text.slice(next.at)}`).toBe(expected)
  })
})

it('marks ranges of a text', () => {
  const words = (...ranges: { from: number; to: number }[]) =>
    marked('abcdef', ranges)
      .map(({ text, mark }) => (mark ? `[${text}]` : text))
      .join('')
  expect(words()).toBe('abcdef')
  expect(words({ from: 0, to: 2 }, { from: 4, to: 6 })).toBe('[ab]cd[ef]')
})
