import { once } from 'node:events'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppEnv } from '../../../src/app/http/env.ts'
import { listen } from '../../../src/app/listen/listen.ts'
import {
  type AppServer,
  defaultServerLimits,
  makeServer,
  type ServerLimits,
} from '../../../src/app/listen/server.ts'
import type { KeyPair } from '../../../src/app/tls/key-pair.ts'
import { eventually } from '../../support/eventually.ts'
import { makeAuthority, type TestAuthority } from '../../support/machine/certificates.ts'
import { unknownPeers } from './unknown-peers.ts'

let authority: TestAuthority
let made: AppServer
let port: number
const open: Socket[] = []

const issue = async (): Promise<KeyPair> => (await authority.issue(['localhost'])) as KeyPair

const start = async (limits: Partial<ServerLimits> = {}): Promise<void> => {
  const app = new Hono<AppEnv>()
  app.onError((_error, c) => c.text('failed', 500))
  app.get('/', (c) => c.text('here'))
  app.get('/large', (c) => c.body('x'.repeat(64 * 1024 * 1024)))
  app.post('/', async (c) => c.text(`${(await c.env.incoming.toArray()).length}`))
  made = makeServer(
    app,
    { ...defaultServerLimits(1000), reservedConnections: 0, ...limits },
    unknownPeers,
    await issue(),
  )
  port = await listen(made.server, { host: '127.0.0.1', port: 0 }, '127.0.0.1:0')
}

beforeEach(async () => {
  authority = await makeAuthority()
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  const closed = once(made.server, 'close')
  made.server.close()
  made.closeAllConnections()
  await closed
})

const openTcp = (): Socket => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  open.push(socket)
  return socket
}
const beginTls = (): TLSSocket => {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.cert })
  socket.on('error', () => {})
  open.push(socket)
  return socket
}
const openTls = async (): Promise<TLSSocket> => {
  const socket = beginTls()
  await once(socket, 'secureConnect')
  return socket
}
const closing = (socket: Socket): Promise<unknown> => new Promise((done) => socket.once('close', done))

const connectionCount = (): Promise<number> =>
  new Promise((resolve, reject) =>
    made.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

const get = (path = '/', method = 'GET'): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request({ host: 'localhost', family: 4, port, path, method, ca: authority.cert, agent: false })
      .on('error', reject)
      .on('response', async (response) =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(await response.toArray()).toString(),
        }),
      )
      .end()
  })

describe('a server with a certificate', () => {
  it('answers over https, and over TLS 1.2 and 1.3 only', async () => {
    await start()
    expect(await get()).toEqual({ status: 200, text: 'here' })
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = connectTls({
        ...{ port, host: '127.0.0.1', servername: 'localhost', ca: authority.cert },
        ...{ minVersion: version, maxVersion: version },
      })
      open.push(socket)
      await once(socket, 'secureConnect')
      expect(socket.getProtocol()).toBe(version)
      expect(socket.getCipher().name).toMatch(/GCM|CHACHA20/)
    }
    const old = connectTls({
      ...{ port, ca: authority.cert, ciphers: 'DEFAULT@SECLEVEL=0' },
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    })
    await expect(once(old, 'secureConnect')).rejects.toThrow(/protocol version/)
  })

  it('reads what arrives together with the first byte, and byte by byte', async () => {
    await start()
    const [seen, tcp] = [[] as Buffer[], openTcp()]
    const client = connectTls({ socket: trickling(tcp), servername: 'localhost', ca: authority.cert })
    open.push(client)
    client.on('data', (chunk) => seen.push(chunk))
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    await once(client, 'end')
    expect(Buffer.concat(seen).toString()).toMatch(/^HTTP\/1.1 200 [\s\S]*here$/)
  })

  it('serves another certificate when told, and leaves open connections alone', async () => {
    await start()
    const before = await openTls()
    const renewed = await issue()
    made.useCertificate(renewed)
    const after = await openTls()
    expect(after.getPeerX509Certificate()?.toString().trim()).toBe(renewed.cert.trim())
    expect(before.getPeerX509Certificate()?.toString().trim()).not.toBe(renewed.cert.trim())
    before.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(Buffer.concat(await before.toArray()).toString()).toMatch(/here$/)
  })
})

/** A stream that writes to a socket one byte at a time. */
const trickling = (socket: Socket): Socket => {
  const write = socket._write.bind(socket)
  socket._writev = undefined as never
  socket._write = (chunk: Buffer, encoding, done) => {
    const next = (at: number): void => {
      if (at === chunk.length) done()
      else write(chunk.subarray(at, at + 1), encoding, () => next(at + 1))
    }
    next(0)
  }
  socket.setNoDelay(true)
  return socket
}

describe('plain http on that port', () => {
  const ask = (method: string, headers = {}, body = ''): Promise<[number, string, string | undefined]> =>
    new Promise((resolve, reject) => {
      plainRequest({ host: '127.0.0.1', port, method, headers, agent: false })
        .on('error', reject)
        .on('response', async (response) => {
          const text = Buffer.concat(await response.toArray()).toString()
          resolve([response.statusCode ?? 0, text, response.headers.location])
        })
        .end(body)
    })

  it.each([
    ['GET', {}, ''],
    ['POST', {}, 'a body'],
    ['GET', { connection: 'upgrade', upgrade: 'websocket' }, ''],
  ])('is told to use https: %s', async (method, headers, body) => {
    await start()
    const [status, text, location] = await ask(method, headers, body)
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toMatchObject({ code: 'https_only' })
    expect(location).toBeUndefined()
    await eventually('the end of the connection', async () => (await connectionCount()) === 0)
  })

  it('is closed when it is no HTTP at all, and when it never ends its headers', async () => {
    await start({ headersTimeoutMs: 2000 })
    const noise = openTcp()
    noise.write(Buffer.alloc(64))
    const trickle = openTcp()
    trickle.write('GET / HTTP/1.1\r\nHost: a\r\n')
    const timer = setInterval(() => trickle.write('X-A: b\r\n'), 20)
    await Promise.all([noise, trickle].map((socket) => closing(socket.resume())))
    clearInterval(timer)
  })
})

describe('limits hold for TLS, too', () => {
  it.each([
    ['sends nothing', ''],
    ['begins a handshake and never ends it', '\x16\x03\x01\x02\x00\x01'],
  ])('a client that %s is dropped', async (_how, bytes) => {
    await start({ headersTimeoutMs: 2000 })
    const socket = openTcp()
    socket.write(Buffer.from(bytes, 'latin1'))
    await closing(socket.resume())
    await eventually('an answer', async () => (await get()).status === 200)
  })

  it('so is one that closes its side without a word', async () => {
    await start()
    const socket = openTcp()
    await once(socket, 'connect')
    socket.end()
    await closing(socket.resume())
  })

  it('so is one that trickles its handshake', async () => {
    await start({ headersTimeoutMs: 2000 })
    const socket = openTcp()
    socket.write(Buffer.from('\x16\x03\x01\x02\x00\x01', 'latin1'))
    const trickle = setInterval(() => socket.write(Buffer.from([0])), 20)
    await closing(socket.resume())
    clearInterval(trickle)
  })

  it.each([
    ['nothing', ''],
    ['headers without an end', 'GET / HTTP/1.1\r\nHost: localhost\r\n'],
    ['a body without an end', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc'],
  ])('so is one that sends %s after its handshake', async (_what, text) => {
    await start({ headersTimeoutMs: 2000, requestTimeoutMs: 2500 })
    const socket = beginTls()
    if (text !== '') socket.once('secureConnect', () => socket.write(text))
    await closing(socket.resume())
  })

  it('so is one that reads nothing of its answer', async () => {
    await start({ stallMs: 2000 })
    const socket = await openTls()
    socket.pause()
    socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually('the end of the connection', () => connectionCount().then((count) => count === 0))
  })

  it('one address has so many connections, whether they have ended their handshake or not', async () => {
    // Twice as many on loopback.
    await start({ connectionsPerAddress: 3 })
    const half = Array.from({ length: 3 }, openTcp)
    for (const socket of half) socket.write(Buffer.from('\x16\x03\x01\x02\x00\x01', 'latin1'))
    const whole = await Promise.all(Array.from({ length: 3 }, openTls))
    await closing(openTcp().resume())
    await expect(get()).rejects.toThrow()
    whole[0]?.destroy()
    half[0]?.destroy()
    await eventually('room', () => get().then(({ status }) => status === 200))
  })

  it('the connections of all have a bound', async () => {
    await start({ connections: 4 })
    await Promise.all(Array.from({ length: 4 }, openTls))
    await closing(openTcp().resume())
  })

  it('stops at once, whatever its connections are at', async () => {
    await start()
    const sockets = [openTcp(), openTcp(), await openTls()]
    sockets[1]?.write(Buffer.from('\x16\x03\x01\x02\x00\x01', 'latin1'))
    await eventually('connections', async () => (await connectionCount()) === 3)
    const closed = Promise.all(sockets.map((socket) => closing(socket.resume())))
    made.closeAllConnections()
    await closed
  })
})
