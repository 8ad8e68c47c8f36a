import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { trustedProxies } from '../../src/app/access/trusted-proxies.ts'
import { type SessionHeaders, signIn, ticketOf } from '../app/sign-in/signing-in.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { askAs, NOBODY } from './as-user.ts'
import { guarded, upgrade } from './operations.ts'
import { startVictim, type Victim } from './victim.ts'

describeWith(['root'], 'another user of the machine', () => {
  let victim: Victim
  let session: SessionHeaders
  beforeAll(async () => {
    victim = await startVictim()
    session = (await signIn(victim.app)).session
  })
  afterAll(() => victim.app.remove())

  const ask = (requests: Parameters<typeof askAs>[2]) =>
    victim.during(() => askAs(NOBODY, victim.app.port, requests))

  it.each<[string, () => Record<string, string>]>([
    ['with nothing', () => ({})],
    ['with the cookie alone, which the browser sends to every port', () => ({ cookie: session.cookie })],
    ['with the secret alone', () => ({ 'scope-secret': session['scope-secret'] })],
    [
      'with a token that is wrong',
      () => ({ authorization: `Bearer ${randomBytes(32).toString('base64url')}` }),
    ],
    ['with a password that is wrong', () => ({ authorization: `Basic ${btoa('owner:owner')}` })],
    ['with headers of a proxy', () => ({ 'x-remote-user': 'admin', 'x-forwarded-for': '127.0.0.1' })],
  ])('sees nothing and does nothing %s', async (_what, headers) => {
    const requests = guarded.map(({ method, path, isSocket }) => ({
      method,
      path,
      headers: { ...headers(), ...(isSocket ? upgrade : {}) },
    }))
    const answers = await ask(requests)
    for (const [i, { status, text }] of answers.entries()) {
      expect([requests[i]?.path, [401, 403].includes(status)]).toEqual([requests[i]?.path, true])
      expect(text).not.toContain('alpha')
    }
  })

  it('learns nothing of the app but that it is alive', async () => {
    const [health, who] = await ask([
      { method: 'GET', path: '/health' },
      { method: 'GET', path: '/api/session' },
    ])
    expect(JSON.parse(health?.text ?? '')).toEqual({ status: 'ok' })
    expect(JSON.parse(who?.text ?? '')).not.toHaveProperty('role')
  })

  it('guesses no ticket', async () => {
    await ticketOf(victim.app, session)
    const requests = Array.from({ length: 500 }, () => ({
      method: 'GET',
      path: '/api/topology/hosts/ws',
      headers: {
        ...upgrade,
        'sec-websocket-protocol': `scope.v1, scope.ticket.${randomBytes(16).toString('base64url')}`,
      },
    }))
    for (const { status } of await ask(requests)) expect(status).toBe(401)
  })

  it('reads no file of the state directory', () => {
    const files = readdirSync(victim.app.stateDir, { recursive: true, encoding: 'utf8' })
    expect(files).toEqual(
      expect.arrayContaining(['token', 'cluster.key', 'app/accounts.db', 'app/audit.log']),
    )
    for (const file of files) {
      const path = join(victim.app.stateDir, file)
      if (file.endsWith('.pub')) continue
      expect([file, statSync(path).mode & 0o077]).toEqual([file, 0])
      expect(() =>
        execFileSync('setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', 'cat', path], {
          stdio: 'pipe',
        }),
      ).toThrow('Permission denied')
    }
  })

  it('is in the audit log, with its name, and without what it tried', async () => {
    const entries = await victim.audited()
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'refused',
        result: 'refused',
        from: '127.0.0.1 uid 65534',
        target: 'GET /api/topology',
        reason: expect.stringContaining('it comes from the user nobody'),
      }),
    )
    const all = JSON.stringify(entries)
    expect(all).not.toContain(session['scope-secret'])
    expect(all).not.toContain(session.cookie.split('=')[1])
    expect(all).not.toContain('scope.ticket')
  })
})

describeWith(['root'], 'another user of the machine who connects from one of its own addresses', () => {
  let victim: Victim
  beforeAll(async () => {
    victim = await startVictim({
      address: '0.0.0.0:0',
      access: { proxies: trustedProxies(['0.0.0.0/0']), proxyHeader: 'X-Remote-User', proxyRole: 'admin' },
    })
  })
  afterAll(() => victim.app.remove())

  // A machine without a network has none but loopback.
  const own =
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ address, family }) => family === 'IPv4' && !address.startsWith('127.'))?.address ?? '127.0.0.1'

  it('is no proxy that is believed, although its address is in a network of such', async () => {
    const headers = {
      'x-remote-user': 'root',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.7',
    }
    const answers = await victim.during(() =>
      askAs(
        NOBODY,
        victim.app.port,
        [
          { method: 'GET', path: '/api/topology/hosts', headers },
          { method: 'GET', path: '/api/audit', headers },
          {
            ...{ method: 'POST', path: '/api/session', body: '{"proxy":true}' },
            headers: { ...headers, 'content-type': 'application/json' },
          },
        ],
        own,
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403])
    for (const { text } of answers) expect(text).not.toMatch(/alpha|secret"/)
    const entries = await victim.audited()
    expect(entries).toContainEqual(expect.objectContaining({ action: 'refused', from: own }))
    expect(JSON.stringify(entries)).not.toContain('203.0.113.7')
  })
})
