import { describe, expect, it } from 'vitest'
import type { RequestFacts } from '../../../src/app/access/request/request-facts.ts'
import { refuseOtherSites, refuseUnknownHost } from '../../../src/app/access/sites.ts'
import { localFacts, rulesWith } from './facts.ts'

const codeOf = (change: Partial<RequestFacts>) => refuseOtherSites({ ...localFacts, ...change })?.code

describe('a page of another site', () => {
  const report = { method: 'POST', path: '/api/report' }
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
    ['several origins', { origin: 'http://localhost:4040, https://evil.example' }, 'foreign_origin'],
  ])('is refused: %s', (_name, change, code) => {
    expect(codeOf(change)).toBe(code)
    expect(codeOf({ ...change, authorization: 'Bearer right', cookie: 'scope-4040=right' })).toBe(code)
  })

  it.each<[string, Partial<RequestFacts>]>([
    ['its own page', { origin: 'http://localhost:4040', secFetchSite: 'same-origin' }],
    ['its own socket', { origin: 'http://localhost:4040', isUpgrade: true }],
    ['its own page behind TLS', { origin: 'https://localhost:4040' }],
    ['an address typed in', { secFetchSite: 'none' }],
    ['a link elsewhere to the page', { path: '/', secFetchSite: 'cross-site' }],
    ['a port left out as the default', { host: 'localhost:80', origin: 'http://localhost' }],
    ['no browser', {}],
  ])('is not: %s', (_name, change) => {
    expect(codeOf(change)).toBeUndefined()
  })
})

describe('of the names that a request can be for', () => {
  const { hosts } = rulesWith({ hosts: ['Scope.Example.org'] })

  it.each([
    'localhost',
    'LOCALHOST:4040',
    '127.0.0.1:4040',
    '[::1]:4040',
    '192.168.1.5',
    '[fd00::5]:4040',
    'box',
    'BOX.example.net:4040',
    'scope.example.org',
    'scope.example.org:443',
  ])('%s is known', (host) => {
    expect(refuseUnknownHost({ host }, hosts)).toBeUndefined()
  })

  it.each([
    'evil.example:4040',
    'localhost.evil.example',
    'evil-localhost',
    'box.evil.example',
    'example.net',
    'localhost.',
    '127.1',
    '2130706433',
    '0x7f.1',
    'user@localhost',
    'localhost:4040:4040',
    '[::1',
    '',
    undefined,
  ])('%s is refused', (host) => {
    expect(refuseUnknownHost({ host }, hosts)).toMatchObject({ status: 421, code: 'unknown_host' })
  })
})
