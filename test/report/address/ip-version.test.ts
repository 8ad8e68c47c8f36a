import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalIp } from '../../../src/report/address/ip.ts'
import { ipVersion } from '../../../src/report/address/ip-version.ts'

/** Mapped addresses whose `::` is behind `ffff`. */
const mappedWithGap = ['0:0:0:0:0:ffff::', '0:0:0:0:0:ffff::1', '0:0:0:0:0:ffff:1::'] as const

test.each<readonly [string, number]>([
  ['0.0.0.0', 4],
  ['255.255.255.255', 4],
  ['10.0.0.1%eth0', 4],
  ['::ffff:10.0.0.1', 4],
  ['::FFFF:a00:1', 4],
  ['0:0:0:0:0:ffff:a00:1', 4],
  ['0::0000:ffff:10.0.0.1', 4],
  ...mappedWithGap.map((text) => [text, 4] as const),
  ['::10.0.0.1', 4],
  ['::', 6],
  ['::1', 6],
  ['1::', 6],
  ['1:2:3:4:5:6:7::', 6],
  ['1:2:3:4:5:6:10.0.0.1', 6],
  ['1:2:3:4:5:6:7:8', 6],
  ['fe80::1%eth0', 6],
  ['64:ff9b::1.2.3.4', 6],
  ['1::ffff:a00:1', 6],
  ['::ffff:0:a00:1', 6],
  ['::ffff:1', 6],
  ['ffff::1:2', 6],
])('%s is of version %i', (text, version) => expect(ipVersion(text)).toBe(version))

test.each([
  ...['1.2.3', '1.2.3.4.5', '1.2.3.4.', '1.2.3.256', '01.2.3.4', '1.2.3.4\n', '%', '%eth0'],
  ...[':', ':::', ':1', '1:', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8::', '1::2::3', '::12345', '::g', '[::]'],
  ...['1.2.3.4::', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '::01.2.3.4', '::1.2.3'],
])('%j is of none', (text) => expect(ipVersion(text)).toBeUndefined())

const piece = fc.constantFrom(
  ...['::', ':', ':', '.', '.', '0', '1', '12', '010', '255', '256', 'ffff', 'ABCD', '12345', '0000'],
  ...['1.2.3.4', '0x7f', 'g', '/', '[', ' ', '\n', ''],
)
/** Addresses, also with something put into or taken out of them, and what is made of their pieces. */
const nearlyAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(40), piece, fc.nat(3))
    .map(([ip, at, put, taken]) => ip.slice(0, at) + put + ip.slice(at + taken)),
  fc.constantFrom(...mappedWithGap),
  fc.array(piece, { maxLength: 18 }).map((pieces) => pieces.join('')),
)

test('what is an address is what Node takes for one, and is of the version of its canonical form', () => {
  fc.assert(
    fc.property(nearlyAddress, (text) => {
      expect(ipVersion(text) !== undefined).toBe(isIP(text) !== 0)
      expect(isIP(canonicalIp(text) ?? '')).toBe(ipVersion(text) ?? 0)
    }),
    { numRuns: 10_000 },
  )
})
