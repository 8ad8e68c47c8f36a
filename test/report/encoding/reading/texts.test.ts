import { expect, it } from 'vitest'
import { Texts } from '../../../../src/report/encoding/reading/texts.ts'

const read = (texts: Texts, text: string): string | undefined => {
  const bytes = Buffer.from(`>${text}<`)
  return texts.ascii(bytes, 1, bytes.length - 1)
}

it('reads any texts, however often and in whatever order', () => {
  const texts = new Texts()
  const all = Array.from({ length: 20_000 }, (_, number) => `${number % 7 === 0 ? 'alpha' : ''};${number}`)
  const twice = [...all, ...all, '', all[1] as string]
  expect(twice.map((text) => read(texts, text))).toEqual(twice)
})

it('leaves to others what is not ASCII, or long', () => {
  const texts = new Texts()
  expect(read(texts, 'grün')).toBeUndefined()
  expect(read(texts, 'x'.repeat(10_000))).toBeUndefined()
})
