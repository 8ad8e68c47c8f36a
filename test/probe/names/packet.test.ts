import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../../src/probe/names/answers/packet.ts'

const sample = (messageAt: number, bytes: number, packet: Uint8Array) => {
  const all = new Uint8Array(16 + packet.length)
  const view = new DataView(all.buffer)
  view.setBigUint64(0, 4711n, true)
  view.setUint32(8, 4026531840, true)
  view.setUint16(12, messageAt, true)
  view.setUint16(14, bytes, true)
  all.set(packet, 16)
  return view
}

describe('a sample of the program that sees DNS answers', () => {
  it('is a message and who got it', () => {
    const view = sample(2, 5, Uint8Array.of(1, 2, 3, 4, 5, 6))
    expect(readReceived(view, 0, view.byteLength)).toEqual({
      cgroupId: 4711,
      netns: 4026531840,
      message: Buffer.of(3, 4, 5),
    })
  })

  it.each([
    ['it says it has more bytes than it has', 2, 60],
    ['its message begins behind its end', 5, 4],
  ])('is none when %s', (_, messageAt, bytes) => {
    const view = sample(messageAt, bytes, Uint8Array.of(1, 2, 3, 4, 5, 6))
    expect(readReceived(view, 0, view.byteLength)).toBeUndefined()
  })

  it('is read without a throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(40), fc.nat(300), (bytes, offset, length) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        readReceived(view, offset, length)
      }),
    )
  })
})
