import { describe, expect, it } from 'vitest'
import { pauseMs } from '../../../web/data/backoff.ts'

describe('pauseMs', () => {
  it.each([
    [0, 0.999999, 500],
    [0, 0, 375],
    [1, 0.999999, 1_000],
    [4, 0.999999, 8_000],
    [5, 0.999999, 15_000],
    [1_000, 0, 11_250],
  ])('try %d with %d pauses %d', (attempt, random, expected) => {
    expect(pauseMs(attempt, 500, 15_000, random)).toBe(expected)
  })
})
