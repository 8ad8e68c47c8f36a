import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { frameOf, noteFrameOf } from '../../../src/pipe/frames.ts'
import { eventually } from '../../support/eventually.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { addUsers, basic, openSocket, signIn, ticketOf } from '../sign-in/signing-in.ts'
import { ask } from '../start-test-app.ts'
import { lookAt, type PipeApp, startPipeApp } from './pipe-app.ts'

let app: PipeApp
beforeAll(async () => {
  app = await startPipeApp()
  await addUsers(app, ['viewer', 'operator', 'admin'])
})
afterAll(() => app.remove())

const lanes = (path: string, more = '') => `${path}?format=lanes${more}`
const same = (wanted: unknown, look: () => unknown) =>
  eventually(JSON.stringify(wanted), () => {
    expect(look()).toEqual(wanted)
    return true
  })
const answer = async (method: string, path: string, headers: object) => {
  const { status, text } = await ask(app.url, { method, path, headers: { ...headers } })
  return { status, code: text === '' ? undefined : JSON.parse(text).error?.code }
}
/** What all that can be asked of a pipe is answered with. */
const everyAnswer = async (path: string, headers: Record<string, string>) => [
  (await openSocket(app, path, headers)).code,
  (await openSocket(app, lanes(path), headers)).code,
  (await answer('GET', `${path}/check`, headers)).code,
  (await answer('POST', path, headers)).code,
  (await answer('DELETE', path, headers)).code,
]
const all = (code: string) => Array.from({ length: 5 }, () => code)
const session = async (user: string) =>
  (await signIn(app, { user, password: goodPassword })).session as unknown as Record<string, string>

describe('a pipe is there for nobody but who opened it', () => {
  it('whoever guesses an id learns nothing', async () => {
    for (const id of ['x', 'A'.repeat(22), 'A'.repeat(200), '%00', '%2e%2e%2fapi', '__proto__'])
      expect([id, await everyAnswer(`/api/pipe/${id}`, app.bearer)]).toEqual([id, all('unknown_pipe')])
    expect(await answer('GET', `/api/pipe/${'A'.repeat(201)}/check`, app.bearer)).toMatchObject({
      status: 400,
    })
  })

  it('nor another session, of the same user neither, nor an admin, nor who sends the password', async () => {
    const own = await session('operator')
    const { path, process } = await app.open(own)
    const others = [
      await session('operator'),
      await session('admin'),
      { authorization: basic('operator') },
      app.bearer,
    ]
    // A request for a WebSocket carries a ticket instead of the secret, which `lookAt` below does.
    for (const headers of others) {
      expect((await answer('GET', `${path}/check`, headers)).code).toBe('unknown_pipe')
      expect((await answer('DELETE', path, headers)).code).toBe('unknown_pipe')
      expect((await answer('POST', path, headers)).code).toBe('unknown_pipe')
    }
    for (const headers of others.slice(2))
      expect(await everyAnswer(path, headers as Record<string, string>)).toEqual(all('unknown_pipe'))
    const intruder = await session('operator')
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, intruder as never)}`]
    expect(await openSocket(app, path, { cookie: intruder.cookie ?? '' }, protocols)).toMatchObject({
      status: 404,
      code: 'unknown_pipe',
    })
    expect((await answer('GET', `${path}/check`, own)).status).toBe(204)
    expect(process.error()).toBeUndefined()
  })

  it('a ticket opens one socket, and no other', async () => {
    const own = await session('operator')
    const { path } = await app.open(own)
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, own as never)}`]
    const first = await lookAt(app, lanes(path), { cookie: own.cookie ?? '' }, protocols)
    expect(first.socket.protocol).toBe('scope.v1')
    // Ends what the kernel frees.
    const away = { cookie: own.cookie ?? '', via: '1.1 proxy' }
    expect(await openSocket(app, lanes(path), away, protocols)).toMatchObject({ status: 401 })
    expect(first.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('a viewer, the cookie alone, and another page get nothing at all', async () => {
    const own = await session('operator')
    const { path } = await app.open(own)
    expect(await everyAnswer(path, { authorization: basic('viewer') })).toEqual(all('forbidden'))
    expect(await everyAnswer(path, { cookie: own.cookie ?? '' })).toEqual(all('sign_in'))
    const origin = 'http://evil.example'
    expect(await everyAnswer(path, { ...app.bearer, origin })).toEqual(all('foreign_origin'))
  })

  it('of one that has ended only its owner learns how', async () => {
    const { path } = await app.open()
    await answer('DELETE', path, app.bearer)
    expect(await everyAnswer(path, app.bearer)).toEqual(all('pipe_ended'))
    expect(await everyAnswer(path, { authorization: basic('admin') })).toEqual(all('unknown_pipe'))
  })
})

describe('a viewer that lies', () => {
  const input = (size: number) => frameOf('in', Buffer.alloc(size, 'i'))
  const note = (value: unknown) => frameOf('note', Buffer.from(JSON.stringify(value)))
  const many = (count: number, frame: Uint8Array) => Array.from({ length: count }, () => frame)

  it.each<[string, readonly (Uint8Array | string)[], RegExp]>([
    ['acknowledges what was not sent', [note({ ack: 11 })], /only 10 was sent/],
    ['acknowledges far more than there is', [note({ ack: Number.MAX_SAFE_INTEGER })], /only 10 was sent/],
    ['goes back', [note({ ack: 8 }), note({ ack: 7 })], /after 8/],
    ['acknowledges less than nothing', [note({ ack: -1 })], /a note of a viewer is/],
    ['acknowledges half a byte', [note({ ack: 1.5 })], /a note of a viewer is/],
    ['sends text', ['ls\r'], /frames of a pipe are binary/],
    ['sends nothing', [new Uint8Array()], /only the lanes 0/],
    ['sends output', [frameOf('out', Buffer.from('x'))], /only the lanes 0/],
    ['sends a lane that there is not', [Uint8Array.of(4, 1)], /only the lanes 0/],
    ['sends a note that is no JSON', [frameOf('note', Buffer.from('{'))], /a note of a viewer is/],
    ['sends a note that is no UTF-8', [Uint8Array.of(3, 255)], /a note of a viewer is/],
    ['sends a note of the probe', [note({ exit: { code: 0 } })], /a note of a viewer is/],
    ['sends a note of the app', [note({ ended: {} })], /a note of a viewer is/],
    ['sends a large note', [note({ ack: 1, x: 'x'.repeat(5000) })], /at most 4096 bytes/],
    ['sizes the terminal to nothing', [note({ resize: { columns: 0, rows: 0 } })], /a note of a viewer is/],
    ['types after the end', [note({ endInput: true }), input(1)], /after the end of the input/],
    ['types without waiting', many(200, input(16_000)), /more than 262144 bytes/],
  ])(
    'and %s is closed with the reason, and nothing that comes behind counts',
    async (_name, frames, reason) => {
      const { path, process } = await app.open()
      process.stream.pause()
      const liar = await lookAt(app, lanes(path))
      process.write('out', '0123456789')
      await same(10, liar.size)
      for (const frame of [...frames, frameOf('in', Buffer.from('behind'))]) liar.socket.send(frame)
      expect(await liar.closed).toEqual({ code: 1002, reason: expect.stringMatching(reason) })

      const honest = await lookAt(app, lanes(path))
      process.stream.resume()
      process.write('out', '!')
      await eventually('the output', () => honest.text().endsWith('!'))
      expect(process.input()).not.toContain('behind')
    },
  )

  it.each(['', '?format=lanes'])(
    'a frame above 64 kB closes the socket, and not the pipe: %s',
    async (query) => {
      const { path, process } = await app.open()
      const viewer = await lookAt(app, path + query)
      viewer.socket.send(Buffer.alloc(64 * 1024 + 1))
      expect((await viewer.closed).code).toBe(1009)
      const next = await lookAt(app, path + query)
      process.write('out', 'x')
      await same('x', next.text)
      expect(process.input()).toBe('')
    },
  )

  it('who was replaced neither types nor acknowledges any more', async () => {
    const { path, process } = await app.open()
    process.write('out', '0123456789')
    const first = await lookAt(app, lanes(path))
    await same(10, first.size)
    // It does not take part in closing, so that the app has to wait for it.
    first.socket.pause()
    const second = await lookAt(app, lanes(path))
    await same(10, second.size)
    first.socket.send(frameOf('in', Buffer.from('first')))
    first.socket.send(noteFrameOf({ ack: 10 }))
    second.socket.send(frameOf('in', Buffer.from('second')))
    await same('second', process.input)
    first.socket.terminate()
    const third = await lookAt(app, lanes(path, '&from=0'))
    await same('0123456789', third.text)
    expect(process.input()).toBe('second')
  })
})

describe('a place that is asked for', () => {
  it.each([
    ['is beyond what was sent', 'format=lanes&from=1', 'from'],
    ['is no number', 'format=lanes&from=x', 'from'],
    ['is less than nothing', 'format=lanes&from=-1', 'from'],
    ['is too much for a number', 'format=lanes&from=1e300', 'from'],
    ['is twice there', 'format=lanes&from=0&from=1', 'from'],
    ['is of no viewer', 'format=lanes&viewer=0', 'viewer'],
    ['is one of raw', 'from=0', 'from'],
    ['is a viewer of raw', 'format=raw&viewer=1', 'viewer'],
    ['is of a format that there is not', 'format=x', 'format'],
    ['comes with what there is not', 'format=lanes&x=1', 'x'],
  ])('and %s is refused', async (_name, query, field) => {
    const { path } = await app.open()
    expect(await openSocket(app, `${path}?${query}`, app.bearer)).toMatchObject({
      status: 400,
      code: 'invalid_parameter',
    })
    const socket = { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' }
    const headers = { ...app.bearer, ...socket, 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }
    const { text } = await ask(app.url, { path: `${path}?${query}`, headers })
    expect(JSON.parse(text).error.field).toBe(field)
  })

  it('and is not kept any more is answered with how much is lost', async () => {
    const { path, process } = await app.open()
    const viewer = await lookAt(app, lanes(path))
    process.write('out', '0123456789')
    await same(10, viewer.size)
    viewer.socket.send(noteFrameOf({ ack: 6 }))
    viewer.socket.send(frameOf('in', Buffer.from('.')))
    await same('.', process.input)
    const next = await lookAt(app, lanes(path, '&from=2'))
    await same('6789', next.text)
    expect(next.notes).toEqual([{ hello: { tty: true, from: 6, lost: 4, received: 1, viewer: 2 } }])
  })
})

describe('a pipe ends with what whoever opened it may do', () => {
  it('when they sign out', async () => {
    const own = await session('operator')
    const { path, process } = await app.open(own)
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, own as never)}`]
    const viewer = await lookAt(app, lanes(path), { cookie: own.cookie ?? '' }, protocols)
    await answer('DELETE', '/api/session', own)
    await viewer.closed
    expect(viewer.notes.at(-1)).toEqual({ ended: { reason: 'the session of operator has ended' } })
    await same('the session of operator has ended', process.error)
    expect((await app.endings())[0]).toMatchObject({
      who: 'operator',
      reason: 'the session of operator has ended',
    })
  })

  it.each<[string, Record<string, string> | undefined]>([
    ['a session', undefined],
    ['a password', { authorization: basic('fired') }],
  ])('when they become viewers, or are removed: opened by %s', async (_name, headers) => {
    const user = (method: string, path: string, body?: object) =>
      ask(app.url, { method, path, headers: app.bearer, ...(body && { body }) })
    for (const takeAway of [
      () => user('POST', '/api/users/fired', { role: 'viewer' }),
      () => user('DELETE', '/api/users/fired'),
    ]) {
      await user('POST', '/api/users', { name: 'fired', role: 'operator', password: goodPassword })
      await user('POST', '/api/users/fired', { role: 'operator' })
      const { path, process } = await app.open(headers ?? (await session('fired')))
      expect((await takeAway()).status).toBe(200)
      await eventually('the end', () => process.error()?.includes('fired'))
      expect((await answer('GET', `${path}/check`, app.bearer)).code).toBe('unknown_pipe')
    }
  })
})

describe('limits', () => {
  it('hold for each user, however many sessions they have, and for all', async () => {
    const own = await startPipeApp({ pipes: 3, pipesPerSubject: 2 })
    try {
      await addUsers(own, ['operator'])
      const byPassword = { authorization: basic('operator') }
      const { session: signedIn } = await signIn(own, { user: 'operator', password: goodPassword })
      const first = await own.open({ ...signedIn })
      await own.open(byPassword)
      const full = { status: 503, code: 'too_many_pipes' }
      expect(await own.refused(byPassword)).toEqual(full)
      await own.open()
      expect(await own.refused()).toEqual(full)
      await ask(own.url, { method: 'DELETE', path: first.path, headers: { ...signedIn } })
      await own.open()
    } finally {
      await own.remove()
    }
  })
})

it('what is typed is in no log', async () => {
  const secret = 'correct horse battery staple'
  const { path, process } = await app.open()
  const viewer = await lookAt(app, lanes(path))
  viewer.socket.send(frameOf('in', Buffer.from(secret)))
  await same(secret, process.input)
  process.write('out', secret)
  await same(secret, viewer.text)
  viewer.socket.send(frameOf('note', Buffer.from(secret)))
  await viewer.closed
  await answer('DELETE', path, app.bearer)
  const { text } = await ask(app.url, { path: '/api/audit?limit=1000', headers: app.bearer })
  expect(text).not.toContain('horse')
  expect(app.logged.join('\n')).not.toContain('horse')
})
