import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, it } from 'vitest'
import { acceptsGzip } from '../../../../src/app/http/sending/gzip.ts'
import { KeptChunks } from '../../../../src/app/http/sending/kept-chunks.ts'
import { SharedDocument } from '../../../../src/app/http/sending/shared-document.ts'
import { chunksOfText } from '../../../../src/app/http/sending/stream-chunks.ts'

const TEXT = Array.from({ length: 4000 }, (_, i) => `{"id":"node ${i}","label":"äöü ${i % 7}"}`)

let kept: KeptChunks
let encodings: number
let chunksBefore: readonly Uint8Array[]
let document: SharedDocument

const make = (previous?: SharedDocument): SharedDocument =>
  new SharedDocument({
    tag: '"a"',
    source: (earlier) => {
      encodings += 1
      chunksBefore = earlier
      return chunksOfText(TEXT)
    },
    kept,
    previous,
  })

beforeEach(() => {
  kept = new KeptChunks()
  encodings = 0
  document = make()
})

it('is encoded and compressed once for all who ask', async () => {
  const codings = ['gzip', 'identity', 'gzip', 'identity', 'gzip'] as const
  const chunks = codings.map((coding) => document.chunks(coding))
  expect(new Set(chunks).size).toBe(2)
  const [packed, plain] = await Promise.all(chunks.map((one) => one.whole()))
  expect(String(plain && Buffer.from(plain))).toBe(TEXT.join(''))
  expect(packed && gunzipSync(packed).toString()).toBe(TEXT.join(''))
  expect(packed?.length).toBeLessThan((plain?.length ?? 0) / 5)
  expect(encodings).toBe(1)
  expect(kept.bytes).toBe((packed?.length ?? 0) + (plain?.length ?? 0))
})

it('holds no more memory than it has bytes', async () => {
  await document.chunks('gzip').whole()
  // One is what all compressed documents begin with, the last one what ends this one.
  const chunks = [...document.chunks('identity').made, ...document.chunks('gzip').made.slice(1, -1)]
  expect(chunks.length).toBeGreaterThan(4)
  expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual(chunks.map((one) => one.byteLength))
})

it('has a tag for each coding', () => {
  expect([document.tag('identity'), document.tag('gzip')]).toEqual(['"a"', '"a-gzip"'])
})

it('makes the same bytes anew when they were not kept, and goes on telling those who read the old ones', async () => {
  const before = document.chunks('gzip')
  await before.chunk(0)
  document.forget()
  expect(kept.bytes).toBe(0)
  const after = document.chunks('gzip')
  expect(after).not.toBe(before)
  expect(Buffer.compare(await before.whole(), await after.whole())).toBe(0)
  expect(encodings).toBe(2)
})

it('expects to be as large as the document before it', async () => {
  const { length } = await document.chunks('identity').whole()
  const next = make(document)
  expect(next.chunks('identity').byteLength).toBe(length)
  expect(make(next).chunks('identity').byteLength).toBe(length)
})

it('is made with the chunks of the newest document before it that was made, which is kept no longer then', async () => {
  const chunks = document.chunks('identity')
  await chunks.whole()
  const [madeBytes, next] = [kept.bytes, make(make(document))]
  expect(kept.bytes).toBe(madeBytes)
  await next.chunks('identity').whole()
  expect(chunksBefore).toEqual(chunks.made)
  expect(chunksBefore.length).toBeGreaterThan(1)
  expect(kept.bytes).toBe(madeBytes)
  next.forget()
  expect(kept.bytes).toBe(0)
})

it.each([
  ['gzip', true],
  ['br, GZIP;q=0.5', true],
  ['*', true],
  ['gzip;q=0', false],
  ['*, gzip;q=0', false],
  ['*;q=0', false],
  ['br, deflate', false],
  ['identity', false],
  ['', false],
  [undefined, false],
])('compresses for %s: %s', (header, allowed) => {
  expect(acceptsGzip(header)).toBe(allowed)
})
