import { describe, expect, it } from 'vitest'
import { decideAccess } from '../../../src/app/access/decide.ts'
import type { RequestFacts } from '../../../src/app/access/request-facts.ts'

const secret = 'k'.repeat(43)

const local: RequestFacts = {
  method: 'GET',
  path: '/api/topology/hosts',
  remoteAddress: '127.0.0.1',
  peer: { uid: 1000, name: 'anna', mayView: true },
  host: 'localhost:4040',
  origin: undefined,
  secFetchSite: undefined,
  authorization: undefined,
  forwardedBy: [],
  isEncrypted: false,
  isUpgrade: false,
}
const bearer = { authorization: `Bearer ${secret}` }
const remote = { remoteAddress: '192.168.1.9', host: '192.168.1.5:4040' }
const report = { method: 'POST', path: '/api/report' }

const decide = (change: Partial<RequestFacts>) => decideAccess({ ...local, ...change }, secret)?.code

describe('free for this machine itself', () => {
  it.each<[string, Partial<RequestFacts>]>([
    ['localhost', {}],
    ['localhost without a port', { host: 'localhost' }],
    ['LOCALHOST', { host: 'LOCALHOST:4040' }],
    ['the port of a tunnel', { host: 'localhost:9999' }],
    ['127.0.0.1', { host: '127.0.0.1:4040' }],
    ['127.9.9.9', { host: '127.9.9.9', remoteAddress: '127.9.9.9' }],
    ['[::1]', { host: '[::1]:4040', remoteAddress: '::1' }],
    ['IPv4 mapped into IPv6', { remoteAddress: '::ffff:127.0.0.1' }],
    ['its own page', { origin: 'http://localhost:4040', secFetchSite: 'same-origin' }],
    ['its own socket', { origin: 'http://localhost:4040', isUpgrade: true }],
    ['an address typed in', { secFetchSite: 'none' }],
    ['a link elsewhere to the page', { path: '/', secFetchSite: 'cross-site' }],
    ['a port left out as the default', { host: 'localhost:80', origin: 'http://localhost' }],
  ])('%s', (_name, change) => {
    expect(decide(change)).toBeUndefined()
  })
})

describe('needs the secret', () => {
  it.each<[string, Partial<RequestFacts>]>([
    ['another machine', remote],
    ['another machine that says localhost', { remoteAddress: '192.168.1.9' }],
    ['another machine, by IPv6', { remoteAddress: 'fd00::9', host: '[fd00::5]:4040' }],
    ['a connection that is gone', { remoteAddress: undefined }],
    ['a user who may not see the map', { peer: { uid: 65_534, name: 'nobody', mayView: false } }],
    ['a user whom the kernel does not name', { peer: { why: 'its client has closed the connection' } }],
    ['a proxy', { forwardedBy: ['x-forwarded-for'] }],
    ['a name made to point here', { host: 'evil.example:4040' }],
    ['a name that looks like ours', { host: 'localhost.evil.example' }],
    ['a name that ends like ours', { host: 'evil-localhost' }],
    ['a short spelling of 127.0.0.1', { host: '127.1' }],
    ['a number for 127.0.0.1', { host: '2130706433' }],
    ['an address of this machine', { host: '192.168.1.5:4040' }],
    ['credentials in the host', { host: 'user@localhost' }],
    ['no host', { host: undefined }],
    ['the page from elsewhere', { ...remote, path: '/' }],
    ['health from elsewhere', { ...remote, path: '/health' }],
    ['another method to the report path', { ...remote, path: '/api/report' }],
    ['a socket on the report path', { ...remote, ...report, isUpgrade: true }],
    ['a plain request to the channel path', { ...remote, path: '/api/probe/ws' }],
    ['a path like that of channels', { ...remote, path: '/api/probe/ws/', isUpgrade: true }],
    ['a socket of a view', { ...remote, path: '/api/topology/hosts/ws', isUpgrade: true }],
    ['single connections', { ...remote, path: '/api/connections' }],
    ['a path like that of reports', { ...remote, ...report, path: '/api/report/' }],
  ])('%s', (_name, change) => {
    expect(decide(change)).toBe('unauthorized')
    expect(decide({ ...change, ...bearer })).toBeUndefined()
  })

  it.each([
    '',
    'Bearer',
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(1)}`,
    secret,
    `Basic ${secret}`,
    'Bearer ä',
  ])('and "%s" is not it', (authorization) => {
    expect(decide({ ...remote, authorization })).toBe('unauthorized')
  })
})

describe('pages of other sites', () => {
  it.each<[string, Partial<RequestFacts>, string]>([
    ['another origin', { origin: 'https://evil.example' }, 'foreign_origin'],
    ['another port of this machine', { origin: 'http://localhost:3000' }, 'foreign_origin'],
    ['a hidden origin', { origin: 'null' }, 'foreign_origin'],
    ['a socket of another origin', { origin: 'https://evil.example', isUpgrade: true }, 'foreign_origin'],
    ['a file', { origin: 'file://' }, 'foreign_origin'],
    ['another spelling of this machine', { origin: 'http://127.0.0.1:4040' }, 'foreign_origin'],
    ['a cross-site request without origin', { secFetchSite: 'cross-site' }, 'foreign_site'],
    ['a same-site request without origin', { secFetchSite: 'same-site' }, 'foreign_site'],
    ['a cross-site report', { ...report, origin: 'https://evil.example' }, 'foreign_origin'],
  ])('are refused: %s', (_name, change, code) => {
    expect(decide(change)).toBe(code)
    expect(decide({ ...change, ...bearer })).toBe(code)
  })

  it('are refused after rebinding, where origin and host agree', () => {
    expect(decide({ host: 'evil.example:4040', origin: 'http://evil.example:4040' })).toBe('unauthorized')
  })
})

it('leaves a report to its proof, wherever it comes from', () => {
  expect(decide({ ...remote, ...report })).toBeUndefined()
  expect(decide({ ...report, host: 'scope.example' })).toBeUndefined()
})

it('leaves the channel of a probe to its proof, but not to a page of another site', () => {
  const channel = { ...remote, path: '/api/probe/ws', isUpgrade: true }
  expect(decide(channel)).toBeUndefined()
  expect(decide({ ...channel, origin: 'https://evil.example' })).toBe('foreign_origin')
})

it('says which user of this machine has to sign in, or why the user is not known', () => {
  const refusal = (peer: RequestFacts['peer']) => decideAccess({ ...local, peer }, secret)
  expect(refusal({ uid: 33, name: 'www-data', mayView: false })?.message).toContain(
    'since it comes from the user www-data (uid 33), who may not see the map without signing in (--app.local-users=www-data allows it);',
  )
  expect(refusal({ uid: 4711, name: undefined, mayView: false })?.reason).toContain(
    'the user with the id 4711, who may not see the map without signing in (--app.local-users=4711 allows it)',
  )
  expect(refusal({ why: 'its client has closed the connection' })?.reason).toBe(
    'its client has closed the connection',
  )
})
