import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { TrustedProxyError, trustedProxies } from '../../../src/app/access/trusted-proxies.ts'

const why = { why: 'the kernel was not asked' }
const nginx = { uid: 33, name: 'www-data', mayView: false }
const nameless = { uid: 4711, name: undefined, mayView: false }

describe('trusted proxies', () => {
  const proxies = trustedProxies(['10.0.0.5', '10.1.0.0/16', 'fd00::/8', 'user:www-data', 'user:4711'])

  it.each([
    ['an address', '10.0.0.5', why, true],
    ['an address beside it', '10.0.0.6', why, false],
    ['an address written as IPv6', '::ffff:10.0.0.5', why, true],
    ['one of a network', '10.1.255.1', why, true],
    ['one of a network of IPv6', 'fd12::1', why, true],
    ['one of none', '192.168.1.1', why, false],
    ['a user on this machine', '127.0.0.1', nginx, true],
    ['a user on this machine, by IPv6', '::1', nginx, true],
    ['a user by id', '127.0.0.1', nameless, true],
    ['another user', '127.0.0.1', { uid: 0, name: 'root', mayView: true }, false],
    ['nobody knows who', '127.0.0.1', why, false],
    ['the name of a user who is elsewhere', '192.168.1.1', nginx, false],
    ['a connection that is gone', undefined, nginx, false],
  ])('are known by %s', (_name, address, peer, known) => {
    expect(proxies.has(address, peer)).toBe(known)
  })

  it('on this machine are none of a network that includes it', () => {
    expect(trustedProxies(['0.0.0.0/0', '::/0']).has('127.0.0.1', nginx)).toBe(false)
    expect(trustedProxies(['0.0.0.0/0', '::/0']).has('::ffff:127.0.0.1', nginx)).toBe(false)
  })

  // Every user of the machine can connect from an address of its interfaces, too.
  it('on this machine are none of a network that includes an address of its own', () => {
    const all = trustedProxies(['0.0.0.0/0', '::/0', 'user:www-data'])
    const own = () => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    const known = own().map(({ address, family }) => ({
      address,
      has: all.has(address, why) || (family === 'IPv4' && all.has(`::ffff:${address}`, why)),
    }))
    // Those of containers come and go: whatever has gone meanwhile may have been nobody's when it was asked about.
    const still = new Set(own().map(({ address }) => address))
    const stayed = known.filter(({ address }) => still.has(address))
    expect(stayed.length).toBeGreaterThan(0)
    expect(stayed.filter(({ has }) => has)).toEqual([])
    expect(all.has('192.0.2.5', why)).toBe(true)
  })

  it('on this machine are those users whom the kernel names, by whatever address', () => {
    const all = trustedProxies(['10.0.0.0/8', 'user:www-data'])
    expect(all.has('10.0.0.5', why, '10.0.0.5')).toBe(false)
    expect(all.has('10.0.0.5', nameless, '10.0.0.5')).toBe(false)
    expect(all.has('10.0.0.5', nginx, '10.0.0.5')).toBe(true)
    expect(all.has('10.0.0.5', why, '10.0.0.6')).toBe(true)
  })

  it.each(['127.0.0.1', '::1', '127.0.0.0/8', '::ffff:127.0.0.1'])(
    '%s is refused: everybody has it',
    (text) => {
      expect(() => trustedProxies([text])).toThrow(/every user of this machine.*user:www-data/)
    },
  )

  it.each(['', 'proxy.example', '10.0.0.5/33', 'fd00::/129', '10.0.0', 'user:', 'user:a:b', '10.0.0.5/'])(
    '"%s" is refused: it names none',
    (text) => {
      expect(() => trustedProxies([text])).toThrow(TrustedProxyError)
    },
  )
})
