import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Session, Who } from '../../../src/api/session.ts'
import { trustedProxies } from '../../../src/app/access/trusted-proxies.ts'
import { token } from '../../../src/state/state-dir.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import {
  accountsBeside,
  addUsers,
  codeOf,
  openSocket,
  type SessionHeaders,
  signIn,
  ticketOf,
} from './signing-in.ts'

let app: TestApp
let bearer: Record<string, string>
const password = { user: 'operator', password: goodPassword }

beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['viewer', 'operator', 'admin'])
  bearer = { authorization: `Bearer ${await token(app.stateDir)}` }
})
afterAll(() => app.remove())

const asked = async (path: string, options: Parameters<typeof ask>[1] = {}) => {
  const { status, text, headers } = await ask(app.url, { path, ...options })
  return { status, headers, body: JSON.parse(text) }
}
const whoIs = async (headers: object = {}): Promise<Who> =>
  (await asked('/api/session', { headers: { ...headers } })).body
const sessionsOf = async (session: SessionHeaders): Promise<Session[]> =>
  (await asked('/api/sessions', { headers: { ...session } })).body
const entries = async () => (await asked('/api/audit', { headers: bearer })).body.entries

describe('signing in', () => {
  it('by a link makes the owner of this browser, once', async () => {
    const code = codeOf(app)
    const { session, answer, setCookie } = await signIn(app, { code }, { 'user-agent': 'Browser/1' })
    expect(answer.who).toEqual({
      by: 'session',
      name: 'owner',
      role: 'admin',
      mayAct: true,
      signIn: { password: true, proxy: false },
      readOnly: false,
    })
    expect(await whoIs(session)).toEqual(answer.who)
    expect(setCookie).toMatch(
      new RegExp(`^scope-${app.port}=[\\w-]{43}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(await sessionsOf(session)).toMatchObject([{ user: 'owner', current: true, agent: 'Browser/1' }])

    const again = await asked('/api/session', { method: 'POST', body: { code } })
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'wrong_code' } } })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('by a password makes the user, in its role', async () => {
    const { session } = await signIn(app, password)
    expect(await whoIs(session)).toMatchObject({ by: 'session', name: 'operator', role: 'operator' })
    expect((await asked('/api/users', { headers: { ...session } })).status).toBe(403)
  })

  it('ends the session that the browser had', async () => {
    const { session: first } = await signIn(app, password)
    const { session: second } = await signIn(app, password, { ...first })
    expect(await whoIs(first)).toMatchObject({ by: 'kernel' })
    expect(await whoIs(second)).toMatchObject({ by: 'session' })
  })

  it.each([
    ['a wrong password', { ...password, password: 'wrong password' }, 401, 'wrong_password'],
    ['a user whom nobody knows', { ...password, user: 'who' }, 401, 'wrong_password'],
    ['the owner, who has no password', { ...password, user: 'owner' }, 401, 'wrong_password'],
    ['a guessed code', { code: 'A'.repeat(22) }, 401, 'wrong_code'],
    ['a proxy that is none', { proxy: true }, 401, 'no_proxy_user'],
    ['nothing', {}, 400, 'invalid_parameter'],
    ['too much', { code: 'a', role: 'admin' }, 400, 'invalid_parameter'],
    ['a password that is no text', { user: 'operator', password: { $ne: '' } }, 400, 'invalid_parameter'],
    ['no proxy', { proxy: false }, 400, 'invalid_parameter'],
    ['a list', [], 400, 'invalid_parameter'],
  ])('is refused with %s', async (_name, body, status, code) => {
    const answer = await asked('/api/session', { method: 'POST', body })
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(JSON.stringify(answer.body)).not.toContain('wrong password')
  })

  it('is written to the audit log, without what people type into the wrong field', async () => {
    await signIn(app, password)
    await asked('/api/session', { method: 'POST', body: { ...password, password: 'wrong password' } })
    await asked('/api/session', { method: 'POST', body: { user: 'my secret', password: 'wrong password' } })
    const log = await entries()
    expect(log).toContainEqual(
      expect.objectContaining({
        who: 'operator',
        from: `127.0.0.1 uid ${process.getuid?.()}`,
        action: 'sign-in',
        result: 'done',
      }),
    )
    expect(log).toContainEqual(
      expect.objectContaining({ who: 'operator', action: 'sign-in', result: 'refused' }),
    )
    expect(log).toContainEqual(expect.objectContaining({ who: '', action: 'sign-in', result: 'refused' }))
    expect(JSON.stringify(log)).not.toMatch(/my secret|wrong password"/)
  })

  it('is refused on a connection that others can read, whatever is given', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.1' }
    expect(await whoIs(headers)).toMatchObject({
      by: 'nothing',
      why: expect.stringContaining('proxy'),
      signIn: { refused: expect.stringContaining('--app.trusted-proxies') },
    })
    const code = codeOf(app)
    const refused = await asked('/api/session', { method: 'POST', headers, body: { code } })
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'insecure' } } })
    // The code was not even looked at.
    await signIn(app, { code })
  })
})

it('too many wrong passwords are refused for a while, and a link still signs in', async () => {
  const wrong = { user: 'admin', password: 'wrong password' }
  let answer = await asked('/api/session', { method: 'POST', body: wrong })
  for (let i = 0; i < 30 && answer.status === 401; i++)
    answer = await asked('/api/session', { method: 'POST', body: wrong })
  expect(answer).toMatchObject({ status: 429, body: { error: { code: 'too_many_attempts' } } })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  const basic = { authorization: `Basic ${Buffer.from(`admin:${goodPassword}`).toString('base64')}` }
  expect(await whoIs(basic)).toMatchObject({ by: 'kernel' })
  expect((await signIn(app)).answer.who.name).toBe('owner')
})

describe('sessions', () => {
  it('end one by one, and everywhere, and only those of the user who asks', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => signIn(app, { ...password, user: 'viewer' })))
    const [own, second, third] = sessions.map(({ session }) => session) as [
      SessionHeaders,
      SessionHeaders,
      SessionHeaders,
    ]
    const { session: others } = await signIn(app)
    const listed = await sessionsOf(own)
    expect(listed).toHaveLength(3)
    expect(listed.filter(({ current }) => current)).toHaveLength(1)
    const [foreign] = await sessionsOf(others)
    const end = (session: SessionHeaders, path: string) =>
      asked(path, { method: 'DELETE', headers: { ...session } })

    expect(await end(own, `/api/sessions/${foreign?.id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_session' } },
    })
    expect(await whoIs(others)).toMatchObject({ by: 'session' })

    const [secondId] = (await sessionsOf(second)).filter(({ current }) => current).map(({ id }) => id)
    expect(await end(own, `/api/sessions/${secondId}`)).toMatchObject({ status: 200, body: { ended: 1 } })
    expect(await whoIs(second)).toMatchObject({ by: 'kernel' })
    expect(await whoIs(third)).toMatchObject({ by: 'session' })

    const everywhere = await end(own, '/api/sessions')
    expect(everywhere).toMatchObject({ status: 200, body: { ended: 2 } })
    expect(everywhere.headers['set-cookie']?.[0]).toMatch(/^scope-\d+=; Max-Age=0;/)
    for (const session of [own, third]) expect(await whoIs(session)).toMatchObject({ by: 'kernel' })
    expect(await whoIs(others)).toMatchObject({ by: 'session' })
  })

  it('end by signing out, which a token cannot', async () => {
    const { session } = await signIn(app)
    const out = await asked('/api/session', { method: 'DELETE', headers: { ...session } })
    expect(out).toMatchObject({ status: 200, body: { ended: 1 } })
    expect(out.headers['set-cookie']?.[0]).toMatch(/^scope-\d+=; Max-Age=0;/)
    expect((await asked('/api/sessions', { headers: { ...session } })).status).toBe(403)
    expect(await asked('/api/session', { method: 'DELETE', headers: bearer })).toMatchObject({
      status: 409,
      body: { error: { code: 'no_session' } },
    })
    expect(await asked('/api/ticket', { method: 'POST', headers: bearer })).toMatchObject({ status: 409 })
  })

  it('outlive the app', async () => {
    const { session } = await signIn(app)
    app = await app.restarted()
    // The port is another, and the name of the cookie with it.
    const cookie = session.cookie.replace(/^scope-\d+/, `scope-${app.port}`)
    expect(await whoIs({ ...session, cookie })).toMatchObject({ by: 'session', name: 'owner' })
  })
})

describe('the sockets of a session are closed when it ends', () => {
  const opened = async () => {
    const { session } = await signIn(app, password)
    const headers = { cookie: session.cookie, via: '1.1 proxy' }
    const plain = { cookie: session.cookie }
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, session)}`]
    expect((await openSocket(app, undefined, headers, protocols)).status).toBe(403)
    const again = ['scope.v1', `scope.ticket.${await ticketOf(app, session)}`]
    const { socket } = await openSocket(app, undefined, plain, again)
    if (socket === undefined) throw new Error('it was not opened')
    expect(socket.protocol).toBe('scope.v1')
    return { session, closed: once(socket, 'close') as Promise<[number, Buffer]> }
  }
  const accounts = <Result>(work: (beside: ReturnType<typeof accountsBeside>) => Result): Result => {
    const beside = accountsBeside(app)
    try {
      return work(beside)
    } finally {
      beside.close()
    }
  }

  it.each<[string, (session: SessionHeaders) => Promise<unknown> | unknown]>([
    ['by signing out', (session) => asked('/api/session', { method: 'DELETE', headers: { ...session } })],
    [
      'by signing out everywhere',
      (session) => asked('/api/sessions', { method: 'DELETE', headers: { ...session } }),
    ],
    [
      'by another role',
      () => asked('/api/users/operator', { method: 'POST', headers: bearer, body: { role: 'viewer' } }),
    ],
    [
      'by another password',
      () =>
        asked('/api/users/operator', {
          method: 'POST',
          headers: bearer,
          body: { password: `${goodPassword}!` },
        }),
    ],
    ['by a command, in another process', () => accounts(({ sessions }) => sessions.endAll('operator'))],
    ['by the removal of the user', () => asked('/api/users/operator', { method: 'DELETE', headers: bearer })],
  ])('%s', async (_name, end) => {
    await accounts(async ({ users }) => {
      if (users.find('operator')) users.remove('operator')
    })
    await addUsers(app, ['operator'])
    const { session, closed } = await opened()
    await end(session)
    expect((await closed)[0]).toBe(1008)
    expect(await whoIs(session)).toMatchObject({ by: 'kernel' })
  })

  it('and so are those by a password, when it is another', async () => {
    await accounts(async ({ users }) => {
      if (users.find('operator')) users.remove('operator')
    })
    await addUsers(app, ['operator'])
    const authorization = `Basic ${Buffer.from(`operator:${goodPassword}`).toString('base64')}`
    expect(await whoIs({ authorization })).toMatchObject({ by: 'password', name: 'operator' })
    const { socket } = await openSocket(app, undefined, { authorization })
    const { socket: free } = await openSocket(app)
    if (socket === undefined || free === undefined) throw new Error('it was not opened')
    const closed = once(socket, 'close')
    await asked('/api/users/operator', { method: 'DELETE', headers: bearer })
    expect((await closed)[0]).toBe(1008)
    expect(free.readyState).toBe(free.OPEN)
  })
})

describe('users', () => {
  it('are added, changed and removed by an admin, and that is in the audit log', async () => {
    const { session } = await signIn(app)
    const headers = { ...session }
    const send = (method: string, path: string, body?: object) =>
      asked(path, { method, headers, ...(body && { body }) })
    const added = await send('POST', '/api/users', { name: 'ben', role: 'viewer', password: goodPassword })
    expect(added).toMatchObject({ status: 200, body: { name: 'ben', role: 'viewer' } })
    expect(JSON.stringify(added.body)).not.toContain(goodPassword)
    expect((await asked('/api/users', { headers })).body).toContainEqual(
      expect.objectContaining({ name: 'ben' }),
    )
    expect(await send('POST', '/api/users/ben', { role: 'operator' })).toMatchObject({
      status: 200,
      body: { role: 'operator' },
    })
    await signIn(app, { user: 'ben', password: goodPassword })
    expect(await send('DELETE', '/api/users/ben')).toMatchObject({ status: 200, body: { ended: 1 } })
    const log = await entries()
    for (const action of ['user-add', 'user-role', 'user-remove'])
      expect(log).toContainEqual(
        expect.objectContaining({ who: 'owner', action, target: 'ben', result: 'done' }),
      )
    expect(JSON.stringify(log)).not.toContain(goodPassword)
  })

  it.each<[string, string, string, object | undefined, number, string]>([
    [
      'one that there is',
      'POST',
      '/api/users',
      { name: 'viewer', role: 'admin', password: goodPassword },
      409,
      'user_exists',
    ],
    [
      'the name of the owner',
      'POST',
      '/api/users',
      { name: 'owner', role: 'admin', password: goodPassword },
      409,
      'reserved_name',
    ],
    [
      'a short password',
      'POST',
      '/api/users',
      { name: 'cleo', role: 'admin', password: 'short' },
      400,
      'invalid_parameter',
    ],
    [
      'no such role',
      'POST',
      '/api/users',
      { name: 'cleo', role: 'root', password: goodPassword },
      400,
      'invalid_parameter',
    ],
    [
      'a name that is none',
      'POST',
      '/api/users',
      { name: '../x', role: 'admin', password: goodPassword },
      400,
      'invalid_parameter',
    ],
    ['a change of nobody', 'POST', '/api/users/nobody', { role: 'admin' }, 404, 'unknown_user'],
    ['a change of something else', 'POST', '/api/users/viewer', { name: 'x' }, 400, 'invalid_parameter'],
    ['the removal of nobody', 'DELETE', '/api/users/nobody', undefined, 404, 'unknown_user'],
  ])('are not: %s', async (_name, method, path, body, status, code) => {
    const answer = await asked(path, { method, headers: bearer, ...(body && { body }) })
    expect(answer).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('through an authenticating proxy', () => {
  let proxied: TestApp
  // The tests, root or not, are the proxy.
  const proxies = trustedProxies([`user:${process.getuid?.()}`])
  beforeAll(async () => {
    proxied = await startTestApp({ access: { proxies, proxyHeader: 'X-Remote-User', proxyRole: 'operator' } })
    await addUsers(proxied, ['viewer'])
  })
  afterAll(() => proxied.remove())

  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }
  const who = async (headers: object): Promise<Who> =>
    JSON.parse((await ask(proxied.url, { path: '/api/session', headers: { ...headers } })).text)

  it('one sees at once, and signs in to act', async () => {
    const headers = { ...https, 'x-remote-user': 'Anna@example.com' }
    expect(await who(headers)).toMatchObject({
      by: 'proxy',
      name: 'Anna@example.com',
      role: 'operator',
      mayAct: false,
      signIn: { proxy: true },
    })
    const { session, setCookie } = await signIn(proxied, { proxy: true }, headers)
    expect(setCookie).toMatch(/; Secure/)
    expect(await who({ ...https, ...session })).toMatchObject({
      by: 'session',
      name: 'Anna@example.com',
      role: 'operator',
      mayAct: true,
    })
    // It was opened over TLS.
    expect(await who(session)).toMatchObject({ by: 'nothing' })
    const [listed] = JSON.parse(
      (await ask(proxied.url, { path: '/api/sessions', headers: { ...https, ...session } })).text,
    )
    expect(listed.from).toBe('203.0.113.7')
  })

  it('a user of this app has the role that it has here', async () => {
    const headers = { ...https, 'x-remote-user': 'viewer' }
    expect(await who(headers)).toMatchObject({ name: 'viewer', role: 'viewer' })
    expect((await signIn(proxied, { proxy: true }, headers)).answer.who).toMatchObject({ role: 'viewer' })
  })

  it.each<[string, object]>([
    ['the owner', { 'x-remote-user': 'owner' }],
    ['two users', { 'x-remote-user': ['viewer', 'admin'] }],
    ['a user in a header of nearly that name', { x_remote_user: 'viewer' }],
    ['nobody', {}],
  ])('nobody is signed in as %s', async (_name, headers) => {
    expect(await who({ ...https, ...headers })).toMatchObject({ by: 'nothing', signIn: { proxy: false } })
    await expect(
      signIn(proxied, { proxy: true }, { ...https, ...(headers as Record<string, string>) }),
    ).rejects.toThrow('401')
  })

  it('nobody is signed in where the client does not use https', async () => {
    const headers = { 'x-forwarded-proto': 'http', 'x-remote-user': 'viewer' }
    await expect(signIn(proxied, { proxy: true }, headers)).rejects.toThrow('403')
  })

  it('the same header from elsewhere is worth nothing', async () => {
    expect(await whoIs({ 'x-remote-user': 'admin' })).toMatchObject({
      by: 'kernel',
    })
  })
})
