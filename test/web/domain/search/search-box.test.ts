import { describe, expect, it } from 'vitest'
import { escapeCloses, stepRound, tabTakes } from '../../../../web/domain/search/search-box.ts'
import type { Suggestion } from '../../../../web/domain/search/suggestions.ts'

const field = (text: string): Suggestion => ({
  kind: 'completion',
  item: { text, kind: 'field', detail: '' },
})
const match: Suggestion = {
  kind: 'match',
  match: {
    ...{ view: 'hosts', id: 'alpha', label: 'alpha', labelMinor: '' },
    ...{ field: 'name', fieldLabel: 'Name', text: 'alpha', ranges: [] },
  },
}
const [image, ip] = [field('image:'), field('ip:')]
const all = [image, ip, match]

describe('Tab', () => {
  it.each<[string, Parameters<typeof tabTakes>, Suggestion | undefined]>([
    ['takes the first completion', ['i', all, -1], image],
    ['takes the first completion after matches', ['i', [match, ip], -1], ip],
    ['takes the completion that was gone to', ['i', all, 1], ip],
    ['leaves a match that was gone to', ['i', all, 2], undefined],
    ['leaves the box where nothing completes', ['i', [match], -1], undefined],
    ['leaves an empty box', ['', all, -1], undefined],
    ['takes what was gone to, also of an empty box', ['', all, 0], image],
    ['leaves a box whose list is closed', ['i', [], 1], undefined],
  ])('%s', (_, [text, shown, at], taken) => expect(tabTakes(text, shown, at)).toBe(taken))
})

describe('Escape', () => {
  it.each<[string, Parameters<typeof escapeCloses>, boolean]>([
    ['closes the list', ['i', true, 3], true],
    ['closes the list of an empty box', ['', true, 3], true],
    ['closes what is said where nothing is found', ['i', true, 0], true],
    ['leaves an empty box that has no list', ['', true, 0], false],
    ['leaves a box whose list is closed', ['i', false, 3], false],
  ])('%s', (_, [text, isOpen, listed], closes) => expect(escapeCloses(text, isOpen, listed)).toBe(closes))
})

describe('an arrow key', () => {
  it.each([
    ['down from no place to the first', -1, 1, 3, 0],
    ['up from no place to the last', -1, -1, 3, 2],
    ['down to the next', 0, 1, 3, 1],
    ['up to the one before', 2, -1, 3, 1],
    ['down from the last to the first', 2, 1, 3, 0],
    ['up from the first to the last', 0, -1, 3, 2],
    ['to the only one, whichever way', 0, -1, 1, 0],
    ['nowhere in an empty list', -1, 1, 0, undefined],
  ] as const)('goes %s', (_, at, by, length, to) => expect(stepRound(at, by, length)).toBe(to))
})
