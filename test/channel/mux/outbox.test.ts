import { describe, expect, test } from 'vitest'
import { MAX_DATA_BYTES } from '../../../src/channel/frames.ts'
import { CREDIT_PORTION_BYTES, costOf, FRAME_COST_BYTES } from '../../../src/channel/mux/cost.ts'
import { Inbox } from '../../../src/channel/mux/inbox.ts'
import { Outbox } from '../../../src/channel/mux/outbox.ts'
import { type Chunk, CREDIT_BYTES, type Lane } from '../../../src/channel/stream.ts'

const chunk = (size: number, lane: Lane = 'out'): Chunk => ({ lane, bytes: Buffer.alloc(size) })
/** What the frames would be that are sent now: lane and size. */
const frames = (outbox: Outbox): string[] => {
  const sizes: string[] = []
  for (let portion = outbox.take(); portion !== undefined; portion = outbox.take())
    sizes.push(`${portion.lane} ${portion.parts.reduce((sum, { length }) => sum + length, 0)}`)
  return sizes
}
const ignore = () => {}

describe('an outbox', () => {
  test.each<[string, Chunk[], string[]]>([
    ['a small chunk', [chunk(5)], ['out 5']],
    ['many small chunks at once', [chunk(5), chunk(6), chunk(7)], ['out 18']],
    [
      'a large chunk',
      [chunk(2 * MAX_DATA_BYTES + 7232)],
      [`out ${MAX_DATA_BYTES}`, `out ${MAX_DATA_BYTES}`, 'out 7232'],
    ],
    [
      'chunks that fill a frame together',
      [chunk(MAX_DATA_BYTES - 384), chunk(1000)],
      [`out ${MAX_DATA_BYTES}`, 'out 616'],
    ],
    ['each lane apart', [chunk(5), chunk(6, 'err'), chunk(7)], ['out 5', 'err 6', 'out 7']],
    ['each note apart', [chunk(5, 'note'), chunk(6, 'note')], ['note 5', 'note 6']],
    ['nothing of empty chunks', [chunk(0), chunk(3), chunk(0), chunk(4), chunk(0)], ['out 7']],
  ])('sends %s', (_what, chunks, expected) => {
    const outbox = new Outbox()
    outbox.put(chunks, ignore)
    expect(frames(outbox)).toEqual(expected)
  })

  test('does not copy what it sends', () => {
    const outbox = new Outbox()
    const large = chunk(20_000)
    outbox.put([large], ignore)
    expect(outbox.take()?.parts[0]?.buffer).toBe(large.bytes.buffer)
  })

  test('tells when all was taken, also when there was nothing', () => {
    const outbox = new Outbox()
    let told = 0
    const sent = () => told++
    outbox.put([chunk(MAX_DATA_BYTES + 1)], sent)
    outbox.take()
    outbox.settle()
    expect(told).toBe(0)
    outbox.take()
    outbox.settle()
    outbox.settle()
    expect(told).toBe(1)
    outbox.put([chunk(0)], sent)
    outbox.settle()
    expect(told).toBe(2)
  })

  test('stops where the credit ends, and sends no scraps', () => {
    const outbox = new Outbox()
    outbox.put([chunk(10 * CREDIT_BYTES)], ignore)
    const sent = frames(outbox)
    expect(new Set(sent)).toEqual(new Set([`out ${MAX_DATA_BYTES}`]))
    expect(sent).toHaveLength(Math.floor(CREDIT_BYTES / costOf(MAX_DATA_BYTES)))
    outbox.give(costOf(MAX_DATA_BYTES))
    expect(frames(outbox)).toEqual([`out ${MAX_DATA_BYTES}`])
  })

  test('refuses credit for what it never sent', () => {
    const outbox = new Outbox()
    expect(() => outbox.give(1)).toThrow('more credit than was used')
    outbox.put([chunk(5)], ignore)
    outbox.take()
    outbox.give(costOf(5))
    expect(() => outbox.give(1)).toThrow('more credit than was used')
  })
})

describe('an inbox', () => {
  test('gives back what was read, in portions', () => {
    const inbox = new Inbox()
    const given: number[] = []
    for (let i = 0; i < 100; i++) {
      inbox.put(chunk(10_000))
      const taken = inbox.take()
      if (taken !== undefined) given.push(inbox.read(taken))
    }
    const back = given.filter((credit) => credit > 0)
    expect(back.length).toBeLessThan(20)
    expect(Math.min(...back)).toBeGreaterThanOrEqual(CREDIT_PORTION_BYTES)
  })

  test('refuses more than the credit, however small the frames are', () => {
    const inbox = new Inbox()
    const fill = () => {
      for (let i = 0; i <= CREDIT_BYTES / costOf(1); i++) inbox.put(chunk(1))
    }
    expect(fill).toThrow('more was sent on a stream than its credit allows')
    expect(CREDIT_BYTES / costOf(1)).toBeLessThan(CREDIT_BYTES / FRAME_COST_BYTES)
  })
})
