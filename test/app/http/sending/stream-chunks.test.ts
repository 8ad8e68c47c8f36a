import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHUNK_LENGTH, joinSmall } from '../../../../src/app/http/sending/stream-chunks.ts'

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

const all = async (chunks: readonly Uint8Array[]): Promise<readonly Uint8Array[]> => {
  const joined: Uint8Array[] = []
  for await (const one of joinSmall(each(chunks))) joined.push(one)
  return joined
}

test('small chunks are joined, and say the same one after the other', async () => {
  const size = fc.oneof(fc.nat(20), fc.nat(3000), fc.constant(CHUNK_LENGTH))
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 60 }), async (sizes) => {
      const chunks = sizes.map((length, i) => new Uint8Array(length).fill(i))
      const joined = await all(chunks)
      expect(Buffer.concat(joined).equals(Buffer.concat(chunks))).toBe(true)
      // The first and the last may be small.
      for (const one of joined.slice(1, -1)) expect(one.byteLength).toBeGreaterThanOrEqual(CHUNK_LENGTH / 2)
      for (const one of joined) expect(one.byteLength).toBeLessThan(CHUNK_LENGTH / 2 + CHUNK_LENGTH)
    }),
  )
})

test('the first comes at once, and a large one is not copied', async () => {
  const large = new Uint8Array(CHUNK_LENGTH)
  const pieces = joinSmall(each([new Uint8Array(10), new Uint8Array(2000), large, large]))
  expect((await pieces.next()).value).toHaveLength(2010)
  expect((await pieces.next()).value).toBe(large)
  expect((await pieces.next()).value).toBe(large)
  expect((await pieces.next()).done).toBe(true)
})
