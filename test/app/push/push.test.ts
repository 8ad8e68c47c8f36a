import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { roles } from '../../../src/api/session.ts'
import { type Sight, sightOf } from '../../../src/app/access/sight.ts'
import { BytesInFlight, defaultBytesInFlightLimits } from '../../../src/app/http/sending/in-flight.ts'
import { defaultPushLimits, Push } from '../../../src/app/push/push.ts'
import { createFaults, type Faults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { startSocketServer } from '../../support/socket-servers.ts'
import { eventually } from '../start-test-app.ts'

const source = { current: () => 1, encodeReset: String, encodeChange: String, encodeEmpty: () => '0' }

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const nowMs = () => performance.now()

let faults: Faults
let sending: BytesInFlight
let push: Push
let server: WebSocketServer
const sight = { key: 'viewer' }
let attach: (socket: WebSocket) => void

beforeEach(async () => {
  faults = createFaults({ nowMs, log })
  sending = new BytesInFlight(defaultBytesInFlightLimits, nowMs)
  push = new Push({
    // No signs of life come between what a test waits for.
    limits: { ...defaultPushLimits, sockets: 2, pingIntervalMs: 1000, heartbeatMs: 600_000 },
    sending,
    log,
    faults,
    nowMs,
  })
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => attach(socket))
  attach = (socket) =>
    push.attach(socket, '127.0.0.1', { what: 'a count', sight, source: source, pauseMs: 100 })
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

/** Lets readers follow a count, each with what it may see, and tells which states were made frames of. */
const counting = (): { readonly as: (may: Sight) => Promise<WebSocket>; readonly states: number[] } => {
  const states: number[] = []
  const counted = { ...source, encodeReset: (state: number) => `${states.push(state)}` }
  const as = (may: Sight): Promise<WebSocket> => {
    attach = (socket) =>
      push.attach(socket, '127.0.0.1', { what: 'a count', sight: may, source: counted, pauseMs: 100 })
    return connectClient(true)
  }
  return { as, states }
}

/** Reads what a socket is sent, and answers nothing. @returns how many bytes came until the other end closed it */
const readSlowly = async (
  socket: Socket,
  { bytesPerSecond }: { bytesPerSecond: number },
): Promise<number> => {
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await once(socket, 'readable')
  let read = 0
  const sinceMs = nowMs()
  const timer = setInterval(() => {
    while (read < ((nowMs() - sinceMs) * bytesPerSecond) / 1000) {
      const chunk = socket.read() as Buffer | null
      if (chunk === null) return
      read += chunk.length
    }
  }, 10)
  await once(socket, 'close')
  clearInterval(timer)
  return read
}

it('drops a socket that answers no ping, and keeps one that does', async () => {
  const living = await connectClient(true)
  const dead = await connectClient(false)
  const [code] = await once(dead, 'close')
  expect(code).toBe(1006)
  expect(living.readyState).toBe(WebSocket.OPEN)
})

describe.each(['TCP', 'TLS'] as const)('over %s', (over) => {
  it('drops a socket that answers no ping, also while the kernel takes what it is sent', async () => {
    const own = await startSocketServer(over)
    let count = 0
    own.sockets.on('connection', (socket) =>
      push.attach(socket, '127.0.0.1', {
        ...{ what: 'a growing count', sight, pauseMs: 1 },
        source: { ...source, current: () => count },
      }),
    )
    const counting = setInterval(() => {
      count++
      push.notify()
    }, 100)
    try {
      const dead = own.client({ autoPong: false })
      await once(dead, 'message')
      await once(dead, 'close')
    } finally {
      clearInterval(counting)
      await own.close()
    }
  })

  it('keeps a socket that takes a large frame slowly, though its answer to pings waits behind that', async () => {
    const own = await startSocketServer(over)
    const frame = Buffer.alloc(36 * 1024 * 1024, 'x')
    const impatient = new Push({
      limits: { ...defaultPushLimits, pingIntervalMs: 1000, heartbeatMs: 600_000 },
      ...{ sending, log, faults, nowMs },
    })
    const large = { ...source, encodeReset: () => frame }
    own.sockets.on('connection', (socket) =>
      impatient.attach(socket, '127.0.0.1', { what: 'a large state', sight, source: large, pauseMs: 100 }),
    )
    const read = await readSlowly(own.connection(), { bytesPerSecond: 5 * 1024 * 1024 })
    expect(read).toBeGreaterThan(frame.length)
    await impatient.stop()
    await own.close()
  })
})

it('sends frames whole and in order, however large they are, and pings between', async () => {
  const sizes = [3_000_000, 10, 700_000, 262_144, 1]
  let count = 0
  const counting = {
    ...source,
    current: () => count,
    encodeReset: (at: number) => `${at}`.padEnd(sizes[at] ?? 1, ' '),
    encodeChange: (_: number, at: number) => `${at}`.padEnd(sizes[at] ?? 1, ' '),
  }
  attach = (socket) =>
    push.attach(socket, '127.0.0.1', { what: 'sizes', sight, source: counting, pauseMs: 1 })
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}`)
  const got: number[] = []
  client.on('message', (data) => {
    const text = String(data)
    expect(text.trimEnd()).toBe(`${got.length}`)
    got.push(text.length)
    count = Math.min(got.length, sizes.length - 1)
    push.notify()
  })
  await eventually(() => expect(got).toEqual(sizes))
  expect(sending.bytes).toBe(0)
})

it('takes no more sockets than its bound, until one goes', async () => {
  const first = await connectClient(true)
  await connectClient(true)
  expect(() => push.checkRoom('127.0.0.1')).toThrow(expect.objectContaining({ status: 503, code: 'busy' }))
  first.close()
  await eventually(() => expect(() => push.checkRoom('127.0.0.1')).not.toThrow())
})

it('makes frames once for all who may see the same, and apart for those who may not', async () => {
  const { as, states } = counting()
  const first = await as({ key: 'all' })
  await as({ key: 'all' })
  expect(states).toHaveLength(1)
  first.close()
  await eventually(() => expect(() => push.checkRoom('127.0.0.1')).not.toThrow())
  await as({ key: 'some' })
  expect(states).toHaveLength(2)
})

it('makes frames once for users of all roles, since they see the same', async () => {
  const { as, states } = counting()
  for (const role of roles) await as(sightOf({ role }))
  expect(states).toHaveLength(1)
  expect(sightOf({ role: undefined })).not.toEqual(sightOf({ role: 'viewer' }))
})

it('drops a socket that does not close when the app stops', async () => {
  const socket = await connectClient(true)
  socket.pause()
  await push.stop()
  expect(() => push.checkRoom('127.0.0.1')).toThrow('no more sockets are taken')
  socket.terminate()
})

it('closes the sockets of what cannot be shown, and goes on with the others', async () => {
  let count = 1
  let broken = false
  const counting = {
    current: () => count,
    encodeReset: String,
    encodeChange: (_: number, now: number) => `${now}`,
    encodeEmpty: () => '0',
  }
  const breaking = {
    ...counting,
    current: () => {
      if (broken) throw new Error('broken on purpose')
      return count
    },
  }
  attach = (socket) =>
    push.attach(socket, '127.0.0.1', { what: 'what breaks', sight, source: breaking, pauseMs: 1 })
  const closed = once(await connectClient(true), 'close')
  attach = (socket) =>
    push.attach(socket, '127.0.0.1', { what: 'what does not', sight, source: counting, pauseMs: 1 })
  const other = await connectClient(true)
  count = 2
  broken = true
  const [next] = await Promise.all([once(other, 'message'), eventually(() => push.notify())])
  expect(String(next[0])).toBe('2')
  expect((await closed)[0]).toBe(1011)
  expect(faults.all()).toMatchObject([{ id: 'push', reason: expect.stringContaining('broken on purpose') }])

  broken = false
  attach = (socket) =>
    push.attach(socket, '127.0.0.1', { what: 'what breaks', sight, source: breaking, pauseMs: 1 })
  await connectClient(true)
})

it('closes a socket whose first frame cannot be made', async () => {
  const never = {
    current: () => 1,
    encodeReset: () => {
      throw new Error('broken on purpose')
    },
    encodeChange: String,
    encodeEmpty: () => '0',
  }
  attach = (socket) => push.attach(socket, '127.0.0.1', { what: 'nothing', sight, source: never, pauseMs: 1 })
  const { port } = server.address() as AddressInfo
  const [code] = await once(new WebSocket(`ws://127.0.0.1:${port}`), 'close')
  expect(code).toBe(1011)
  await eventually(() => expect(() => push.checkRoom('127.0.0.1')).not.toThrow())
})
