import { expect, it } from 'vitest'
import { KeptChunks } from '../../../../src/app/http/sending/kept-chunks.ts'
import { SharedTexts } from '../../../../src/app/http/sending/shared-texts.ts'

const text = (note: string): string => JSON.stringify({ note: note.repeat(1000) })

it('the same text is encoded and compressed once, and has one tag', async () => {
  const texts = new SharedTexts(new KeptChunks())
  const [one, again, other] = [texts.of(text('a')), texts.of(text('a')), texts.of(text('b'))]
  expect(again).toBe(one)
  expect(other).not.toBe(one)
  expect(other.tag('gzip')).not.toBe(one.tag('gzip'))
  const whole = Buffer.from(await one.chunks('identity').whole())
  expect(whole.toString()).toBe(text('a'))
  expect(again.chunks('gzip')).toBe(one.chunks('gzip'))
})

it('keeps no more than it may, and what is sent of it no longer than the text', async () => {
  const kept = new KeptChunks()
  const texts = new SharedTexts(kept, 5000)
  await texts.of(text('a')).chunks('identity').whole()
  await texts.of(text('b')).chunks('identity').whole()
  expect(texts.bytes).toBeGreaterThan(2000)
  expect(kept.bytes).toBe(2 * text('a').length)
  const known = texts.of(text('a'))
  await texts.of(text('c')).chunks('identity').whole()
  expect(texts.bytes).toBeLessThanOrEqual(texts.maxBytes)
  expect(kept.bytes).toBe(2 * text('a').length)
  expect(texts.of(text('a'))).toBe(known)
  // One that is larger than all that is kept is answered, too.
  const large = texts.of(text('d'.repeat(9)))
  expect((await large.chunks('identity').whole()).byteLength).toBe(text('d'.repeat(9)).length)
  expect(texts.bytes).toBeLessThanOrEqual(texts.maxBytes)
})

it('forgets what nobody has asked for since the last sweep', async () => {
  const kept = new KeptChunks()
  const texts = new SharedTexts(kept)
  await texts.of(text('a')).chunks('identity').whole()
  await texts.of(text('b')).chunks('identity').whole()
  texts.sweep()
  texts.of(text('b'))
  texts.sweep()
  expect(kept.bytes).toBe(text('b').length)
  texts.sweep()
  expect([kept.bytes, texts.bytes]).toEqual([0, 0])
})
