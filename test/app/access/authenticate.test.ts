import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/api/session.ts'
import { authenticate, type Proof } from '../../../src/app/access/authenticate.ts'
import type { Claim } from '../../../src/app/access/request/claims.ts'
import type { RequestFacts } from '../../../src/app/access/request/request-facts.ts'
import { type AccessOptions, rulesOf } from '../../../src/app/access/rules.ts'
import { trustedProxies } from '../../../src/app/access/trusted-proxies.ts'
import { fromElsewhere, localFacts } from './facts.ts'

/** What is known: each credential named `right` is somebody's. */
const prove = (claim: Claim): Proof => {
  const as = (user: string, role: Role, more = {}): Proof => ({ user, role, ...more })
  const wrong = { why: 'it is wrong' }
  switch (claim.kind) {
    case 'session':
      if (claim.cookies.includes('tls') && claim.secret === 'right')
        return as('anna', 'operator', { sessionId: 's2', secure: true })
      return claim.cookies.includes('right') && claim.secret === 'right'
        ? as('anna', 'operator', { sessionId: 's1', secure: false })
        : wrong
    case 'ticket':
      return claim.ticket === 'right' ? as('anna', 'operator', { sessionId: 's1', secure: false }) : wrong
    case 'token':
      return claim.token === 'right' ? as('token', 'admin') : wrong
    case 'password':
      return claim.password === 'right' ? as(claim.name, 'viewer') : wrong
    case 'proxy':
      return as(claim.name, claim.name === 'boss' ? 'admin' : 'viewer')
  }
}

const proxies = trustedProxies(['10.0.0.5', 'user:www-data'])
const subjectOf = async (change: Partial<RequestFacts>, options: AccessOptions = {}) => {
  const rules = rulesOf({ proxies, ...options }, 'box', undefined)
  const { subject, inVain } = await authenticate({ ...localFacts, ...change }, rules, prove)
  return { ...subject, inVain: inVain.map(({ kind }) => kind) }
}
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const session = { cookie: 'a=b; scope-4040=right; c=d', secret: 'right' }
const overTls = { ...fromElsewhere, isTls: true }
const upgrade = { isUpgrade: true }
const ticket = (text: string) => ({ ...upgrade, subprotocols: `scope.v1, scope.ticket.${text}` })
const proxied: Partial<RequestFacts> = {
  ...fromElsewhere,
  remoteAddress: '10.0.0.5',
  forwardedBy: ['x-forwarded-for'],
  forwardedFor: '203.0.113.7',
  forwardedProto: 'https',
}

describe('what proves who asks', () => {
  it.each<[string, Partial<RequestFacts>, object]>([
    ['a session', session, { by: 'session', name: 'anna', role: 'operator', mayAct: true, sessionId: 's1' }],
    ['a session from elsewhere', { ...overTls, ...session }, { by: 'session', name: 'anna' }],
    ['a ticket', ticket('right'), { by: 'session', name: 'anna', mayAct: true, sessionId: 's1' }],
    [
      'a token',
      { authorization: 'Bearer right' },
      { by: 'token', name: 'token', role: 'admin', mayAct: true },
    ],
    ['a token, however written', { authorization: 'bearer  right ' }, { by: 'token' }],
    [
      'a token of a page',
      { authorization: 'Bearer right', origin: 'http://localhost:4040' },
      { by: 'token' },
    ],
    ['a password', basic('ben:right'), { by: 'password', name: 'ben', role: 'viewer', mayAct: true }],
    [
      'a proxy',
      { ...proxied, proxyUsers: ['cleo'] },
      { by: 'proxy', name: 'cleo', role: 'viewer', mayAct: false },
    ],
    [
      'a proxy, of a user',
      { ...proxied, proxyUsers: ['boss'] },
      { by: 'proxy', role: 'admin', mayAct: false },
    ],
    ['the kernel', {}, { by: 'kernel', name: 'uid 0 (root)', role: 'viewer', mayAct: false }],
    ['a session before a token', { ...session, authorization: 'Bearer right' }, { by: 'session' }],
    ['a session before a proxy', { ...proxied, ...session, proxyUsers: ['boss'] }, { by: 'session' }],
    [
      'a token before a proxy',
      { ...proxied, authorization: 'Bearer right', proxyUsers: ['cleo'] },
      { by: 'token' },
    ],
    [
      'a proxy, although its user is wrong',
      { ...proxied, ...basic('ben:no'), proxyUsers: ['cleo'] },
      { by: 'proxy', inVain: ['password'] },
    ],
  ])('%s', async (_name, change, subject) => {
    expect(await subjectOf(change)).toMatchObject({ inVain: [], ...subject })
  })
})

describe('what proves nobody, and takes nothing away from what the kernel says', () => {
  it.each<[string, Partial<RequestFacts>, string]>([
    ['a cookie alone', { cookie: 'scope-4040=right' }, 'session'],
    ['a secret alone', { secret: 'right' }, 'session'],
    ['a stolen cookie with a guessed secret', { ...session, secret: 'guessed' }, 'session'],
    ['a secret with another cookie', { ...session, cookie: 'scope-4040=other' }, 'session'],
    ['the cookie of another port', { ...session, cookie: 'scope-4041=right' }, 'session'],
    ['a session that was opened over TLS', { ...session, cookie: 'scope-4040=tls' }, 'session'],
    ['a cookie on a socket, without a ticket', { ...upgrade, cookie: 'scope-4040=right' }, 'session'],
    ['a wrong ticket', ticket('wrong'), 'ticket'],
    ['a wrong token', { authorization: 'Bearer wrong' }, 'token'],
    ['a token of another kind', { authorization: 'Digest right' }, 'token'],
    ['a token with something behind', { authorization: 'Bearer right right' }, 'token'],
    ['a wrong password', basic('ben:wrong'), 'password'],
    ['Basic without a colon', basic('right'), 'token'],
    ['a password from a page', { ...basic('ben:right'), origin: 'http://localhost:4040' }, 'password'],
    ['a header that only a proxy may set', { proxyUsers: ['boss'] }, 'proxy'],
  ])('%s', async (_name, change, kind) => {
    expect(await subjectOf(change)).toMatchObject({ by: 'kernel', role: 'viewer', inVain: [kind] })
    const elsewhere = await subjectOf({
      ...change,
      ...overTls,
      ...(change.cookie === 'scope-4040=tls' ? { isTls: false } : {}),
    })
    expect(elsewhere).toMatchObject({
      by: 'nothing',
      name: '',
      role: undefined,
      mayAct: false,
      inVain: [kind],
    })
  })

  it('a ticket on a request that is no socket', async () => {
    expect(await subjectOf({ ...ticket('right'), isUpgrade: false })).toMatchObject({ by: 'kernel' })
  })
})

describe('a proxy is not believed', () => {
  it.each<[string, Partial<RequestFacts>]>([
    ['that is another', { ...proxied, remoteAddress: '10.0.0.6', proxyUsers: ['boss'] }],
    [
      'on this machine as another user',
      { ...proxied, ...localFacts, forwardedBy: ['via'], proxyUsers: ['boss'] },
    ],
    ['that names two users', { ...proxied, proxyUsers: ['boss', 'cleo'] }],
    ['that names nobody', { ...proxied, proxyUsers: [''] }],
    ['that names the owner', { ...proxied, proxyUsers: ['owner'] }],
    ['that names the token', { ...proxied, proxyUsers: ['token'] }],
    ['that gives two names in one', { ...proxied, proxyUsers: ['boss, cleo'] }],
    ['that gives more than a name', { ...proxied, proxyUsers: ['boss\u0000'] }],
    ['that gives a long name', { ...proxied, proxyUsers: ['b'.repeat(201)] }],
  ])('%s', async (_name, change) => {
    expect(await subjectOf(change)).toMatchObject({ by: 'nothing', role: undefined, inVain: ['proxy'] })
  })

  it('for its own user, without a header', async () => {
    const peer = { uid: 33, name: 'www-data', mayView: true }
    expect(await subjectOf({ peer })).toMatchObject({
      by: 'nothing',
      why: 'it came through the proxy of uid 33 (www-data)',
    })
  })
})

describe('the kernel frees nobody', () => {
  it.each<[string, Partial<RequestFacts>, RegExp]>([
    ['from another machine', fromElsewhere, /another machine/],
    [
      'from another machine that says localhost',
      { ...fromElsewhere, host: 'localhost:4040' },
      /another machine/,
    ],
    ['on an own address', { remoteAddress: '10.9.9.9', localAddress: '10.9.9.9' }, /loopback/],
    ['on a connection that is gone', { remoteAddress: undefined }, /another machine/],
    ['through a proxy', { forwardedBy: ['x-forwarded-for', 'via'] }, /a proxy \(x-forwarded-for, via\)/],
    ['who asks by another name', { host: 'box:4040' }, /not a loopback name/],
    ['who is another user', { peer: { uid: 33, name: 'www-data', mayView: false } }, /www-data/],
    ['whom it does not know', { peer: { why: 'the kernel cannot be asked' } }, /cannot be asked/],
  ])('%s', async (_name, change, why) => {
    const subject = await subjectOf(change)
    expect(subject).toMatchObject({ by: 'nothing', role: undefined, mayAct: false, inVain: [] })
    expect(subject.why).toMatch(why)
  })

  it.each<Partial<RequestFacts>>([
    { host: '127.0.0.1:4040' },
    { host: '[::1]', remoteAddress: '::1' },
    { host: '127.9.9.9', remoteAddress: '127.9.9.9' },
    { remoteAddress: '::ffff:127.0.0.1' },
    { host: 'localhost:9999' },
    { host: 'LOCALHOST' },
  ])('but those on loopback: %o', async (change) => {
    expect(await subjectOf(change)).toMatchObject({ by: 'kernel' })
  })
})

describe('on a connection that others can read', () => {
  it.each<[string, Partial<RequestFacts>, string]>([
    ['a session', session, 'session'],
    ['a token', { authorization: 'Bearer right' }, 'token'],
    ['a password', basic('ben:right'), 'password'],
    ['a ticket', ticket('right'), 'ticket'],
  ])('%s does not count', async (_name, change, kind) => {
    const asked = { ...fromElsewhere, ...change }
    expect(await subjectOf(asked)).toMatchObject({ by: 'nothing', inVain: [kind] })
    expect(await subjectOf(asked, { insecure: true })).toMatchObject({ mayAct: true, inVain: [] })
    expect(await subjectOf({ ...asked, isTls: true })).toMatchObject({ mayAct: true, inVain: [] })
  })

  it('is not even looked up', async () => {
    const rules = rulesOf({}, 'box', undefined)
    const facts = { ...localFacts, ...fromElsewhere, ...session, ...basic('ben:right') }
    const { inVain } = await authenticate(facts, rules, () => {
      throw new Error('looked up')
    })
    expect(inVain.every(({ insecure }) => insecure)).toBe(true)
    expect(inVain).toHaveLength(2)
  })
})
