import { describe, expect, it } from 'vitest'
import { missingCause, type ReloadFacts, reloadsItself } from '../../../../web/domain/health/missing-part.ts'

describe('a part of the page that could not be loaded', () => {
  it.each([
    [true, 'updated'],
    [false, 'lacking'],
    [undefined, 'unreachable'],
  ] as const)('is missing for a reason: another build %s, so %s', (isReplaced, cause) => {
    expect(missingCause(isReplaced)).toBe(cause)
  })

  const facts: ReloadFacts = { cause: 'updated', isInUse: false, sinceMs: undefined }
  it.each<[string, Partial<ReloadFacts>, boolean]>([
    ['after an update', {}, true],
    ['long after it did so before', { sinceMs: 3_600_000 }, true],
    ['not when it just did', { sinceMs: 2_000 }, false],
    ['not while it is in use', { isInUse: true }, false],
    ['not while the app does not answer', { cause: 'unreachable' }, false],
    ['not when that would not help', { cause: 'lacking' }, false],
  ])('has the page load itself again: %s', (_, more, does) => {
    expect(reloadsItself({ ...facts, ...more })).toBe(does)
  })
})
