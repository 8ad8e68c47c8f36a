import { describe, expect, test } from 'vitest'
import { createShare } from '../../../src/probe/publish/share.ts'

const create = () => {
  let ms = 0
  const share = createShare({ growthMs: 60_000, nowMs: () => ms, random: () => 0.5 })
  const pass = (byMs: number): void => {
    ms += byMs
  }
  return { share, pass }
}

/** An app that takes up to a share, and gets a report every second. @returns seconds at which a report was too large */
const refusals = (takes: (second: number) => number, seconds: number) => {
  const { share, pass } = create()
  const tooLarge: number[] = []
  for (let second = 0; second < seconds; second++) {
    for (; share.current() > takes(second); share.tooLarge()) tooLarge.push(second)
    share.taken()
    pass(1000)
  }
  return { share: share.current(), tooLarge }
}

describe('the share of its limits that an app is sent', () => {
  test('is all, and half for each report that was too large, down to a thousandth', () => {
    const { share } = create()
    expect(share.current()).toBe(1)
    expect([share.tooLarge(), share.tooLarge()]).toEqual(['less', 'less'])
    expect(share.current()).toBe(1 / 4)
    for (let i = 0; i < 8; i++) expect(share.tooLarge()).toBe('less')
    expect(share.tooLarge()).toBe('least')
    expect(share.current()).toBe(1 / 1024)
  })

  test('grows a minute after a report was taken, by a quarter each minute, up to all', () => {
    const { share, pass } = create()
    share.tooLarge()
    const at: number[] = []
    for (let second = 0; share.current() < 1; second++) {
      const before = share.current()
      share.taken()
      if (share.current() !== before) at.push(second)
      pass(1000)
    }
    expect(at).toEqual([60, 121, 182, 243])
    expect(share.current()).toBe(1)
  })

  test('is what it was before it grew when that was too large, and grows later then', () => {
    const { share, pass } = create()
    share.tooLarge()
    const growths: number[] = []
    for (let i = 0; i < 3; i++) {
      share.taken()
      expect(share.current()).toBe(0.5)
      const pauseMs = [60_000, 120_000, 240_000][i] ?? 0
      pass(pauseMs - 1)
      share.taken()
      expect(share.current()).toBe(0.5)
      pass(1)
      share.taken()
      growths.push(share.current())
      expect(share.tooLarge()).toBe('back')
    }
    expect(growths).toEqual([0.625, 0.625, 0.625])
    expect(share.tooLarge()).toBe('less')
    expect(share.current()).toBe(0.25)
  })

  test('is refused ever more rarely by an app that never takes all', () => {
    const { share, tooLarge } = refusals(() => 0.3, 12 * 3600)
    expect(share).toBeGreaterThan(0.24)
    expect(tooLarge.slice(0, 4)).toEqual([0, 0, 61, 182])
    const lastHour = tooLarge.filter((second) => second >= 11 * 3600)
    expect(lastHour.length).toBeGreaterThan(0)
    expect(lastHour.length).toBeLessThanOrEqual(5)
  })

  test('is all again, some time after an app that took less takes all', () => {
    const { share, tooLarge } = refusals((second) => (second < 6 * 3600 ? 0.3 : 1), 7 * 3600)
    expect(share).toBe(1)
    expect(tooLarge.at(-1)).toBeLessThan(6 * 3600)
  })
})
