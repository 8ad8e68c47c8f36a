import { generateKeyPairSync, sign } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeOrder,
  type Order,
  OrderError,
  readOrder,
  refuseOrder,
  signOrder,
} from '../../../src/report/proof/order.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const order: Order = {
  probeId: '0123456789abcdef',
  epoch: 'fedcba9876543210',
  channel: 3,
  number: 7,
  person: 'anna',
  method: 'connections',
  params: { records: ['c1'], limit: 5 },
}

describe('an order', () => {
  test('has one spelling', () => {
    expect(encodeOrder(order).toString()).toBe(
      '["scope-order",1,"0123456789abcdef","fedcba9876543210",3,7,"anna","connections",{"records":["c1"],"limit":5}]',
    )
  })

  test('is read as it was signed, whatever it is about', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 1, unit: 'grapheme' }), (params, person) => {
        const signed = signOrder({ ...order, params, person }, privateKey)
        const read = readOrder(signed, publicKey)
        expect(signOrder(read, privateKey)).toEqual(signed)
        expect(read.person).toBe(person)
      }),
      { numRuns: 50 },
    )
  })

  test('whose bytes are changed anywhere is no order', () => {
    const signed = signOrder(order, privateKey)
    for (let at = 0; at < signed.length; at++) {
      const changed = Buffer.from(signed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => readOrder(changed, publicKey), `byte ${at}`).toThrow(OrderError)
    }
  })

  const signedText = (text: string): Buffer =>
    Buffer.concat([sign(null, Buffer.from(text), privateKey), Buffer.from(text)])
  const spelled = (change: (entries: unknown[]) => void): Buffer => {
    const entries = JSON.parse(encodeOrder(order).toString()) as unknown[]
    change(entries)
    return signedText(JSON.stringify(entries))
  }
  const put = (at: number, value: unknown) => spelled((entries) => entries.splice(at, 1, value))
  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a signature alone', signOrder(order, privateKey).subarray(0, 64)],
    ['what another key has signed', signOrder(order, generateKeyPairSync('ed25519').privateKey)],
    ['no JSON', signedText('{')],
    ['another thing that the key has signed', signedText('scope-app\nscope-report\nchallenge')],
    ['another kind', put(0, 'scope-app')],
    ['another version', put(1, 2)],
    ['a probe that is none', put(2, 'probe')],
    ['channel 0', put(4, 0)],
    ['half a number', put(5, 1.5)],
    ['nobody', put(6, '')],
    ['a method with too long a name', put(7, 'x'.repeat(65))],
    ['one entry more', spelled((entries) => entries.push(1))],
    ['one entry less', spelled((entries) => entries.pop())],
  ])('is not %s', (_what, signed) => {
    expect(() => readOrder(signed, publicKey)).toThrow(OrderError)
  })

  const { probeId, epoch, channel } = order
  test.each<[string, Partial<Order>, number, string | undefined]>([
    ['the next', {}, 6, undefined],
    ['the first', { number: 1 }, 0, undefined],
    ['one after a gap', { number: 70 }, 6, undefined],
    ['the same again', {}, 7, 'order 7 comes after order 7'],
    ['an earlier one', {}, 8, 'order 7 comes after order 8'],
    ['one of another probe', { probeId: 'f'.repeat(16) }, 6, `for the probe ${'f'.repeat(16)}`],
    ['one of another start', { epoch: 'f'.repeat(16) }, 6, 'another start of this probe'],
    ['one of another channel', { channel: 4 }, 6, 'for channel 4, not for channel 3'],
  ])('%s is judged', (_what, change, lastNumber, reason) => {
    const refusal = refuseOrder({ ...order, ...change }, { probeId, epoch, channel, lastNumber })
    if (reason === undefined) expect(refusal).toBeUndefined()
    else expect(refusal).toContain(reason)
  })
})
