import { describe, expect, it } from 'vitest'
import {
  decodeSocketAnswer,
  encodeSocketRequest,
  endsOf,
  type SocketName,
} from '../../../src/native/netlink/socket-diag.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const v4: SocketName = {
  own: { address: '127.0.0.1', port: 44_644 },
  other: { address: '127.0.0.2', port: 4040 },
}
const v6: SocketName = { own: { address: '::1', port: 44_644 }, other: { address: '::1', port: 4040 } }

/** `nlmsghdr`: length, type SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, sequence, port id. */
const header = '48000000 1400 0100 07000000 00000000'
const anyState = 'ffffffff'
const noCookie = 'ffffffff ffffffff'
const loopbackInterface = '01000000'
const rest4 = '000000000000000000000000'

describe('a request for one socket', () => {
  it.each<[string, SocketName, string]>([
    [
      'IPv4',
      v4,
      `${header} 02 06 00 00 ${anyState} ae64 0fc8 7f000001 ${rest4} 7f000002 ${rest4} ${loopbackInterface} ${noCookie}`,
    ],
    [
      'IPv6',
      v6,
      `${header} 0a 06 00 00 ${anyState} ae64 0fc8 ${'00'.repeat(15)}01 ${'00'.repeat(15)}01 ${loopbackInterface} ${noCookie}`,
    ],
    [
      'IPv4 mapped into IPv6',
      {
        own: { address: '::ffff:127.0.0.1', port: 44_644 },
        other: { address: '::ffff:127.0.0.2', port: 4040 },
      },
      `${header} 02 06 00 00 ${anyState} ae64 0fc8 7f000001 ${rest4} 7f000002 ${rest4} ${loopbackInterface} ${noCookie}`,
    ],
    [
      'a link-local address, which Node tells with its interface',
      {
        own: { address: 'fe80::2%br-0a1b', port: 44_644 },
        other: { address: 'fe80::1%eth0.100', port: 4040 },
      },
      `${header} 0a 06 00 00 ${anyState} ae64 0fc8 fe80${'00'.repeat(13)}02 fe80${'00'.repeat(13)}01 ${loopbackInterface} ${noCookie}`,
    ],
  ])('%s', (_name, name, expected) => {
    expect(Buffer.from(encodeSocketRequest(name, 7)).toString('hex')).toBe(hex(expected).toString('hex'))
  })

  it('is not made of what is no address', () => {
    expect(() => encodeSocketRequest({ ...v4, own: { address: 'localhost', port: 1 } }, 1)).toThrow('address')
  })
})

/** `inet_diag_msg`: family, state, timer, retransmits, socket id, expires, queues, uid, inode. */
const answer = (family: string, state: string, addresses: string, owner = 'e8030000 39300000'): string =>
  `${family} ${state} 00 00 ae64 0fc8 ${addresses} 00000000 0100000000000000 00000000 00000000 00000000 ${owner}`

const ipv4Addresses = `7f000001 ${rest4} 7f000002 ${rest4}`

describe('an answer', () => {
  it.each<[string, string, object]>([
    ['IPv4', answer('02', '01', ipv4Addresses), { state: 1, ends: endsOf(v4), uid: 1000, inode: 12_345 }],
    [
      'IPv6',
      answer('0a', '01', `${'00'.repeat(15)}01 ${'00'.repeat(15)}01`),
      { state: 1, ends: endsOf(v6), uid: 1000, inode: 12_345 },
    ],
    [
      'an IPv6 socket that carries IPv4',
      answer('0a', '05', `${'00'.repeat(10)}ffff7f000001 ${'00'.repeat(10)}ffff7f000002`),
      { state: 5, ends: endsOf(v4), uid: 1000, inode: 12_345 },
    ],
    [
      'with attributes behind it, and the largest numbers',
      `${answer('02', '06', ipv4Addresses, 'feffffff ffffffff')} 0500 0800 00000000`,
      { state: 6, ends: endsOf(v4), uid: 4_294_967_294, inode: 4_294_967_295 },
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(decodeSocketAnswer(hex(bytes))).toEqual(expected)
  })

  it('that is cut off, or of another family, is none', () => {
    const whole = hex(answer('02', '01', ipv4Addresses))
    for (let length = 0; length < whole.length; length++)
      expect(decodeSocketAnswer(whole.subarray(0, length))).toBeUndefined()
    expect(decodeSocketAnswer(hex(answer('01', '01', ipv4Addresses)))).toBeUndefined()
  })
})

it('tells sockets apart by each port and each address', () => {
  const all = [
    v4,
    v6,
    { ...v4, own: { ...v4.own, port: 44_645 } },
    { ...v4, own: { ...v4.own, address: '127.0.0.3' } },
    { ...v4, other: { ...v4.other, port: 4041 } },
    { ...v4, other: { ...v4.other, address: '127.0.0.1' } },
    { own: v4.other, other: v4.own },
  ]
  expect(new Set(all.map((name) => endsOf(name).toString('hex'))).size).toBe(all.length)
})
