import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorOf, readAttributes, splitMessages } from '../../../src/native/netlink/netlink-message.ts'
import { conntrack, dumpRequest, parseConntrackMessage } from '../../../src/probe/nat/conntrack-message.ts'

/** As Linux 6.18 sent them. */
const datagrams = {
  newV4:
    'c4000000000100060000000000000000020000003400018014000180080001000a010002080002000a0100011c00028005000100060000000600020081220000060003001f9000003400028014000180080001000a020002080002000a0100021c00028005000100060000000600020000500000060003000c2e000008000c00c696c88c08000300000001b80800070000000078300004802c0001800500010001000000050002000a000000050003000000000006000400030000000600050000000000',
  newV6:
    'f40000000001000600000000000000000a0000004c0001802c00018014000300fd01000000000000000000000000000214000400fd0100000000000000000000000000011c000280050001000600000006000200c57e0000060003001f9000004c0002802c00018014000300fd02000000000000000000000000000214000400fd0100000000000000000000000000021c0002800500010006000000060002000050000006000300c57e000008000c00e8a4036a08000300000001a80800070000000078300004802c0001800500010001000000050002000a000000050003000000000006000400030000000600050000000000',
  untranslated:
    'c4000000000100060000000000000000020000003400018014000180080001000a010002080002000a0200021c000280050001000600000006000200e13a000006000300005200003400028014000180080001000a020002080002000a0100021c0002800500010006000000060002000052000006000300e13a000008000c00e2c83eb208000300000001880800070000000078300004802c0001800500010001000000050002000a000000050003000000000006000400030000000600050000000000',
  udp: '94000000000100060000000000000000020000003400018014000180080001000a010002080002000a0200021c000280050001001100000006000200b95e000006000300003500003400028014000180080001000a020002080002000a0100021c0002800500010011000000060002000035000006000300b95e000008000c006f21a7a00800030000000188080007000000001e',
  goneV4:
    'a40000000201000000000000deac95d3020000003400018014000180080001000a010002080002000a0100011c00028005000100060000000600020081220000060003001f9000003400028014000180080001000a020002080002000a0100021c00028005000100060000000600020000500000060003000c2e000008000c00c696c88c08000300000003be0800070000000077100004800c0001800500010007000000',
  goneV6:
    'd40000000201000000000000c8aa188f0a0000004c0001802c00018014000300fd01000000000000000000000000000214000400fd0100000000000000000000000000011c000280050001000600000006000200c57e0000060003001f9000004c0002802c00018014000300fd02000000000000000000000000000214000400fd0100000000000000000000000000021c0002800500010006000000060002000050000006000300c57e000008000c00e8a4036a08000300000003ae0800070000000077100004800c0001800500010007000000',
} as const

const bytes = (name: keyof typeof datagrams): Uint8Array => Buffer.from(datagrams[name], 'hex')
const parse = (datagram: Uint8Array) => splitMessages(datagram)?.map(parseConntrackMessage)

const v4 = {
  original: { sourceIp: '10.1.0.2', sourcePort: 33058, destinationIp: '10.1.0.1', destinationPort: 8080 },
  reply: { sourceIp: '10.2.0.2', sourcePort: 80, destinationIp: '10.1.0.2', destinationPort: 3118 },
}
const v6 = {
  original: { sourceIp: 'fd01::2', sourcePort: 50558, destinationIp: 'fd01::1', destinationPort: 8080 },
  reply: { sourceIp: 'fd02::2', sourcePort: 80, destinationIp: 'fd01::2', destinationPort: 50558 },
}

describe('a message of connection tracking', () => {
  it.each([
    ['newV4', { there: true, id: 0xc696c88c, translation: v4 }],
    ['goneV4', { there: false, id: 0xc696c88c, translation: v4 }],
    ['newV6', { there: true, id: 0xe8a4036a, translation: v6 }],
    ['goneV6', { there: false, id: 0xe8a4036a, translation: v6 }],
    ['untranslated', undefined],
    ['udp', undefined],
  ] as const)('%s is read', (name, expected) => {
    expect(parse(bytes(name))).toEqual([expected])
  })

  it('is read among others in one datagram', () => {
    const together = Buffer.concat([bytes('newV4'), bytes('untranslated'), bytes('goneV6')])
    expect(parse(together)).toEqual([
      { there: true, id: 0xc696c88c, translation: v4 },
      undefined,
      { there: false, id: 0xe8a4036a, translation: v6 },
    ])
  })

  it('cut off anywhere is no message, and its body cut off is malformed or whole', () => {
    const whole = bytes('newV6')
    for (let length = 1; length < whole.length; length++)
      expect(splitMessages(whole.subarray(0, length))).toBeUndefined()
    const body = whole.subarray(16)
    const expected = { there: true, id: 0xe8a4036a, translation: v6 }
    for (let length = 0; length < body.length; length++) {
      const read = parseConntrackMessage({
        type: conntrack.newMessage,
        sequence: 0,
        body: body.subarray(0, length),
      })
      expect(read === 'malformed' ? expected : read).toEqual(expected)
    }
  })

  it('with any bytes wrong is read as something whole, or not at all', () => {
    const wrong = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    const name = fc.constantFrom(...(Object.keys(datagrams) as (keyof typeof datagrams)[]))
    fc.assert(
      fc.property(name, fc.array(wrong, { minLength: 1, maxLength: 6 }), (which, changes) => {
        const changed = Uint8Array.from(bytes(which))
        for (const { at, value } of changes) changed[at % changed.length] = value
        for (const read of parse(changed) ?? []) {
          if (read === undefined || read === 'malformed') continue
          for (const { sourceIp, sourcePort, destinationIp, destinationPort } of Object.values(
            read.translation,
          )) {
            expect(sourceIp).toMatch(/^[0-9a-f.:]+$/)
            expect(destinationIp).toMatch(/^[0-9a-f.:]+$/)
            expect(sourcePort + destinationPort).toBeLessThan(2 * 65_536)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('of any bytes does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        splitMessages(any)
        readAttributes(any)
        errorOf(any)
        for (const type of [conntrack.newMessage, conntrack.deleteMessage])
          parseConntrackMessage({ type, sequence: 0, body: any })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a request for what there is', () => {
  it('asks for all of any family that are translated so', () => {
    expect(Buffer.from(dumpRequest(conntrack.sourceTranslated)).toString('hex')).toBe(
      `24000000${'0101'}${'0103'}${'00'.repeat(8)}${'00000000'}0800030000000010${'08001a0000000010'}`,
    )
  })
})

describe('a refusal', () => {
  it.each([
    ['ffffffff00', 1],
    ['00000000', 0],
    ['ffff', undefined],
  ])('%s has the number of its error', (hex, errno) => {
    expect(errorOf(Buffer.from(hex, 'hex'))).toBe(errno)
  })
})
