import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { AppEnv } from '../../../../src/app/http/env.ts'
import { routeUpgrades } from '../../../../src/app/http/sockets/upgrade.ts'
import { listen } from '../../../../src/app/listen/listen.ts'
import {
  type AppServer,
  defaultServerLimits,
  makeServer,
  type ServerLimits,
} from '../../../../src/app/listen/server.ts'
import type { KeyPair } from '../../../../src/app/tls/key-pair.ts'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { eventually } from '../../../support/eventually.ts'
import { makeAuthority, type TestAuthority } from '../../../support/machine/certificates.ts'
import { unknownPeers } from '../../listen/unknown-peers.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const makeFaults = () => createFaults({ nowMs: () => performance.now(), log })

let made: AppServer
let server: Server
let port: number
let faults: ReturnType<typeof makeFaults>
let webSockets: WebSocketServer

/** What the routes of the test wait for, and how often the body of an answer was given up. */
let answers: Promise<void>
let cancelled: number
const clients: Socket[] = []

const CHUNK_BYTES = 64 * 1024
const LARGE_CHUNKS = 1024

/** A body that is more than sockets hold. */
const large = (): ReadableStream<Uint8Array> => {
  let left = LARGE_CHUNKS
  return new ReadableStream({
    pull: (controller) => {
      if (left === 0) return controller.close()
      left -= 1
      controller.enqueue(Buffer.alloc(CHUNK_BYTES))
    },
    cancel: () => {
      cancelled += 1
    },
  })
}

const start = async (limits: Partial<ServerLimits> = {}, authority?: TestAuthority): Promise<void> => {
  faults = makeFaults()
  answers = Promise.resolve()
  cancelled = 0
  const app = new Hono<AppEnv>()
  app.get('/', (c) => c.text('here'))
  app.get('/forbidden', (c) => c.text('sign in', 401))
  app.get('/large', (c) => c.body(large()))
  app.get('/plain', (c) => c.body(large()))
  app.get('/waits', async (c) => {
    await answers
    return c.body(large())
  })
  app.get('/later', async (c) => {
    await answers
    return c.text('later')
  })
  app.get('/broken', (c) => {
    const { upgrade } = c.env
    if (upgrade)
      upgrade.accept = () => {
        throw new Error('broken on purpose')
      }
    return c.body(null, 204)
  })
  app.get('/echo', (c) => {
    const { upgrade } = c.env
    if (upgrade === undefined) return c.text('only for WebSockets', 426)
    upgrade.accept = (socket) => socket.on('message', (data) => socket.send(data))
    return c.body(null, 204)
  })
  const pair = authority && ((await authority.issue(['localhost'])) as KeyPair)
  made = makeServer(
    app,
    { ...defaultServerLimits(1000), ...limits },
    unknownPeers,
    pair,
    (path) => path !== '/plain',
  )
  server = made.server
  webSockets = new WebSocketServer({ noServer: true })
  routeUpgrades(server, app, webSockets, { log, faults })
  port = await listen(server, { host: '127.0.0.1', port: 0 }, '127.0.0.1:0')
}
const stop = async (): Promise<void> => {
  const closed = once(server, 'close')
  server.close()
  made.closeAllConnections()
  await closed
}

beforeEach(() => start())
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await stop()
})

const send = (...lines: string[]): Socket => {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return socket
}
const untilClosed = async (socket: Socket): Promise<string> =>
  Buffer.concat(await socket.toArray()).toString('latin1')

it('closes a WebSocket whose watching fails as a WebSocket, and tells of the fault', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/broken`)
  const [code] = await once(socket, 'close')
  expect(code).toBe(1011)
  expect(faults.all()).toMatchObject([
    { id: 'sockets', reason: expect.stringContaining('broken on purpose') },
  ])
})

it('writes nothing but frames behind the 101', async () => {
  const socket = send(
    'GET /broken HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  )
  const [first] = await once(socket, 'data')
  socket.end()
  const text = `${first.toString('latin1')}${await untilClosed(socket)}`
  expect(text).toMatch(/^HTTP\/1.1 101 /)
  expect(text.match(/HTTP\/1.1/g)).toHaveLength(1)
})

const HANDSHAKE = [
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
]
const upgradeOf = (path: string): string => [`GET ${path} HTTP/1.1`, ...HANDSHAKE, '', ''].join('\r\n')

/** A client that keeps its own side open, whatever the server does. */
const halfOpen = (text: string): Socket => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  clients.push(socket)
  socket.write(text)
  return socket
}
const connections = (): Promise<number> =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
const untilNobodyIsConnected = (): Promise<unknown> =>
  eventually('no connection', async () => (await connections()) === 0)

describe('a client that asked for a WebSocket where it gets none', () => {
  it.each([
    ['/forbidden', 401, 'sign in'],
    ['/nowhere', 404, ''],
    ['/', 400, ''],
    ['/large', 400, ''],
  ])('is let go of when it keeps its side open (%s)', async (path, status, text) => {
    const answer = await untilClosed(halfOpen(upgradeOf(path)))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain(text)
    expect(answer).not.toContain('here')
    await untilNobodyIsConnected()
  })

  it('is let go of when it sent more before it went', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    answers = promise
    halfOpen(`${upgradeOf('/waits')}more`).end()
    const asked = once(server, 'upgrade')
    const other = halfOpen(upgradeOf('/waits'))
    await asked
    other.write('more')
    other.end()
    await eventually('both', async () => (await connections()) === 2)
    resolve()
    await untilNobodyIsConnected()
  })

  it('gets no answer that was meant for others, and that answer is not made', async () => {
    const answer = await untilClosed(halfOpen(upgradeOf('/large')))
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
      error: { code: 'no_websocket', message: expect.stringContaining('WebSocket') },
    })
    expect(cancelled).toBe(1)
  })

  it('gets an answer that is not made when it is gone by then', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    answers = promise
    const [accepted] = (await Promise.all([
      once(server, 'upgrade'),
      halfOpen(upgradeOf('/waits')),
    ])) as unknown as [[unknown, Socket]]
    accepted[1].destroy()
    resolve()
    await eventually('the answer is given up', () => cancelled === 1)
  })

  it('is closed as any other when nothing happens', async () => {
    await stop()
    await start({ stallMs: 100 })
    answers = new Promise(() => {})
    await untilClosed(halfOpen(upgradeOf('/waits')))
    await untilNobodyIsConnected()
  })

  it('does not keep the server from stopping', async () => {
    answers = new Promise(() => {})
    const asked = once(server, 'upgrade')
    halfOpen(upgradeOf('/waits'))
    await asked
    await stop()
    await start()
  })

  it('is let go of over TLS, too', async () => {
    await stop()
    const authority = await makeAuthority()
    await start({}, authority)
    const socket = connectTls({
      socket: connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
      servername: 'localhost',
      ca: authority.cert,
    })
    socket.on('error', () => {})
    clients.push(socket)
    socket.write(upgradeOf('/forbidden'))
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 401 /)
    await untilNobodyIsConnected()
  })
})

describe('a request for a WebSocket at a path that speaks none', () => {
  it('is answered as a plain one', async () => {
    const socket = halfOpen(upgradeOf('/plain?q=1').replace('Upgrade\r\n', 'Upgrade, close\r\n'))
    const answer = await untilClosed(socket)
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer.length).toBeGreaterThan(CHUNK_BYTES * LARGE_CHUNKS)
    await untilNobodyIsConnected()
  })

  it('is given up as a plain one when nobody reads the answer', async () => {
    await stop()
    await start({ stallMs: 300 })
    halfOpen(upgradeOf('/plain')).pause()
    await eventually('the answer is given up', () => cancelled === 1)
    await untilNobodyIsConnected()
  })
})

it('stops with a WebSocket that is open', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`)
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await stop()
  await closed
  await start()
})

describe('a request for a WebSocket behind another that is being answered', () => {
  it('is answered as a plain one, in its turn', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    answers = promise
    const asked = once(server, 'request')
    const socket = halfOpen(`GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n${upgradeOf('/echo')}`)
    await asked
    resolve()
    socket.end()
    const answered = (await untilClosed(socket)).match(/HTTP\/1\.1 \d+|later|only for WebSockets/g)
    expect(answered).toEqual(['HTTP/1.1 200', 'later', 'HTTP/1.1 426', 'only for WebSockets'])
  })

  it('leaves the one before it to those who watch over slow readers', async () => {
    await stop()
    await start({ stallMs: 300 })
    const socket = halfOpen(`GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n${upgradeOf('/echo')}`)
    socket.pause()
    await eventually('the answer is given up', () => cancelled === 1)
    await untilNobodyIsConnected()
  })

  it('becomes one when the one before has been answered', async () => {
    const socket = send('GET / HTTP/1.1', 'Host: localhost')
    clients.push(socket)
    await once(socket, 'data')
    socket.write(upgradeOf('/echo'))
    const [second] = await once(socket, 'data')
    expect(String(second)).toMatch(/^HTTP\/1.1 101 /)
  })
})
