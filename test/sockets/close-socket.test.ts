import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { closeReason, closeSocket } from '../../src/sockets/close-socket.ts'

let server: WebSocketServer
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
})
afterEach(() => server.close())

const connectPair = async (): Promise<[client: WebSocket, served: WebSocket]> => {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [[served]] = await Promise.all([once(server, 'connection'), once(client, 'open')])
  return [client, served]
}

it('closes with a code, and is done when it is closed', async () => {
  const [client, served] = await connectPair()
  const closed = once(client, 'close')
  await closeSocket(served, 1001, 'the end')
  expect(served.readyState).toBe(WebSocket.CLOSED)
  expect((await closed)[0]).toBe(1001)
  await closeSocket(served, 1001, 'again')
})

it('drops a socket whose other side takes no part', async () => {
  const [client, served] = await connectPair()
  client.pause()
  await closeSocket(served, 1001, 'the end')
  expect(served.readyState).toBe(WebSocket.CLOSED)
  client.terminate()
})

it.each([
  ['short', 'short'],
  ['x'.repeat(200), 'x'.repeat(123)],
  ['ä'.repeat(100), 'ä'.repeat(61)],
  ['🐳'.repeat(100), '🐳'.repeat(30)],
])('a reason fits into a close frame, cut at a character: %.10s', (reason, fitting) => {
  expect(closeReason(reason)).toBe(fitting)
})
