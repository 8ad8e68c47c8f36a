import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProtocolError } from '../../src/channel/errors.ts'
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  MAX_DATA_BYTES,
  MAX_REASON_BYTES,
} from '../../src/channel/frames.ts'
import { CREDIT_BYTES, lanes, MAX_NOTE_BYTES } from '../../src/channel/stream.ts'

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array))
const id = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2 ** 48 - 1 }))
const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constantFrom('request' as const, 'open' as const), order: bytes(0, 300) }),
  fc.record({ type: fc.constant('answer' as const), json: bytes(0, 300) }),
  fc.record({
    type: fc.constant('data' as const),
    id,
    lane: fc.constantFrom(...lanes),
    parts: fc.tuple(bytes(1, 2000)),
  }),
  fc.record({ type: fc.constant('arrived' as const), bytes: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ type: fc.constant('clock' as const), ms: fc.integer({ min: 0, max: 2 ** 48 - 1 }) }),
  fc.record({ type: fc.constant('credit' as const), id, bytes: fc.integer({ min: 1, max: CREDIT_BYTES }) }),
  fc.record({ type: fc.constant('end' as const), id }),
  fc.record({
    type: fc.constant('cancel' as const),
    id,
    reason: fc.string({ maxLength: 10, unit: 'grapheme' }),
  }),
)
const encoded = (frame: Frame): Buffer => Buffer.concat(encodeFrame(frame))
const data = (size: number, lane: (typeof lanes)[number] = 'out'): Buffer =>
  encoded({ type: 'data', id: 1, lane, parts: [Buffer.alloc(size)] })

describe('a frame', () => {
  test('is decoded as it was encoded', () => {
    fc.assert(fc.property(frames, (frame) => void expect(decodeFrame(encoded(frame))).toEqual(frame)))
  })

  test('is one text of bytes, also when its payload has several parts', () => {
    const parts = [Buffer.from('on'), Buffer.from('e')]
    expect(decodeFrame(encoded({ type: 'data', id: 7, lane: 'err', parts }))).toEqual({
      ...{ type: 'data', id: 7, lane: 'err' },
      parts: [Buffer.from('one')],
    })
  })

  test('has the bytes that the other end of another version expects', () => {
    const hex = (frame: Frame) => encoded(frame).toString('hex')
    expect(hex({ type: 'request', order: Buffer.from('ab', 'hex') })).toBe('01ab')
    expect(hex({ type: 'open', order: Buffer.from('ab', 'hex') })).toBe('02ab')
    expect(hex({ type: 'answer', json: Buffer.from('{}') })).toBe('037b7d')
    const parts = [Buffer.from('ab', 'hex')]
    expect(hex({ type: 'data', id: 258, lane: 'note', parts })).toBe('0400000000010203ab')
    expect(hex({ type: 'arrived', bytes: 32_768 })).toBe('0800008000')
    expect(hex({ type: 'clock', ms: 65_536 })).toBe('09000000010000')
    expect(hex({ type: 'credit', id: 1, bytes: 65_536 })).toBe('0500000000000100010000')
    expect(hex({ type: 'end', id: 1 })).toBe('06000000000001')
    expect(hex({ type: 'cancel', id: 1, reason: 'no' })).toBe('070000000000016e6f')
  })

  test('does not copy its payload', () => {
    const content = data(100)
    const frame = decodeFrame(content)
    expect(frame.type === 'data' && frame.parts[0]?.buffer).toBe(content.buffer)
  })

  test('has a reason that is cut at a character', () => {
    const frame = decodeFrame(encoded({ type: 'cancel', id: 1, reason: `x${'ü'.repeat(MAX_REASON_BYTES)}` }))
    expect(frame).toMatchObject({ reason: `x${'ü'.repeat(MAX_REASON_BYTES / 2 - 1)}` })
  })

  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'an empty frame'],
    ['type 0', Buffer.alloc(20), 'no frame has the type 0'],
    ['type 10', Buffer.alloc(20, 10), 'no frame has the type 10'],
    ['half a clock', Buffer.from('090000', 'hex'), 'has 3 bytes'],
    ['a type alone', Buffer.of(6), 'a frame end has -6 bytes'],
    ['stream 0', Buffer.from('06000000000000', 'hex'), 'names no stream'],
    ['a lane that is not there', Buffer.from('040000000000010461', 'hex'), 'has no lane 4'],
    ['no lane', Buffer.from('04000000000001', 'hex'), 'has no lane undefined'],
    ['no data', data(0), `has 0 bytes where 1 to ${MAX_DATA_BYTES} are allowed`],
    ['too much data', data(MAX_DATA_BYTES + 1), `has ${MAX_DATA_BYTES + 1} bytes`],
    ['a note that is too long', data(MAX_NOTE_BYTES + 1, 'note'), 'has 4097 bytes'],
    ['more behind its end', Buffer.from('0600000000000100', 'hex'), 'has 1 bytes'],
    ['half of what has arrived', Buffer.from('080000', 'hex'), 'has 3 bytes'],
    ['half a credit', Buffer.from('050000000000010001', 'hex'), 'has 2 bytes'],
    ['no credit', Buffer.from('0500000000000100000000', 'hex'), '0 bytes are no credit'],
    ['too much credit', Buffer.from('050000000000017fffffff', 'hex'), 'are no credit'],
    [
      'too long a reason',
      Buffer.concat([encoded({ type: 'cancel', id: 1, reason: 'x' }), Buffer.alloc(500)]),
      '501',
    ],
  ])('with %s is refused', (_what, content, message) => {
    expect(() => decodeFrame(content)).toThrow(ProtocolError)
    expect(() => decodeFrame(content)).toThrow(message)
  })

  test('made of any bytes is decoded or refused, and nothing else', () => {
    const changed = fc
      .tuple(frames.map(encoded), fc.nat(40), fc.integer({ min: 0, max: 255 }), fc.nat(20))
      .map(([content, at, byte, cut]) => {
        const other = Buffer.from(content)
        if (at < other.length) other[at] = byte
        return other.subarray(0, Math.max(0, other.length - cut))
      })
    fc.assert(
      fc.property(fc.oneof(bytes(0, 64), changed), (content) => {
        try {
          const frame = decodeFrame(content)
          // The bytes of a reason may be no UTF-8.
          if (frame.type !== 'cancel') expect(encoded(frame)).toEqual(content)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
