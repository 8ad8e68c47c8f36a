import { describe, expect, it } from 'vitest'
import {
  backspaceWidens,
  escapeCloses,
  stepRound,
  tabTakes,
} from '../../../../web/domain/search/search-box.ts'
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

describe('Backspace', () => {
  const start = { start: 0, end: 0 }
  it.each<[string, Parameters<typeof backspaceWidens>, boolean]>([
    ['removes a term where nothing is typed', ['', start, -1, false], true],
    ['removes none before something that is typed', ['redis', start, -1, false], false],
    ['removes none after something that is typed', ['redis', { start: 5, end: 5 }, -1, false], false],
    ['removes none after blanks, which it deletes', ['  ', { start: 2, end: 2 }, -1, false], false],
    [
      'removes none while all blanks are selected, which it deletes',
      ['  ', { start: 0, end: 2 }, -1, false],
      false,
    ],
    ['removes a term before blanks', ['  ', start, -1, false], true],
    ['removes none while something in the list is chosen', ['', start, 0, false], false],
    ['removes none while it is held', ['', start, -1, true], false],
  ])('%s', (_, [text, selection, at, isRepeated], widens) =>
    expect(backspaceWidens(text, selection, at, isRepeated)).toBe(widens),
  )
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
