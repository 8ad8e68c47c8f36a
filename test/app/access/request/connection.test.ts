import { describe, expect, it } from 'vitest'
import { connectionOf } from '../../../../src/app/access/request/connection.ts'
import type { RequestFacts } from '../../../../src/app/access/request/request-facts.ts'
import { trustedProxies } from '../../../../src/app/access/trusted-proxies.ts'
import { fromElsewhere, localFacts, rulesWith } from '../facts.ts'

const proxies = trustedProxies(['10.0.0.5', '10.0.0.6', 'user:www-data'])
const connection = (change: Partial<RequestFacts>, options = {}) =>
  connectionOf({ ...localFacts, ...change }, rulesWith({ proxies, ...options }))

const byNginx: Partial<RequestFacts> = {
  peer: { uid: 33, name: 'www-data', mayView: false },
  forwardedBy: ['x-forwarded-for', 'x-forwarded-proto'],
  forwardedFor: '203.0.113.7',
}
const byUnknown: Partial<RequestFacts> = { forwardedBy: ['via'] }

describe('credentials count', () => {
  it.each<[string, Partial<RequestFacts>, boolean, boolean]>([
    ['on loopback', {}, true, false],
    ['on loopback, of whatever user', { peer: { uid: 65534, name: 'nobody', mayView: false } }, true, false],
    ['on an own address', { remoteAddress: '10.9.9.9', localAddress: '10.9.9.9' }, true, false],
    ['from elsewhere', fromElsewhere, false, false],
    ['from elsewhere by TLS', { ...fromElsewhere, isTls: true }, true, true],
    ['on a connection that is gone', { remoteAddress: undefined, localAddress: undefined }, false, false],
    ['through a proxy that nobody named', byUnknown, false, false],
    ['through such a proxy that speaks of https', { ...byUnknown, forwardedProto: 'https' }, false, false],
    ['through a trusted proxy that says https', { ...byNginx, forwardedProto: 'https' }, true, true],
    ['through one that says http', { ...byNginx, forwardedProto: 'http' }, false, false],
    ['through one that says http, by TLS', { ...byNginx, forwardedProto: 'http', isTls: true }, false, false],
    ['through one that says both', { ...byNginx, forwardedProto: 'https, http' }, false, false],
    ['through one that says nothing', byNginx, false, false],
    ['from elsewhere, who says https', { ...fromElsewhere, forwardedProto: 'https' }, false, false],
  ])('%s', (_name, change, counts, isTls) => {
    const { insecure, isTls: known } = connection(change)
    expect([insecure === undefined, known]).toEqual([counts, isTls])
    expect(connection(change, { insecure: true }).insecure).toBeUndefined()
  })

  it('else it is told what to do', () => {
    expect(connection(fromElsewhere).insecure).toMatch(
      /not encrypted.*--app\.tls=self-signed.*--app\.insecure/,
    )
    expect(connection(byUnknown).insecure).toMatch(/\(via\).*--app\.trusted-proxies/)
    expect(connection(byNginx).insecure).toMatch(/X-Forwarded-Proto: https/)
  })
})

describe('a user of this machine who connects from an address of its own', () => {
  const byOwnAddress: Partial<RequestFacts> = {
    ...{ remoteAddress: '10.0.0.5', localAddress: '10.0.0.5', host: '10.0.0.5:4040' },
    peer: { uid: 65_534, name: 'nobody', mayView: false },
    ...{ forwardedBy: ['x-forwarded-proto'], forwardedProto: 'https', forwardedFor: '203.0.113.7' },
  }

  it('is no proxy of the networks that are believed', () => {
    const { viaProxy, isTls, from, insecure } = connection(byOwnAddress)
    expect([viaProxy, isTls, from]).toEqual([false, false, '10.0.0.5'])
    expect(insecure).toMatch(/proxy.*does not know/)
  })

  it('is none either when the kernel does not say who it is', () => {
    expect(connection({ ...byOwnAddress, peer: { why: 'it is gone' } }).viaProxy).toBe(false)
  })

  it('is counted as this user', () => {
    const plain = { ...byOwnAddress, forwardedBy: [], forwardedFor: undefined, forwardedProto: undefined }
    const { from, source } = connection(plain)
    expect([from, source.replace(/\/32/, '')]).toEqual(['10.0.0.5 uid 65534', '10.0.0.5 uid 65534'])
  })
})

describe('the client is', () => {
  const far = { ...fromElsewhere, remoteAddress: '10.0.0.5' }
  it.each<[string, Partial<RequestFacts>, string]>([
    ['who connects', fromElsewhere, '192.168.1.9'],
    [
      'who connects by IPv4, named as such',
      { ...fromElsewhere, remoteAddress: '::ffff:192.168.1.9' },
      '192.168.1.9',
    ],
    ['who connects, whatever it says', { ...fromElsewhere, forwardedFor: '1.2.3.4' }, '192.168.1.9'],
    ['whom a trusted proxy names', byNginx, '203.0.113.7'],
    ['whom it names last', { ...far, forwardedFor: '1.2.3.4, 203.0.113.7' }, '203.0.113.7'],
    [
      'before other trusted proxies',
      { ...far, forwardedFor: '1.2.3.4, 203.0.113.7, 10.0.0.6' },
      '203.0.113.7',
    ],
    ['the proxy, when it names nobody', far, '10.0.0.5'],
    ['the proxy, when it names nonsense', { ...far, forwardedFor: '1.2.3.4, <b>' }, '10.0.0.5'],
  ])('%s', (_name, change, from) => {
    expect(connection(change).from).toBe(from)
  })

  it.each<[string, Partial<RequestFacts>, string]>([
    ['a user of this machine', {}, 'loopback uid 0'],
    ['a user of this machine, by whatever address', { remoteAddress: '127.8.9.10' }, 'loopback uid 0'],
    ['a user of this machine, by IPv6', { remoteAddress: '::1', localAddress: '::1' }, 'loopback uid 0'],
    ['whoever is behind a proxy', byNginx, '203.0.113.7'],
    ['a proxy that nobody named', byUnknown, 'loopback'],
    ['a network', { ...fromElsewhere, remoteAddress: '2001:db8:1:2:3::4' }, '2001:db8:1:2::/64'],
  ])('counted for as %s', (_name, change, source) => {
    expect(connection(change).source.replace(/\/32/, '')).toBe(source)
  })
})
