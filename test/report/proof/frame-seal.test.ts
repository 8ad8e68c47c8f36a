import { describe, expect, test } from 'vitest'
import { channelLimits } from '../../../src/report/channel.ts'
import { createOpener, createSealer, fitsFrame, SealError } from '../../../src/report/proof/frame-seal.ts'

const key = Buffer.alloc(32, 1)
const sealer = () => createSealer(key, 'to-app')
const opener = () => createOpener(key, 'to-app')

describe('sealed frames', () => {
  test('open in the order in which they were sealed, whatever they say', () => {
    const seal = sealer()
    const open = opener()
    for (const text of ['{"id":1}', '', 'grün 🐳', 'x'.repeat(10_000)]) expect(open(seal(text))).toBe(text)
  })

  const [first = '', second = ''] = (() => {
    const seal = sealer()
    return ['one', 'two'].map((text) => seal(text))
  })()
  test.each<[string, readonly string[]]>([
    ['changed', [`${first.slice(0, -1)}E`]],
    ['out of order', [second]],
    ['repeated', [first, first]],
    ['without a seal', ['one']],
    ['empty', ['']],
    ['of another key', [createSealer(Buffer.alloc(32, 2), 'to-app')('one')]],
    ['that goes the other way', [createSealer(key, 'to-probe')('one')]],
  ])('a frame %s does not open', (_what, frames) => {
    const open = opener()
    const last = frames.at(-1) ?? ''
    for (const frame of frames.slice(0, -1)) open(frame)
    expect(() => open(last)).toThrow(SealError)
  })

  test('have room for a text that is a little smaller than a frame', () => {
    const text = 'x'.repeat(channelLimits.frameBytes - 43)
    expect(sealer()(text)).toHaveLength(channelLimits.frameBytes)
    expect([fitsFrame(text), fitsFrame(`${text}x`), fitsFrame(`${text.slice(0, -1)}ü`)]).toEqual([
      true,
      false,
      false,
    ])
  })
})
