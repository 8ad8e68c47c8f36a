import { expect, it } from 'vitest'
import { foundWords, goneLinesWords, nextMatch, noLinesWords } from '../../../../web/domain/logs/matches.ts'

const matches = [{ id: 4 }, { id: 7 }, { id: 9 }]

it.each([
  ['the newest at first', undefined, -1, 9],
  ['the newest at first, in either direction', undefined, 1, 9],
  ['the one above', 9, -1, 7],
  ['the one below', 4, 1, 7],
  ['the last from the first', 4, -1, 9],
  ['the first from the last', 9, 1, 4],
  ['the newest, when that at which somebody was is not held any more', 2, -1, 9],
] as const)('somebody who looks for a text goes to %s', (_, current, step, id) =>
  expect(nextMatch(matches, current, step)?.id).toBe(id),
)

it('nobody goes anywhere where nothing is found', () => expect(nextMatch([], 4, 1)).toBeUndefined())

it.each([
  ['', matches, 4, ''],
  ['x', matches, undefined, '3 lines'],
  ['x', matches, 7, '2 of 3 lines'],
  ['x', [{ id: 4 }], 4, '1 of 1 line'],
  ['x', [], undefined, '0 lines'],
])('of %j it is said what was found: %#', (text, found, current, words) =>
  expect(foundWords(text, found, current)).toBe(words),
)

it.each([
  [true, true, 'No line matches.'],
  [true, false, 'No line matches.'],
  [false, true, 'No lines yet. They appear here as they are written.'],
  [false, false, ''],
])('without a line, left out %s and live %s, it is said: %s', (isFiltered, isLive, words) =>
  expect(noLinesWords(isFiltered, isLive)).toBe(words),
)

it.each([
  [0, ''],
  [1, '1 earlier line of these logs is no longer held.'],
  [1200, '1,200 earlier lines of these logs are no longer held.'],
])('of %i lines that are gone it is said: %s', (gone, words) => expect(goneLinesWords(gone)).toBe(words))
