import { beforeEach, expect, it } from 'vitest'
import { KeptChunks } from '../../../../src/app/http/sending/kept-chunks.ts'
import { SharedChunks } from '../../../../src/app/http/sending/shared-chunks.ts'

let kept: KeptChunks
let forgotten: string[]
beforeEach(() => {
  kept = new KeptChunks(100)
  forgotten = []
})

/** An answer of so many bytes that is kept, and made. */
const answer = async (name: string, ...sizes: number[]): Promise<SharedChunks> => {
  const chunks: SharedChunks = new SharedChunks(sizes.map((size) => new Uint8Array(size)).values(), {
    grew: () => kept.count(chunks),
  })
  use(chunks, name)
  await chunks.whole()
  return chunks
}
const use = (chunks: SharedChunks, name: string) => kept.use(chunks, () => forgotten.push(name))

it('forgets what was not asked for for longest when there is more than the limit', async () => {
  const first = await answer('first', 20, 20)
  await answer('second', 40)
  use(first, 'first')
  expect(kept.bytes).toBe(80)
  await answer('third', 30)
  expect(forgotten).toEqual(['second'])
  expect(kept.bytes).toBe(70)
})

it('keeps one that is larger than the limit, and nothing else', async () => {
  await answer('small', 10)
  await answer('large', 60, 60, 60)
  expect(forgotten).toEqual(['small'])
  expect(kept.bytes).toBe(180)
  await answer('next', 10)
  expect(forgotten).toEqual(['small', 'large'])
  expect(kept.bytes).toBe(10)
})

it('counts no longer what is out of date, also when more of it is made', async () => {
  const chunks = new SharedChunks([new Uint8Array(10), new Uint8Array(10)].values(), {
    grew: () => kept.count(chunks),
  })
  use(chunks, 'old')
  await chunks.chunk(0)
  expect(kept.bytes).toBe(10)
  kept.forget(chunks)
  expect(kept.bytes).toBe(0)
  await chunks.whole()
  expect(kept.bytes).toBe(0)
  expect(forgotten).toEqual([])
})

it('forgets what nobody asked for between two sweeps', async () => {
  await answer('one', 10)
  const other = await answer('other', 20)
  kept.sweep()
  expect(forgotten).toEqual([])
  use(other, 'other')
  kept.sweep()
  expect(forgotten).toEqual(['one'])
  expect(kept.bytes).toBe(20)
  kept.sweep()
  expect(kept.bytes).toBe(0)
})
