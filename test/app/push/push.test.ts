import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { defaultPushLimits, Push } from '../../../src/app/push/push.ts'
import { createLogger } from '../../../src/log/log.ts'
import { eventually } from '../start-test-app.ts'

const source = { current: () => 1, encodeReset: String, encodeChange: String }

let push: Push
let server: WebSocketServer

beforeEach(async () => {
  push = new Push({
    limits: { ...defaultPushLimits, sockets: 2, pingIntervalMs: 100 },
    log: createLogger({ format: 'text', debug: false }),
    nowMs: () => performance.now(),
  })
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => push.attach(socket, 'a count', source, 100))
  await once(server, 'listening')
})
afterEach(async () => {
  await push.stop()
  server.close()
})

const connectClient = async (autoPong: boolean): Promise<WebSocket> => {
  const { port } = server.address() as AddressInfo
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong })
  await once(socket, 'message')
  return socket
}

it('drops a socket that answers no ping, and keeps one that does', async () => {
  const living = await connectClient(true)
  const dead = await connectClient(false)
  const [code] = await once(dead, 'close')
  expect(code).toBe(1006)
  expect(living.readyState).toBe(WebSocket.OPEN)
})

it('takes no more sockets than its bound, until one goes', async () => {
  const first = await connectClient(true)
  await connectClient(true)
  expect(() => push.checkRoom()).toThrow(expect.objectContaining({ status: 503, code: 'busy' }))
  first.close()
  await eventually(() => expect(() => push.checkRoom()).not.toThrow())
})

it('drops a socket that does not close when the app stops', async () => {
  const socket = await connectClient(true)
  socket.pause()
  await push.stop()
  expect(() => push.checkRoom()).toThrow('no more sockets are taken')
  socket.terminate()
})
