import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { AppEnv } from '../../../../src/app/http/env.ts'
import { routeUpgrades } from '../../../../src/app/http/sockets/upgrade.ts'
import { listen } from '../../../../src/app/listen/listen.ts'
import { defaultServerLimits, makeServer } from '../../../../src/app/listen/server.ts'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { unknownPeers } from '../../listen/unknown-peers.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const makeFaults = () => createFaults({ nowMs: () => performance.now(), log })

let server: Server
let port: number
let faults: ReturnType<typeof makeFaults>
let webSockets: WebSocketServer

beforeEach(async () => {
  faults = makeFaults()
  const app = new Hono<AppEnv>()
  app.get('/', (c) => c.text('here'))
  app.get('/broken', (c) => {
    const { upgrade } = c.env
    if (upgrade)
      upgrade.accept = () => {
        throw new Error('broken on purpose')
      }
    return c.body(null, 204)
  })
  server = makeServer(app, defaultServerLimits(1000), unknownPeers).server
  webSockets = new WebSocketServer({ noServer: true })
  routeUpgrades(server, app, webSockets, { log, faults })
  port = await listen(server, { host: '127.0.0.1', port: 0 }, '127.0.0.1:0')
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
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
