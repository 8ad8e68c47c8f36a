import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Ended,
  type Fate,
  fateOf,
} from '../../../../src/probe/connections/table/accounting/exited/fate.ts'

const options = { keepEndedMs: 15_000, exitedApart: 2 }
const NOW_MS = 100_000

/** What ended so many seconds ago. */
const ended = (...secondsAgo: readonly number[]): Ended[] =>
  secondsAgo.map((seconds) => ({ lastMs: NOW_MS - 1000 * seconds, readyMs: Number.NEGATIVE_INFINITY }))
/** What ended long ago, and is told again for so many seconds now. */
const recalled = (seconds: number): Ended => ({
  lastMs: 0,
  readyMs: NOW_MS + options.keepEndedMs - 1000 * seconds,
})

describe('what becomes of tallies of exited processes that are alike', () => {
  it.each<[string, readonly Ended[], boolean, Fate]>([
    ['one that has just ended', ended(14), false, 'stay'],
    ['one that ended a while ago', ended(15), false, 'retire'],
    ['as many as may stay apart', ended(1, 2), false, 'stay'],
    ['more than may stay apart', ended(1, 2, 3), false, 'fold'],
    ['two, when the time of the first is over', ended(15, 1), false, 'fold'],
    ['one that others like it were folded before', ended(1), true, 'fold'],
    ['one, and one that is told again since a moment', [...ended(1), recalled(1)], false, 'stay'],
    [
      'one whose time is over, and one that is told again not long enough',
      [...ended(15), recalled(14)],
      false,
      'stay',
    ],
    [
      'one whose time is over, and one that is told again for long enough',
      [...ended(16), recalled(15)],
      false,
      'fold',
    ],
    ['many, and one that is told again since a moment', [...ended(1, 2, 3), recalled(1)], false, 'fold'],
    ['one that is told again since a moment, though others like it were folded', [recalled(1)], true, 'stay'],
    ['one that is told again and was left alone', [recalled(14)], false, 'stay'],
    ['one that is told again and was left alone for long enough', [recalled(15)], false, 'retire'],
  ])('%s', (_, alike, isFolding, fate) => {
    expect(fateOf(alike, isFolding, options, NOW_MS)).toBe(fate)
  })

  it('is decided in the end, and none is folded before readers have it', () => {
    const some = fc.array(
      fc.record({ lastMs: fc.nat(NOW_MS), readyMs: fc.nat(NOW_MS + options.keepEndedMs) }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(some, fc.boolean(), (alike, isFolding) => {
        expect(fateOf(alike, isFolding, options, NOW_MS + options.keepEndedMs)).not.toBe('stay')
        if (alike.every(({ readyMs }) => readyMs > NOW_MS))
          expect(fateOf(alike, isFolding, options, NOW_MS)).toBe('stay')
        if (alike.length > 1) expect(fateOf(alike, isFolding, options, NOW_MS)).not.toBe('retire')
      }),
    )
  })
})
