import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { unguarded } from '../../src/log/faults.ts'
import { keepPinging, type Pings } from '../../src/sockets/pings.ts'
import { eventually } from '../support/eventually.ts'

/** Long enough for a client to answer in, on a busy machine, too. */
const INTERVAL_MS = 2000

/** A client that goes on answering while this process does nothing. Told to pause, it reads nothing, and so answers nothing; told to
 * flood, it sends more than a socket holds. */
const CLIENT = `
const { parentPort, workerData } = require('node:worker_threads')
const { WebSocket } = require('ws')
const socket = new WebSocket(workerData)
const flood = () => socket.send(Buffer.alloc(16 * 1024 * 1024))
parentPort.on('message', (what) => {
  if (what !== 'flood') socket.pause()
  else if (socket.readyState === WebSocket.OPEN) flood()
  else socket.on('open', flood)
})
`

let server: WebSocketServer
let client: Worker
let served: WebSocket
let below: Socket
let pings: Pings
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const connected = once(server, 'connection')
  client = new Worker(CLIENT, {
    eval: true,
    workerData: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
  const [accepted, request] = await connected
  served = accepted
  below = request.socket
  pings = keepPinging({ intervalMs: INTERVAL_MS, guard: unguarded })
})
afterEach(async () => {
  pings.stop()
  await client.terminate()
  server.close()
})

/** The process is stopped for as long. */
const stopFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

it('drops a socket that does not answer by the next ping, and keeps one that does', async () => {
  pings.add(served)
  for (let answers = 0; answers < 3; answers++) await once(served, 'pong')
  client.postMessage('pause')
  await once(served, 'close')
})

it('keeps a socket whose answer waits while the process is stopped for longer than an interval', async () => {
  const ping = served.ping.bind(served)
  served.ping = () => {
    ping()
    stopFor(2 * INTERVAL_MS)
  }
  pings.add(served)
  for (let answers = 0; answers < 3; answers++) await once(served, 'pong')
  expect(served.readyState).toBe(WebSocket.OPEN)
})

it('keeps a socket whose answer has come, though the next ping is due before it is read', async () => {
  const ping = served.ping.bind(served)
  served.ping = () => {
    ping()
    // What comes in is read before that, the next time only after what is due.
    setImmediate(() => stopFor(1.2 * INTERVAL_MS))
  }
  pings.add(served)
  const closed = once(served, 'close')
  for (let answers = 0; answers < 3; answers++) await Promise.race([once(served, 'pong'), closed])
  expect(served.readyState).toBe(WebSocket.OPEN)
})

it('leaves a socket alone that is paused here, since its answers are not read', async () => {
  pings.add(served)
  served.pause()
  await sleep(3 * INTERVAL_MS)
  expect(served.readyState).toBe(WebSocket.OPEN)
  served.resume()
  await once(served, 'pong')
})

it('drops a socket that is paused here, and holds what it was sent, when its other end has gone', async () => {
  pings.add(served)
  served.pause()
  client.postMessage('flood')
  // From then on nothing reads that the other end has gone.
  await eventually('what is sent waits', () => below.readableLength >= below.readableHighWaterMark)
  const closed = once(served, 'close')
  await client.terminate()
  await closed
})
