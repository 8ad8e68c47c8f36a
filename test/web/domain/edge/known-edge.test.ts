import { describe, expect, it } from 'vitest'
import {
  awayWords,
  type EdgeNow,
  type KnownEdge,
  nextKnownEdge,
} from '../../../../web/domain/edge/known-edge.ts'
import { edge } from '../../support/graph.ts'

const there: EdgeNow = {
  ...{ subject: 'web db', edge: edge('web', 'db'), source: 'web', target: 'db' },
  ...{ asked: '', loaded: true },
}
const away: EdgeNow = { ...there, edge: undefined, source: undefined }
const filtered: EdgeNow = { ...away, asked: '?q=redis' }
const matching: EdgeNow = { ...there, asked: '?stopped=both&q=is%3Atrouble' }
const unmatched: EdgeNow = { ...matching, edge: undefined }
const known = (...moments: readonly EdgeNow[]) =>
  moments.reduce<KnownEdge | undefined>(nextKnownEdge, undefined) ?? { edge: undefined, gone: 'no' }

const HIDDEN =
  /^These connections are not here: the filter or the options hide an end of them\. What is shown/
const GONE = /^There are no connections any more\. What is shown is the last that was known\.$/
const EITHER =
  /^These connections are not here: they have gone, or the filter or the options hide an end of them\. What is shown/
const UNKNOWN = /they have gone, or the filter or the options hide an end of them\.$/

describe('what the card of an edge says where the view has no such edge', () => {
  it.each<[string, readonly EdgeNow[], RegExp]>([
    ['it left', [there, away], GONE],
    ['it left when a filter was set', [there, filtered], HIDDEN],
    [
      'it stays hidden when the filter is another one',
      [there, filtered, { ...filtered, asked: '?q=a' }],
      HIDDEN,
    ],
    ['it did not come back with the filter before', [there, filtered, away], GONE],
    [
      'it had left before a filter was set, which may hide that it is there again',
      [there, away, filtered],
      EITHER,
    ],
    [
      'it had left before a filter was set, and is not there without that',
      [there, away, filtered, away],
      GONE,
    ],
    ['it came back, and was hidden', [there, away, there, filtered], HIDDEN],
    [
      'it came back by another filter, and left',
      [there, filtered, { ...there, asked: '?q=b' }, { ...away, asked: '?q=b' }],
      EITHER,
    ],
    ['it left while there was a filter', [matching, unmatched], EITHER],
    [
      'it left while there was a filter, and then the filter is another one',
      [matching, unmatched, { ...unmatched, asked: '?stopped=both&q=a' }],
      EITHER,
    ],
    [
      'it left while there was a filter, and is not there without one either',
      [matching, unmatched, { ...unmatched, asked: '?stopped=both' }],
      GONE,
    ],
    [
      'it left while there was a filter, and is not there without one, but with other options',
      [matching, unmatched, { ...unmatched, asked: '?stopped=running' }],
      EITHER,
    ],
    [
      'it is not there without the filter with which it was',
      [matching, { ...unmatched, asked: '?stopped=both' }],
      GONE,
    ],
    ['it came back with the filter', [matching, unmatched, matching, { ...away, loaded: false }], HIDDEN],
    [
      'it went without a filter, and then there was one',
      [there, away, { ...away, asked: '?q=a' }, { ...away, asked: '?q=b' }],
      EITHER,
    ],
    [
      'it was not there without a filter either, which is set again',
      [matching, unmatched, { ...unmatched, asked: '?stopped=both' }, unmatched],
      EITHER,
    ],
    ['the view has not come yet', [there, { ...away, loaded: false }], HIDDEN],
    ['it was never there', [away], UNKNOWN],
    ['it was never there, nor with a filter', [away, filtered, away], UNKNOWN],
    ['it is another one', [there, { ...away, subject: 'web cache' }], UNKNOWN],
  ])('%s', (_, moments, words) => expect(awayWords(known(...moments))).toMatch(words))

  it('its ends and numbers stay the last that was known', () => {
    const held = nextKnownEdge(nextKnownEdge(undefined, there), away)
    expect([held.edge, held.source, held.target]).toEqual([there.edge, 'web', 'db'])
    expect(nextKnownEdge(held, { ...away, subject: 'web cache', target: 'cache' })).toMatchObject({
      ...{ edge: undefined, source: undefined, target: 'cache' },
    })
  })
})
