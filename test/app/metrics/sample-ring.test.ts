import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Records } from '../../../src/app/metrics/records.ts'
import { type MemoryBudget, SampleBlocks } from '../../../src/app/metrics/sample-blocks.ts'
import {
  DOUBLES_OF_RING,
  INTS_OF_RING,
  type RingOptions,
  SampleRings,
  type TimedSample,
} from '../../../src/app/metrics/sample-ring.ts'

const historyMs = 10_000

/** A gap before a sample, most of them short, some over weeks. */
const gap = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 2000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000_000_000 }) },
)
const gaps = fc.array(gap, { maxLength: 120 })

const budgetOf = (bytes: number): MemoryBudget & { readonly takenBytes: () => number } => {
  let takenBytes = 0
  return {
    take(sizeBytes) {
      if (takenBytes + sizeBytes > bytes) return false
      takenBytes += sizeBytes
      return true
    },
    give(sizeBytes) {
      takenBytes -= sizeBytes
    },
    takenBytes: () => takenBytes,
  }
}

/** Rings of the same options and blocks, one for each call. */
const ringsOf = (options: RingOptions, blocks: SampleBlocks) => {
  const records = new Records(DOUBLES_OF_RING, INTS_OF_RING)
  const rings = new SampleRings(options, blocks, records)
  return () => {
    const ring = records.take()
    return {
      push: (atMs: number, value: number, max: number) => rings.push(ring, atMs, value, max),
      samples: () => rings.samples(ring),
      release: () => rings.release(ring),
      get sizeBytes() {
        return rings.sizeBytes(ring)
      },
    }
  }
}

const boundless = (): ReturnType<typeof budgetOf> => budgetOf(Number.POSITIVE_INFINITY)

test('holds the newest of its history, whatever comes when', () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 64 }), (between, capacity) => {
      const blocks = new SampleBlocks(true, boundless())
      const ring = ringsOf({ historyMs, capacity, withMax: true }, blocks)()
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
      const budget = budgetOf(budgetBytes)
      const ring = ringsOf({ historyMs, capacity: 200, withMax: false }, new SampleBlocks(false, budget))()
      let atMs = 0
      for (const [value, gapMs] of between.entries()) {
        atMs += gapMs
        ring.push(atMs, value, value)
        expect(ring.sizeBytes).toBe(budget.takenBytes())
      }
      if (between.length > 0 && ring.sizeBytes > 0)
        expect(ring.samples().at(-1)).toEqual({ atMs, value: between.length - 1 })
    }),
  )
})

test('rings that share blocks hold each its own, also while others are released, and give back all', () => {
  const steps = fc.array(fc.record({ ring: fc.nat(5), gapMs: gap, isEnd: fc.nat(30).map((n) => n === 0) }), {
    maxLength: 400,
  })
  fc.assert(
    fc.property(steps, (taken) => {
      const budget = boundless()
      const blocks = new SampleBlocks(false, budget)
      const options = { historyMs, capacity: 40, withMax: false }
      const newRing = ringsOf(options, blocks)
      const rings = Array.from({ length: 6 }, () => ({
        ring: newRing(),
        all: [] as TimedSample[],
      }))
      let atMs = 0
      for (const [value, { ring: number, gapMs, isEnd }] of taken.entries()) {
        const one = rings[number]
        if (one === undefined) continue
        atMs += gapMs
        if (isEnd) {
          one.ring.release()
          one.all = []
        } else {
          one.ring.push(atMs, value, value)
          one.all.push({ atMs, value })
        }
        for (const { ring, all } of rings) {
          const untilMs = all.at(-1)?.atMs ?? 0
          expect(ring.samples()).toEqual(all.slice(-40).filter((each) => each.atMs > untilMs - historyMs))
        }
      }
      for (const { ring } of rings) ring.release()
      expect(budget.takenBytes()).toBe(0)
    }),
  )
})

test('a ring whose samples come more slowly gives blocks back', () => {
  const ring = ringsOf({ historyMs, capacity: 200, withMax: false }, new SampleBlocks(false, boundless()))()
  for (let n = 1; n <= 200; n++) ring.push(50 * n, n, n)
  const fastBytes = ring.sizeBytes
  for (let n = 1; n <= 40; n++) ring.push(10_000 + 1000 * n, n, n)
  expect(ring.sizeBytes).toBeLessThan(fastBytes / 4)
  expect(ring.samples()).toHaveLength(10)
})

test('thousands of rings take blocks, give them back in any order, and take them again', () => {
  const budget = boundless()
  const blocks = new SampleBlocks(true, budget)
  const all = Array.from({ length: 5000 }, () => blocks.take())
  expect(new Set(all).size).toBe(5000)
  const given = all.filter((_, index) => index % 3 > 0 || (index > 2000 && index < 4500))
  for (const block of given) if (block !== undefined) blocks.give(block)
  const kept = new Set(all.filter((block) => !given.includes(block)))
  const again = Array.from({ length: 5000 }, () => blocks.take())
  expect(new Set(again).size).toBe(5000)
  expect(again.filter((block) => kept.has(block))).toEqual([])
  expect(budget.takenBytes()).toBe((kept.size + 5000) * blocks.blockBytes)
})
