import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Who } from '../../../src/api/session.ts'
import { trustedProxies } from '../../../src/app/access/trusted-proxies.ts'
import { addUsers, signIn } from '../../app/sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../../app/start-test-app.ts'
import { type Proxy as RunningProxy, startNginxProxy } from '../../support/machine/network/proxies.ts'
import { describeWith } from '../../support/machine/requirements.ts'

// What an authenticating proxy sets: here everybody who reaches it is anna.
const authenticating =
  'proxy_set_header Host $http_host; proxy_set_header X-Remote-User anna; proxy_set_header X-Forwarded-Proto https; ' +
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'

describeWith(['root'], 'an app behind an nginx that names its users', () => {
  let app: TestApp
  let nginx: RunningProxy
  let other: RunningProxy

  beforeAll(async () => {
    app = await startTestApp({
      access: {
        proxies: trustedProxies(['user:www-data']),
        proxyHeader: 'X-Remote-User',
        hosts: ['scope.example'],
      },
    })
    await addUsers(app, ['admin'])
    nginx = await startNginxProxy(app.url, 'www-data', authenticating)
    other = await startNginxProxy(app.url, 'daemon', authenticating)
  })
  afterAll(async () => {
    await Promise.all([nginx?.end(), other?.end()])
    await app.remove()
  })

  const who = async (url: string, headers: Record<string, string | string[]> = {}): Promise<Who> =>
    JSON.parse((await ask(url, { path: '/api/session', headers })).text)
  const anna = { by: 'proxy', name: 'anna', role: 'viewer', mayAct: false }

  it('believes it', async () => {
    expect(await who(nginx.url, { host: 'scope.example' })).toMatchObject(anna)
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['the header itself', { 'x-remote-user': 'admin' }],
    ['the header twice', { 'x-remote-user': ['admin', 'admin'] }],
    ['the header in capitals', { 'X-REMOTE-USER': 'admin' }],
    ['the header with underscores', { x_remote_user: 'admin' }],
    ['a header that the proxy is to drop', { connection: 'close, X-Remote-User', 'x-remote-user': 'admin' }],
    ['what other proxies set', { 'x-forwarded-user': 'admin', 'remote-user': 'admin' }],
  ])('not what a client sends through it: %s', async (_name, headers) => {
    expect(await who(nginx.url, headers)).toMatchObject(anna)
  })

  it('lets its user sign in, from the address that it tells', async () => {
    const through = { ...app, url: nginx.url }
    const { session, setCookie } = await signIn(through, { proxy: true })
    // nginx replaces X-Forwarded-Proto, so the client is believed to use https.
    expect(setCookie).toContain('; Secure')
    expect(await who(nginx.url, { ...session })).toMatchObject({ by: 'session', name: 'anna', mayAct: true })
    const list = await ask(nginx.url, {
      path: '/api/sessions',
      headers: { ...session, 'x-forwarded-for': '203.0.113.7' },
    })
    expect(JSON.parse(list.text)).toMatchObject([{ user: 'anna', from: '127.0.0.1' }])
  })

  it('believes no proxy of another user, and not the client itself', async () => {
    expect(await who(other.url)).toMatchObject({ by: 'nothing', signIn: { proxy: false } })
    expect(await who(app.url, { 'x-remote-user': 'admin' })).toMatchObject({
      by: 'kernel',
      name: 'uid 0 (root)',
    })
  })

  describe('through it, too,', () => {
    it('is refused what another page asks', async () => {
      const headers = { host: 'scope.example', origin: 'https://evil.example' }
      expect((await ask(nginx.url, { path: '/api/probes', headers })).status).toBe(403)
    })

    it('is refused another name', async () => {
      expect((await ask(nginx.url, { path: '/api/probes', headers: { host: 'evil.example' } })).status).toBe(
        421,
      )
    })
  })
})
