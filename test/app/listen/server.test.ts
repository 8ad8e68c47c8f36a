import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AppEnv } from '../../../src/app/http/env.ts'
import { listen } from '../../../src/app/listen/listen.ts'
import {
  type AppServer,
  defaultServerLimits,
  makeServer,
  type ServerLimits,
} from '../../../src/app/listen/server.ts'
import { unknownPeers } from './unknown-peers.ts'

let port: number
let made: AppServer
let errors: unknown[]

const start = async (more: Partial<ServerLimits>): Promise<void> => {
  errors = []
  const app = new Hono<AppEnv>()
  app.onError((error, c) => {
    errors.push(error)
    return c.text('failed', 500)
  })
  app.get('/', (c) => c.text('here'))
  app.post('/', async (c) => c.text(`${(await c.env.incoming.toArray()).length}`))
  const limits = { ...defaultServerLimits(1000), connections: 8, reservedConnections: 0, ...more }
  made = makeServer(app, limits, unknownPeers)
  port = await listen(made.server, { host: '127.0.0.1', port: 0 }, '127.0.0.1:0')
}
const stop = (): void => {
  made.server.close()
  made.closeAllConnections()
}
beforeEach(() => start({ headersTimeoutMs: 1000, requestTimeoutMs: 1500 }))
afterEach(stop)

const open = (text: string): Socket => {
  const socket = connect(port, '127.0.0.1')
  if (text !== '') socket.write(text)
  return socket
}
const untilClosed = async (socket: Socket): Promise<string> =>
  Buffer.concat(await socket.toArray()).toString()

it.each([
  ['nothing', ''],
  ['half a request line', 'GET /'],
  ['headers without an end', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n'],
  ['a body without an end', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc'],
])('closes a connection that sends %s', async (_name, text) => {
  expect(await untilClosed(open(text))).toMatch(/^(HTTP\/1.1 408 |$)/)
})

it('closes a connection that asks for a tunnel, which nothing here takes', async () => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write('CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\nmore')
  expect(await untilClosed(socket)).toBe('')
  socket.destroy()
})

it('closes one that trickles', async () => {
  const socket = open('GET / HTTP/1.1\r\nHost: localhost\r\n')
  const trickle = setInterval(() => socket.write('X-A: b\r\n'), 20)
  socket.on('error', () => {})
  await new Promise((resolve) => socket.on('close', resolve).resume())
  clearInterval(trickle)
})

it('answers while others are slow, and takes no more connections than its bound', async () => {
  stop()
  await start({})
  const slow = Array.from({ length: 7 }, () => open('GET /'))
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here')
  for (const socket of slow) socket.destroy()
})

it.each([1, 1000, 5000])(
  'has room for reports and channel of each of %i probes, and for readers besides',
  (probes) => {
    const { connections, reservedConnections, connectionsPerAddress } = defaultServerLimits(probes)
    expect(connections - reservedConnections - connectionsPerAddress).toBeGreaterThan(2 * probes)
  },
)
