import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { token } from '../../../src/state/state-dir.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { addUsers, basic, openSocket, type SessionHeaders, signIn, ticketOf } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let session: SessionHeaders
let bearer: string
// Ends what the kernel frees, and counts as encrypted by `insecure`.
const away = { via: '1.1 proxy' }

beforeAll(async () => {
  app = await startTestApp({ access: { insecure: true } })
  await addUsers(app, ['viewer', 'admin'])
  bearer = `Bearer ${await token(app.stateDir)}`
  session = (await signIn(app)).session
})
afterAll(() => app.remove())

const codeOf = async (path: string, options: Parameters<typeof ask>[1] = {}) => {
  const { status, text } = await ask(app.url, { path, ...options })
  return { status, code: JSON.parse(text).error?.code }
}
describe('a form of another page', () => {
  const user = JSON.stringify({ name: 'mallory', role: 'admin', password: goodPassword })
  const forms: [string, string, string][] = [
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded', 'name=mallory&role=admin'],
    ['text/plain with JSON in it', 'text/plain', user],
    [
      'multipart',
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${user}\r\n--x--`,
    ],
    ['JSON of no type', '', user],
    ['JSON of two types', 'text/plain, application/json', user],
    ['JSON as a parameter', 'text/plain; a=application/json', user],
  ]
  it.each(forms)('is no body, even with all that a session has: %s', async (_name, type, body) => {
    for (const path of ['/api/session', '/api/users', '/api/users/viewer']) {
      const headers = { ...session, 'content-type': type }
      expect(await codeOf(path, { method: 'POST', headers, body })).toEqual({
        status: 415,
        code: 'unsupported_media_type',
      })
    }
  })

  it.each(forms)('carries only the cookie: %s', async (_name, type, body) => {
    const headers = { cookie: session.cookie, 'content-type': type }
    expect(await codeOf('/api/users', { method: 'POST', headers, body })).toMatchObject({ code: 'sign_in' })
    for (const origin of ['http://evil.example', 'null', 'http://localhost:1'])
      expect(
        await codeOf('/api/users', { method: 'POST', headers: { ...headers, origin }, body }),
      ).toMatchObject({
        code: 'foreign_origin',
      })
    expect(
      await codeOf('/api/users', {
        method: 'POST',
        headers: { ...headers, 'sec-fetch-site': 'cross-site' },
        body,
      }),
    ).toMatchObject({ code: 'foreign_site' })
  })

  it('signs nobody in as somebody else', async () => {
    const headers = { 'content-type': 'application/json', origin: 'http://evil.example' }
    const body = { user: 'viewer', password: goodPassword }
    expect(await codeOf('/api/session', { method: 'POST', headers, body })).toEqual({
      status: 403,
      code: 'foreign_origin',
    })
  })

  it.each(['POST', 'DELETE'])('nor does any other method do without the secret: %s', async (method) => {
    for (const path of [
      '/api/ticket',
      '/api/session',
      '/api/sessions',
      '/api/sessions/x',
      '/api/users/viewer',
    ]) {
      const { code } = await codeOf(path, { method, headers: { ...away, cookie: session.cookie } })
      expect([path, code]).not.toEqual([path, undefined])
      expect(['unauthorized', 'method_not_allowed', 'unsupported_media_type']).toContain(code)
    }
    expect(await codeOf('/api/sessions', { headers: { ...session } })).toMatchObject({ status: 200 })
  })

  it('of any size is not read', async () => {
    const body = JSON.stringify({ user: 'viewer', password: 'x'.repeat(20_000) })
    expect(
      await codeOf('/api/session', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    ).toEqual({
      status: 413,
      code: 'too_large',
    })
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    for (let i = 0; i < 40; i++) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })
})

describe('a body', () => {
  const send = async (path: string, lines: readonly string[], body: string) => {
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => {})
    const type = 'Content-Type: application/json; charset=utf-8'
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${[type, ...lines].join('\r\n')}\r\n\r\n${body}`,
    )
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer)
  }
  const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`

  it('in chunks signs in as well', async () => {
    const body = JSON.stringify({ user: 'viewer', password: goodPassword })
    expect(await send('/api/session', ['Transfer-Encoding: chunked'], chunked(body))).toMatch(
      /^HTTP\/1.1 200 /,
    )
  })

  it.each([
    ['none', [], ''],
    ['an empty one', ['Content-Length: 0'], ''],
    ['an empty one in chunks', ['Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['half an object', ['Content-Length: 7'], '{"code"'],
    ['a word', ['Content-Length: 5'], 'hello'],
  ])('that is no JSON is told so: %s', async (_name, lines, body) => {
    const answer = await send('/api/session', lines, body)
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('"invalid_json"')
  })

  it.each(['null', '[]', '"code"', '{"code":"a","proxy":true}', '{"__proto__":{"proxy":true}}'])(
    'that is other JSON is told what is expected: %s',
    async (body) => {
      const answer = await send('/api/session', [`Content-Length: ${body.length}`], body)
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
      expect(answer).toContain('the body: give \\"code\\"')
    },
  )

  it('that ends early leaves nothing behind', async () => {
    const socket = connect(app.port, '127.0.0.1')
    socket.write(
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    expect(JSON.parse((await ask(app.url, { path: '/health' })).text)).toMatchObject({
      status: 'ok',
      faults: [],
    })
  })
})

describe('a cookie that another server of the host has set', () => {
  it('keeps nobody from their session', async () => {
    const cookie = `scope-${app.port}=theirs; ${session.cookie}`
    expect((await codeOf('/api/probes', { headers: { ...away, ...session, cookie } })).status).toBe(200)
  })
})

describe('a stolen cookie', () => {
  it.each<[string, () => Record<string, string>]>([
    ['alone', () => ({ cookie: session.cookie })],
    [
      'with a guessed secret',
      () => ({ cookie: session.cookie, 'scope-secret': randomBytes(32).toString('base64url') }),
    ],
    ['with an empty secret', () => ({ cookie: session.cookie, 'scope-secret': '' })],
    [
      'with itself as the secret',
      () => ({ cookie: session.cookie, 'scope-secret': session.cookie.split('=')[1] ?? '' }),
    ],
    [
      'and its secret exchanged',
      () => ({
        cookie: `scope-${app.port}=${session['scope-secret']}`,
        'scope-secret': session.cookie.split('=')[1] ?? '',
      }),
    ],
    [
      'under the name of another port',
      () => ({ ...session, cookie: session.cookie.replace(`${app.port}`, '4999') }),
    ],
  ])('is worth nothing %s', async (_name, headers) => {
    expect(await codeOf('/api/topology/hosts', { headers: { ...away, ...headers() } })).toEqual({
      status: 401,
      code: 'unauthorized',
    })
    expect(await codeOf('/api/users', { headers: headers() })).toEqual({ status: 403, code: 'sign_in' })
    expect(await openSocket(app, undefined, { ...away, ...headers() })).toMatchObject({ status: 401 })
  })

  it('with the secret of another session is worth nothing', async () => {
    const other = (await signIn(app, { user: 'viewer', password: goodPassword })).session
    const headers = { ...away, cookie: session.cookie, 'scope-secret': other['scope-secret'] }
    expect((await codeOf('/api/probes', { headers })).status).toBe(401)
  })

  it('of another app is worth nothing, with its secret, too', async () => {
    const other = await startTestApp()
    try {
      const theirs = (await signIn(other)).session
      const cookie = theirs.cookie.replace(`${other.port}`, `${app.port}`)
      expect((await codeOf('/api/probes', { headers: { ...away, ...theirs, cookie } })).status).toBe(401)
    } finally {
      await other.remove()
    }
  })

  it('takes nothing from the one that it was stolen from', async () => {
    expect(await codeOf('/api/users', { headers: { ...session } })).toEqual({ status: 200, code: undefined })
  })
})

describe('a ticket', () => {
  const open = (ticket: string, path?: string) =>
    openSocket(app, path, away, ['scope.v1', `scope.ticket.${ticket}`])

  it('opens one socket, whose answer does not have it', async () => {
    const ticket = await ticketOf(app, session)
    expect(ticket).toMatch(/^[\w-]{22}$/)
    const first = await open(ticket)
    expect(first.status).toBe(101)
    expect(first.socket?.protocol).toBe('scope.v1')
    expect(await open(ticket)).toMatchObject({ status: 401, code: 'unauthorized' })
  })

  it('is used up also by a request that fails', async () => {
    const ticket = await ticketOf(app, session)
    expect((await open(ticket, '/api/topology/nothing/ws')).status).toBe(404)
    expect((await open(ticket)).status).toBe(401)
  })

  it.each([
    ['guessed', () => randomBytes(16).toString('base64url')],
    ['short', () => 'x'],
    ['none', () => ''],
    ['a cookie', () => session.cookie.split('=')[1] ?? ''],
    ['a secret', () => session['scope-secret']],
    ['the token', () => bearer.slice(7)],
  ])('is worth nothing when it is %s', async (_name, ticket) => {
    const { status } = await openSocket(app, undefined, {
      ...away,
      'sec-websocket-protocol': `scope.v1, scope.ticket.${ticket()}`,
    })
    expect(status).toBe(401)
  })

  it('is worth nothing when its session has ended', async () => {
    const ending = (await signIn(app)).session
    const ticket = await ticketOf(app, ending)
    await ask(app.url, { path: '/api/session', method: 'DELETE', headers: { ...ending } })
    expect((await open(ticket)).status).toBe(401)
  })

  it('is worth nothing to a page of another origin', async () => {
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, session)}`]
    expect(
      await openSocket(app, undefined, { ...away, origin: 'http://evil.example' }, protocols),
    ).toMatchObject({
      status: 403,
      code: 'foreign_origin',
    })
  })

  it('is worth nothing in the address, nor on a request that is no socket', async () => {
    const ticket = await ticketOf(app, session)
    expect((await openSocket(app, `/api/topology/hosts/ws?ticket=${ticket}`, away)).status).toBe(401)
    const headers = { ...away, 'sec-websocket-protocol': `scope.v1, scope.ticket.${ticket}` }
    expect((await codeOf('/api/topology/hosts', { headers })).status).toBe(401)
  })
})

describe('headers that say several things', () => {
  const raw = async (lines: readonly string[]): Promise<number> => {
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /api/users HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
    const answer = Buffer.concat(await socket.toArray()).toString()
    return Number(answer.split(' ')[1])
  }

  it.each<[string, () => string[], number]>([
    ['two hosts', () => ['Host: localhost', 'Host: evil.example'], 400],
    ['a host with credentials', () => ['Host: user@localhost', 'Via: 1.1 x'], 400],
    [
      'a wrong token before the right one',
      () => ['Host: localhost', 'Via: 1.1 x', 'Authorization: Bearer x', `Authorization: ${bearer}`],
      401,
    ],
    [
      'two secrets',
      () => [
        'Host: localhost',
        'Via: 1.1 x',
        `Cookie: ${session.cookie}`,
        'Scope-Secret: x',
        `Scope-Secret: ${session['scope-secret']}`,
      ],
      401,
    ],
    ['a header on two lines', () => ['Host: localhost', 'Via: 1.1 x', 'Authorization:', ` ${bearer}`], 400],
    ['a space before the colon', () => ['Host: localhost', 'Via : 1.1 x', `Authorization: ${bearer}`], 400],
    ['a bare line feed', () => [`Host: localhost\nAuthorization: ${bearer}`], 400],
  ])('are refused: %s', async (_name, lines, status) => {
    expect(await raw(lines())).toBe(status)
  })
})

describe('Basic authentication', () => {
  it('is for scripts, and not for pages', async () => {
    const headers = { ...away, authorization: basic('admin') }
    expect((await codeOf('/api/users', { headers })).status).toBe(200)
    const origin = `http://127.0.0.1:${app.port}`
    expect((await codeOf('/api/users', { headers: { ...headers, origin } })).status).toBe(401)
    expect((await openSocket(app, undefined, { ...headers, origin })).status).toBe(401)
  })

  it.each([':', 'admin:', ':x', `admin:${goodPassword} `, 'owner:', 'owner:owner', 'token:x', 'admin:admin'])(
    'has no default password: %s',
    async (credentials) => {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
      expect((await codeOf('/api/users', { headers: { ...away, authorization } })).status).toBe(401)
    },
  )
})

it('whatever was refused is in the audit log, and nothing of what it carried', async () => {
  const own = await startTestApp({ access: { insecure: true } })
  try {
    const { session } = await signIn(own)
    const authorization = `Bearer ${await token(own.stateDir)}`
    const asked: object[] = [
      { ...away, authorization: 'Bearer not-the-token' },
      { ...away, authorization: basic('owner', 'not-the-password') },
      { host: 'evil.example' },
      { origin: 'http://evil.example' },
      { cookie: session.cookie },
      { ...away, 'scope-secret': session['scope-secret'] },
    ]
    for (const headers of asked) await ask(own.url, { path: '/api/probes', headers: { ...headers } })
    await openSocket(own, undefined, away, ['scope.v1', 'scope.ticket.not-the-ticket'])
    const { text } = await ask(own.url, { path: '/api/audit', headers: { authorization } })
    const entries: { action: string; who: string; target?: string; reason: string }[] =
      JSON.parse(text).entries
    expect(
      entries
        .filter(({ action }) => action === 'refused')
        .map(({ who, target, reason }) => [who, target, reason]),
    ).toEqual([
      ['', 'GET /api/topology/hosts/ws', expect.stringContaining('its ticket was used already')],
      ['', 'GET /api/probes', expect.stringContaining('worth nothing without its cookie')],
      [
        expect.stringMatching(/^uid \d+ /),
        'session',
        expect.stringContaining('worth nothing without its secret'),
      ],
      ['', 'GET /api/probes', expect.stringContaining('another origin')],
      ['', 'GET /api/probes', expect.stringContaining('--app.host')],
      ['', 'GET /api/probes', expect.stringContaining('its name or password is wrong')],
      ['', 'GET /api/probes', expect.stringContaining('its token is wrong')],
    ])
    const secrets = [authorization.slice(7), session['scope-secret'], session.cookie.split('=')[1] ?? '']
    for (const secret of [...secrets, 'not-the-token', 'not-the-password', 'not-the-ticket']) {
      expect(text).not.toContain(secret)
      expect(own.logged.join('\n')).not.toContain(secret)
    }
  } finally {
    await own.remove()
  }
})
