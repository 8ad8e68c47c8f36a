import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { HeldBytes } from '../../src/pipe/held-bytes.ts'

const chunk = fc.record({
  lane: fc.constantFrom('out' as const, 'err' as const),
  bytes: fc.uint8Array({ maxLength: 5000 }),
})

it('gives back each byte that is held, with its lane, from wherever it is read', () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 50 }), fc.nat(), fc.nat(), (chunks, drop, from) => {
      const held = new HeldBytes(7)
      for (const { lane, bytes } of chunks) held.push(lane, bytes)
      const all = chunks.flatMap(({ lane, bytes }) => [...bytes].map((byte) => [lane, byte] as const))
      expect([held.start, held.end, held.size]).toEqual([7, 7 + all.length, all.length])
      const start = 7 + (drop % (all.length + 1))
      held.dropTo(start)
      expect([held.start, held.end]).toEqual([start, 7 + all.length])
      let at = start + (from % (held.size + 1))
      const expected = all.slice(at - 7)
      const read: [string, number][] = []
      for (;;) {
        const part = held.read(at, 1000)
        if (part === undefined) break
        expect(part.bytes.length).toBeGreaterThan(0)
        expect(part.bytes.length).toBeLessThanOrEqual(1000)
        read.push(...[...part.bytes].map((byte): [string, number] => [part.lane, byte]))
        at += part.bytes.length
      }
      expect(read).toEqual(expected)
      expect(at).toBe(held.end)
    }),
  )
})

it('keeps bytes that come one by one in few pieces, and what was read before as it was', () => {
  const held = new HeldBytes(0)
  held.push('out', Uint8Array.of(1))
  const first = held.read(0, 10)
  for (let i = 2; i <= 1000; i++) held.push('out', Uint8Array.of(i))
  expect(held.pieces).toBe(1)
  expect(first?.bytes).toEqual(Uint8Array.of(1))
  held.push('err', Uint8Array.of(1))
  expect(held.pieces).toBe(2)
  held.dropTo(1000)
  expect(held.pieces).toBe(1)
})

it('goes on with what it was given, which it does not change', () => {
  const given = Uint8Array.of(1, 2, 3)
  const held = new HeldBytes(0)
  held.push('out', given.subarray(0, 2))
  held.push('out', Uint8Array.of(9))
  expect(given).toEqual(Uint8Array.of(1, 2, 3))
  expect(held.read(0, 10)?.bytes).toEqual(Uint8Array.of(1, 2, 9))
})
