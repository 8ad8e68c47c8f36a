import { describe, expect, test } from 'vitest'
import { channelLimits } from '../../../src/report/channel.ts'
import { createOpener, createSealer, fitsFrame, SealError } from '../../../src/report/proof/frame-seal.ts'

const key = Buffer.alloc(32, 1)
const sealer = () => createSealer(key)
const opener = () => createOpener(key)

describe('sealed frames', () => {
  test('open in the order in which they were sealed, whatever they say', () => {
    const seal = sealer()
    const open = opener()
    for (const text of ['{"id":1}', '', 'grün 🐳', 'x'.repeat(10_000)])
      expect(open(seal([Buffer.from(text)])).toString()).toBe(text)
    const bytes = Buffer.from([0, 255, 128, 10])
    expect(open(seal([bytes]))).toEqual(bytes)
    expect(open(seal([bytes, Buffer.from('and more')]))).toEqual(
      Buffer.concat([bytes, Buffer.from('and more')]),
    )
  })

  const [first, second] = (() => {
    const seal = sealer()
    return [seal([Buffer.from('one')]), seal([Buffer.from('two')])] as const
  })()
  const changed = Buffer.from(first)
  changed[0] = (changed[0] ?? 0) ^ 1
  test.each<[string, readonly Buffer[]]>([
    ['changed', [changed]],
    ['cut short', [first.subarray(0, -1)]],
    ['out of order', [second]],
    ['repeated', [first, first]],
    ['without a seal', [Buffer.from('one')]],
    ['as long as a seal alone', [Buffer.alloc(16)]],
    ['empty', [Buffer.alloc(0)]],
    ['of another key', [createSealer(Buffer.alloc(32, 2))([Buffer.from('one')])]],
  ])('a frame %s does not open', (_what, frames) => {
    const open = opener()
    const last = frames.at(-1) ?? first
    for (const frame of frames.slice(0, -1)) open(frame)
    expect(() => open(last)).toThrow(SealError)
  })

  test('hide what they say', () => {
    expect(sealer()([Buffer.from('a secret that is long enough')]).includes('secret')).toBe(false)
  })

  test('have room for a text that is a little smaller than a frame', () => {
    const text = 'x'.repeat(channelLimits.frameBytes - 17)
    expect(sealer()([Buffer.of(1), Buffer.from(text)])).toHaveLength(channelLimits.frameBytes)
    expect([fitsFrame(text), fitsFrame(`${text}x`), fitsFrame(`${text.slice(0, -1)}ü`)]).toEqual([
      true,
      false,
      false,
    ])
  })
})
