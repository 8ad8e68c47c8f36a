import { expect, it } from 'vitest'
import { fitting } from '../../../../web/domain/pipe/fitting.ts'
import { stateOfAll } from '../../../../web/domain/pipe/state-words.ts'
import { besideOf, lowestFree, sessionsWords, tabName, tabToShow } from '../../../../web/domain/pipe/tabs.ts'

it.each([
  [[], 1],
  [[1, 2], 3],
  [[2, 3], 1],
  [[3, 1], 2],
])('of %j the lowest free number is %i', (taken, free) => expect(lowestFree(taken)).toBe(free))

it.each([
  ['the one after it', ['a', 'b', 'c'], 1, 'c'],
  ['the one before, when it was the last', ['a', 'b', 'c'], 2, 'b'],
  ['nobody, when it was the only one', ['a'], 0, undefined],
])('the place of one that goes is taken by %s', (_, items, at, beside) =>
  expect(besideOf(items, at)).toBe(beside),
)

it.each([
  [['web'], 1, 'web'],
  [['web'], 2, 'web (2)'],
  [['web', 'db', 'api'], 1, 'web and 2 more'],
  [['web', 'db'], 3, 'web and 1 more (3)'],
  [[], 1, ''],
])('a tab of %j with the number %i is called %j', (labels, number, name) =>
  expect(tabName(labels, number)).toBe(name),
)

it.each([
  ['all, where there is room', 'aaa b cc', 6, 'aaa b cc'],
  ['all but the largest', 'aaa b cc', 5, 'b cc'],
  ['what needs no room', 'aaa  b', 0, ''],
  ['the first of equals', 'aa bb', 3, 'aa'],
])('what is kept is %s', (_, items, most, kept) =>
  expect(fitting(items.split(' '), ({ length }) => length, most).join(' ')).toBe(kept),
)

type State = Parameters<typeof stateOfAll>[0][number]
const live: State = { kind: 'live' }
const lost: State = { kind: 'reconnecting' }
const over: State = { kind: 'ended', words: 'it has ended' }
it.each<[string, readonly State[], State]>([
  ['connected anew, when there is none yet', [], { kind: 'connecting' }],
  ['as the first that has not ended', [over, lost, live], lost],
  ['ended as the first has, when all have', [over, { kind: 'ended', words: 'lost' }], over],
])('pipes together are %s', (_, states, all) => expect(stateOfAll(states)).toEqual(all))

it.each([
  ['the one that was in front', ['a', 'b'], 'b', 'b'],
  ['the first, when that is closed', ['a', 'b'], 'c', 'a'],
  ['the first, when none was', ['a', 'b'], undefined, 'a'],
  ['none, when there is none', [], 'a', undefined],
])('the drawer opens with %s', (_, ids, last, tab) => expect(tabToShow(ids, last)).toBe(tab))

it.each([
  [2, 1, '2 terminals, 1 log'],
  [1, 0, '1 terminal'],
  [0, 2, '2 logs'],
  [0, 0, ''],
])('%i terminals and %i logs are told as %j', (terminals, logs, words) =>
  expect(sessionsWords(terminals, logs)).toBe(words),
)
