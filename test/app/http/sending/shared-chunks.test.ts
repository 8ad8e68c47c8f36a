import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { SharedChunks } from '../../../../src/app/http/sending/shared-chunks.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const COUNT = 20

/** Chunks that tell which of them have been made. */
const counted = () => {
  const made: number[] = []
  function* source(): Generator<Uint8Array> {
    for (let i = 0; i < COUNT; i++) {
      made.push(i)
      yield new Uint8Array([i, i])
    }
  }
  const sizes: number[] = []
  return { made, sizes, chunks: new SharedChunks(source(), { grew: (size) => sizes.push(size) }) }
}

it('makes each chunk once, however many read, each at its own pace', async () => {
  const { made, sizes, chunks } = counted()
  const read = async (turns: number) => {
    const got: number[] = []
    for await (const [first] of chunks) {
      got.push(first ?? -1)
      for (let i = 0; i < turns; i++) await setImmediate()
    }
    return got
  }
  const all = await Promise.all([0, 1, 3, 0].map(read))
  const wanted = Array.from({ length: COUNT }, (_, i) => i)
  expect(all).toEqual([wanted, wanted, wanted, wanted])
  expect(await read(0)).toEqual(wanted)
  expect(made).toEqual(wanted)
  expect(sizes).toEqual(wanted.map(() => 2))
})

it('makes no more than the one asks for who is farthest', async () => {
  const { made, chunks } = counted()
  await chunks.chunk(3)
  await chunks.chunk(1)
  expect(made).toEqual([0, 1, 2, 3])
  expect(chunks).toMatchObject({ isComplete: false, madeBytes: 8, byteLength: 8 })
  expect(await chunks.chunk(COUNT)).toBeUndefined()
  expect(chunks).toMatchObject({ isComplete: true, madeBytes: 2 * COUNT, byteLength: 2 * COUNT })
})

it('lets others have their turn between chunks', async () => {
  const { made, chunks } = counted()
  const seen: number[] = []
  const reading = chunks.whole()
  while (!chunks.isComplete) {
    seen.push(made.length)
    await setImmediate()
  }
  expect((await reading).length).toBe(2 * COUNT)
  for (const [i, count] of seen.entries()) expect(count - (seen[i - 1] ?? 0)).toBeLessThanOrEqual(3)
})

it('says how many bytes are expected until there are more, or all', async () => {
  const source = [new Uint8Array(3), new Uint8Array(4)].values()
  const chunks = new SharedChunks(source, { expectedBytes: 5 })
  expect(chunks.byteLength).toBe(5)
  await chunks.chunk(1)
  expect(chunks.byteLength).toBe(7)
})

it('fails for everybody when a chunk cannot be made', async () => {
  const chunks = new SharedChunks(
    (function* (): Generator<Uint8Array> {
      yield new Uint8Array(1)
      throw new Error('broken on purpose')
    })(),
  )
  const readers = await Promise.allSettled([chunks.whole(), chunks.whole()])
  expect(readers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await chunks.chunk(0)).toHaveLength(1)
  await expect(chunks.whole()).rejects.toThrow('broken on purpose')
})

it('holds nothing of what the chunks were made from when all of them are made', async () => {
  function* copies(from: readonly number[]): Generator<Uint8Array> {
    for (const one of from) yield new Uint8Array([one])
  }
  const start = () => {
    const from = [1, 2, 3]
    return { from: new WeakRef(from), chunks: new SharedChunks(copies(from)) }
  }
  const { from, chunks } = start()
  await chunks.chunk(1)
  // A WeakRef holds what it refers to until the current job ends.
  await setImmediate()
  collectGarbage()
  expect(from.deref()).toHaveLength(3)
  await chunks.whole()
  await setImmediate()
  collectGarbage()
  expect(from.deref()).toBeUndefined()
  expect(chunks.made).toHaveLength(3)
})
