import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SampleRing, type TimedSample } from '../../../src/app/metrics/sample-ring.ts'

const historyMs = 10_000

/** Gaps between samples, most of them short, some over weeks. */
const gaps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 2000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000_000_000 }) },
  ),
  { maxLength: 120 },
)

test('holds the newest of its history, whatever comes when', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 16, max: 64 }), (between, capacity) => {
      const ring = new SampleRing({ historyMs, capacity, withMax: true }, { take: () => true })
      const all: TimedSample[] = []
      let atMs = 1_767_225_600_000
      for (const [value, gapMs] of between.entries()) {
        atMs += gapMs
        ring.push(atMs, value, value + 1)
        all.push({ atMs, value, max: value + 1 })
        expect(ring.samples()).toEqual(all.slice(-capacity).filter((one) => one.atMs > atMs - historyMs))
      }
    }),
  )
})

test('takes no more than it is given, and holds the newest all the same', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 2000 }), (between, budgetBytes) => {
      let left = budgetBytes
      const take = (sizeBytes: number) => {
        if (sizeBytes > left) return false
        left -= sizeBytes
        return true
      }
      const ring = new SampleRing({ historyMs, capacity: 200, withMax: false }, { take })
      let atMs = 0
      for (const [value, gapMs] of between.entries()) {
        atMs += gapMs
        ring.push(atMs, value, value)
      }
      expect(ring.sizeBytes).toBe(budgetBytes - left)
      if (between.length > 0 && ring.sizeBytes > 0)
        expect(ring.samples().at(-1)).toEqual({ atMs, value: between.length - 1 })
    }),
  )
})
