import { isIP, SocketAddress } from 'node:net'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import {
  canonicalIp,
  ipOfBytes,
  isFirstOfNetwork,
  isLinkLocal,
  isLoopback,
  isPrivate,
  isPublic,
  isPublicNetwork,
  isUnspecified,
  prefixOf,
} from '../../../src/report/address/ip.ts'
import { ipVersion } from '../../../src/report/address/ip-version.ts'
import { shortestMsOf } from '../../support/shortest-time.ts'

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8:0000:0001:0000:0001:0001:0001', '2001:db8:0:1:0:1:1:1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:0207', '192.0.2.7'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
])('canonical form of %s', (text, canonical) => {
  expect(canonicalIp(text)).toBe(canonical)
})

test.each([
  '',
  'localhost',
  '1.2.3',
  '127.1',
  '0x7f000001',
  '010.0.0.1',
  '1.2.3.256',
  '1.2.3.4/8',
  '1::2::3',
  '::ffff:010.0.0.1',
  '::0x7f.0.0.1',
  ':',
  '[::1]',
])('%j is not an address', (text) => {
  expect(canonicalIp(text)).toBeUndefined()
  expect(ipVersion(text)).toBeUndefined()
  expect(isPrivate(text)).toBe(false)
  expect(prefixOf(text, 24, 64)).toBeUndefined()
})

test.each([
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['0.0.0.1', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['128.0.0.1', 'public'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', 'public'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.167.255.255', 'public'],
  ['192.168.0.0', 'private'],
  ['192.169.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', 'public'],
  ['169.253.0.1', 'public'],
  ['169.254.0.1', 'link-local'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'private'],
  ['fc00::1', 'private'],
  ['fdff::1', 'private'],
  ['fe00::1', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['::ffff:10.1.2.3', 'private'],
  ['8.8.8.8', 'public'],
])('%s is %s', (ip, kind) => {
  expect({
    loopback: isLoopback(ip),
    linkLocal: isLinkLocal(ip),
    private: isPrivate(ip),
    unspecified: isUnspecified(ip),
  }).toEqual({
    loopback: kind === 'loopback',
    linkLocal: kind === 'link-local',
    private: kind === 'private' || kind === 'link-local',
    unspecified: kind === 'unspecified',
  })
})

test.each([
  ['8.8.8.8', true],
  ['::ffff:8.8.8.8', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['1.0.0.0', true],
  ['10.0.0.1', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.0.1', false],
  ['172.16.0.1', false],
  ['192.0.0.1', false],
  ['192.0.2.1', true],
  ['192.31.196.1', true],
  ['192.168.0.1', false],
  ['198.18.0.1', false],
  ['198.51.100.1', true],
  ['203.0.113.1', true],
  ['223.255.255.255', true],
  ['224.0.0.1', false],
  ['239.255.255.255', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::2', false],
  ['64:ff9b::808:808', true],
  ['64:ff9b::a00:1', false],
  ['64:ff9b:1::1', false],
  ['100::1', false],
  ['2001::1', true],
  ['2001:2::1', false],
  ['2001:db8::1', true],
  ['2002:808:808::1', true],
  ['2606:4700:4700::1111', true],
  ['3fff::1', true],
  ['4000::1', false],
  ['5f00::1', false],
  ['fc00::1', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['nonsense', false],
])('%s is public: %s', (ip, expected) => {
  expect(isPublic(ip)).toBe(expected)
})

test.each([
  ['203.0.113.0', 24, true],
  ['203.0.0.0', 8, true],
  ['8.0.0.0', 8, true],
  ['10.0.0.0', 8, false],
  ['100.0.0.0', 8, false],
  ['172.0.0.0', 8, false],
  ['172.0.0.0', 12, true],
  ['192.0.0.0', 8, false],
  ['224.0.0.0', 8, false],
  ['0.0.0.0', 0, false],
  ['2606:4700::', 32, true],
  ['2606:4700:4700:1::', 64, true],
  ['fd00::', 32, false],
] as const)('the network %s/%i is public: %s', (ip, bits, expected) => {
  expect(isPublicNetwork(ip, bits)).toBe(expected)
})

test.each([
  ['10.1.2.3', 24, 64, '10.1.2.0/24'],
  ['10.1.2.3', 32, 128, '10.1.2.3/32'],
  ['10.1.255.3', 20, 64, '10.1.240.0/20'],
  ['10.1.2.3', 0, 0, '0.0.0.0/0'],
  ['::ffff:10.1.2.3', 16, 64, '10.1.0.0/16'],
  ['2001:db8:1:2:3:4:5:6', 24, 64, '2001:db8:1:2::/64'],
  ['2001:db8:1:2:3:4:5:6', 24, 33, '2001:db8::/33'],
  ['fd00::1', 24, 128, 'fd00::1/128'],
])('prefix of %s by /%i or /%i', (ip, v4, v6, prefix) => {
  expect(prefixOf(ip, v4, v6)).toBe(prefix)
})

test('a network of any size is judged at once', () => {
  const timeMs = (bits: number): number =>
    shortestMsOf(() => {
      for (let i = 0; i < 2000; i++) isPublicNetwork(`${(i >> 8) * 8 + 1}.${i & 255}.0.0`, bits)
    })
  timeMs(15)
  expect(timeMs(0)).toBeLessThan(20 * timeMs(15))
})

describe('of any network', () => {
  const network = fc
    .record({
      raw: fc.oneof(
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        // Near the limits of special ranges.
        fc
          .tuple(
            fc.constantFrom(
              '172.16.0.0',
              '100.127.255.255',
              '192.0.0.0',
              '2001:1ff::',
              '64:ff9b::a00:0',
              '3fff::',
            ),
            fc.nat(3),
          )
          .map(([ip, last]) => {
            const bytes = ipaddr.parse(ip).toByteArray()
            return new Uint8Array([...bytes.slice(0, -1), last])
          }),
      ),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      within: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { minLength: 1, maxLength: 20 }),
    })
    .map(({ raw, share, within }) => {
      const bits = Math.round(share * 8 * raw.length)
      const masked = (bytes: Uint8Array, other: Uint8Array): Uint8Array =>
        bytes.map((byte, i) => {
          const mask = (0xff << (8 - Math.min(8, Math.max(0, bits - 8 * i)))) & 0xff
          return (byte & mask) | ((other[i] ?? 0) & ~mask & 0xff)
        })
      return {
        bits,
        first: masked(raw, new Uint8Array(16)),
        last: masked(raw, new Uint8Array(16).fill(255)),
        inside: within.map((other) => masked(raw, other)),
      }
    })

  test('all addresses of one that is public are', () => {
    fc.assert(
      fc.property(network, ({ bits, first, last, inside }) => {
        const ip = ipOfBytes(first)
        fc.pre(ipVersion(ip) === (first.length === 4 ? 4 : 6))
        if (!isPublicNetwork(ip, bits)) return
        for (const bytes of [first, last, ...inside]) expect(isPublic(ipOfBytes(bytes))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('its first address is the first of it, and no other', () => {
    fc.assert(
      fc.property(network, ({ bits, first, inside: [other = first] }) => {
        const ip = ipOfBytes(first)
        fc.pre(ipVersion(ip) === (first.length === 4 ? 4 : 6))
        expect(isFirstOfNetwork(ip, bits)).toBe(true)
        expect(isFirstOfNetwork(ipOfBytes(other), bits)).toBe(Buffer.compare(first, other) === 0)
        expect(isFirstOfNetwork(ip, 8 * first.length + 1)).toBe(false)
      }),
    )
  })
})

describe('of any address', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )

  test('the canonical form is an address, stays as it is, and means the same', () => {
    fc.assert(
      fc.property(bytes, (raw) => {
        const ip = ipOfBytes(raw)
        expect(isIP(ip)).toBe(ipVersion(ip))
        expect(canonicalIp(ip)).toBe(ip)
        const family = isIP(ip) === 4 ? 'ipv4' : 'ipv6'
        expect(canonicalIp(new SocketAddress({ address: ip, family }).address)).toBe(ip)
      }),
    )
  })

  test('what counts as an address is what Node counts as one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(canonicalIp(text) !== undefined).toBe(isIP(text) !== 0)
      }),
    )
  })
})

test('other numbers of bytes are refused', () => {
  expect(() => ipOfBytes(new Uint8Array(5))).toThrow()
})
