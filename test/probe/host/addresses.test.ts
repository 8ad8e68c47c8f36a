import { expect, test } from 'vitest'
import { hostAddresses, localNetworks, networksWithinHost } from '../../../src/probe/host/addresses.ts'
import { addressSchema } from '../../../src/report/schema.ts'

const of = (address: string, prefixBits: number, withinHost = false) => ({ address, prefixBits, withinHost })
const holder = { hostId: 'h', netns: 77 }

test.each([
  [of('127.0.0.1', 8), 'h-77;127.0.0.1', 'netns'],
  [of('::1', 128), 'h-77;::1', 'netns'],
  [of('169.254.3.4', 16), 'h-77;169.254.3.4', 'netns'],
  [of('fe80::1%eth0', 64), 'h-77;fe80::1', 'netns'],
  [of('fe80::1', 64, true), 'h-77;fe80::1', 'netns'],
  [of('172.17.0.1', 16, true), 'h;172.17.0.1', 'host'],
  [of('fd00:0:0::1', 64, true), 'h;fd00::1', 'host'],
  [of('192.168.1.9', 24), ';192.168.1.9', 'global'],
  [of('2001:DB8::9', 64), ';2001:db8::9', 'global'],
])('%j', (address, id, scope) => {
  const entries = hostAddresses([address], holder)
  expect(entries).toEqual([{ id, ip: id.split(';')[1], scope, owners: ['h;<host>'] }])
  for (const entry of entries) addressSchema.parse(entry)
})

test('an address is within the host when a bridge without a way out has its network', () => {
  const isWithin = networksWithinHost([
    of('192.168.122.1', 24, true),
    of('fd00:122::1', 64, true),
    of('fe80::1', 64, true),
    of('10.0.0.5', 8),
  ])
  const addresses = [
    '192.168.122.77',
    'fd00:122::77',
    '192.168.123.1',
    '10.0.0.6',
    'fe80::77',
    '::1',
    'no address',
  ]
  for (const _ of ['first', 'again'])
    expect(addresses.filter(isWithin)).toEqual(['192.168.122.77', 'fd00:122::77'])
})

test('each once, and none that is no address', () => {
  const twice = of('fe80::1', 64)
  expect(hostAddresses([twice, twice, of('0.0.0.0', 0), of('', 0)], holder)).toHaveLength(1)
})

test('networks are masked, sorted, each once', () => {
  const interfaces = [of('192.168.1.9', 24), of('192.168.1.10', 24), of('10.1.2.3', 20), of('fd00::9:1', 64)]
  expect(localNetworks(interfaces)).toEqual(['10.1.0.0/20', '192.168.1.0/24', 'fd00::/64'])
})
