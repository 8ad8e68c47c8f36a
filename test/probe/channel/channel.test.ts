import { generateKeyPairSync } from 'node:crypto'
import { getEventListeners, once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createLogger } from '../../../src/log/log.ts'
import { type Channel, openChannel } from '../../../src/probe/channel/channel.ts'
import { createDialler } from '../../../src/probe/channel/dial.ts'
import { createEpoch } from '../../../src/probe/publish/epoch.ts'
import { CHANNEL_PATH, channelLimits } from '../../../src/report/channel.ts'
import { createOpener, createSealer } from '../../../src/report/proof/frame-seal.ts'
import {
  channelKey,
  hashBody,
  holdsClusterKey,
  isSignedByProbe,
  probeIdOf,
  proofHeaders,
  proveApp,
} from '../../../src/report/proof/proof.ts'
import { eventually } from '../../support/eventually.ts'

const secret = Buffer.alloc(32, 1)
const probeKey = generateKeyPairSync('ed25519').privateKey
const probeId = probeIdOf(probeKey)
const epoch = '0123456789abcdef'

/** The app's end of one channel. */
interface Taken {
  readonly socket: WebSocket
  readonly number: number
  readonly answers: unknown[]
  ask(request: unknown): void
}

/** What the app does with an upgrade. `prove`: the key with which it proves itself; undefined = it does not. */
interface Behaviour {
  challenge: string
  prove: Uint8Array | undefined
  refuse: number | undefined
}

let server: Server
let url: string
let app: Behaviour
let taken: Taken[]
let attempts: IncomingMessage[]
let orders: unknown[]
let trusted: boolean
let channel: Channel
let logged: string[]

const subjectOf = ({ headers }: IncomingMessage) => ({
  challenge: app.challenge,
  probeId: String(headers[proofHeaders.probeId]),
  epoch: String(headers[proofHeaders.epoch]),
  seq: Number(headers[proofHeaders.seq]),
  bodySha256: String(headers[proofHeaders.bodySha256]),
})

const answerUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
  attempts.push(request)
  const refuse = (status: number) =>
    socket.end(
      `HTTP/1.1 ${status} No\r\n${proofHeaders.challenge}: ${app.challenge}\r\nconnection: close\r\n\r\n`,
    )
  if (app.refuse !== undefined) return void refuse(app.refuse)
  if (request.headers[proofHeaders.challenge] !== app.challenge) return void refuse(401)
  const subject = subjectOf(request)
  const { [proofHeaders.publicKey]: publicKey, [proofHeaders.signature]: signature } = request.headers
  expect(request.url).toBe(CHANNEL_PATH)
  expect(subject).toMatchObject({ probeId, epoch, bodySha256: hashBody(new Uint8Array()) })
  expect(isSignedByProbe(subject, String(publicKey), String(signature))).toBe(true)
  expect(holdsClusterKey(subject, secret, String(request.headers[proofHeaders.clusterProof]))).toBe(true)

  const sockets = new WebSocketServer({ noServer: true })
  const { prove } = app
  sockets.on('headers', (lines) => {
    if (prove) lines.push(`${proofHeaders.appProof}: ${proveApp(subject, prove)}`)
  })
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const seal = createSealer(channelKey(subject, prove ?? secret), 'to-probe')
    const open = createOpener(channelKey(subject, prove ?? secret), 'to-app')
    const answers: unknown[] = []
    ws.on('message', (data) => answers.push(JSON.parse(open(String(data)))))
    ws.on('error', () => {})
    const ask = (order: unknown) => ws.send(seal(JSON.stringify(order)))
    taken.push({ socket: ws, number: subject.seq, answers, ask })
  })
}

beforeEach(async () => {
  server = createServer()
  server.on('upgrade', answerUpgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app = { challenge: 'first', prove: secret, refuse: undefined }
  taken = []
  attempts = []
  orders = []
  logged = []
  trusted = true
  channel = openChannel({
    url,
    probeId,
    epoch: createEpoch(() => epoch),
    probeKey,
    clusterKey: secret,
    isTrusted: () => trusted,
    log: createLogger({ format: 'text', debug: true, write: (line) => logged.push(line) }),
    handlers: new Map([
      [
        'order',
        (params) => {
          orders.push(params)
          return 'done'
        },
      ],
    ]),
  })
})
afterEach(async () => {
  await channel.stop()
  for (const { socket } of taken) socket.terminate()
  server.closeAllConnections()
  server.close()
})

const order = { id: 1, method: 'order', params: 'do' }
const nth = (n: number) => eventually(`channel ${n}`, () => taken[n - 1])

describe('a probe’s channel to an app', () => {
  test('is proven, and takes orders', async () => {
    const { ask, answers } = await nth(1)
    ask(order)
    await eventually('the answer', () => answers[0])
    expect(answers).toEqual([{ id: 1, result: 'done' }])
    expect(orders).toEqual(['do'])
  })

  test('is opened again when it breaks, with a larger number and for another app, too', async () => {
    const first = await nth(1)
    app.challenge = 'second'
    first.socket.terminate()
    const second = await nth(2)
    expect(second.number).toBeGreaterThan(first.number)
    second.ask(order)
    await eventually('the answer', () => second.answers[0])
  })

  test.each<[string, (first: Taken) => void]>([
    ['no JSON', ({ socket }) => socket.send('{')],
    ['an order without seal', ({ socket }) => socket.send(JSON.stringify(order))],
    ['a sealed frame that is no request', ({ ask }) => ask([order])],
    ['a frame that is too large', ({ socket }) => socket.send('x'.repeat(channelLimits.frameBytes + 1))],
    ['bytes', ({ socket }) => socket.send(Buffer.alloc(100, 0xff))],
  ])('is closed for %s, and opened again', async (_what, act) => {
    const first = await nth(1)
    const closed = once(first.socket, 'close')
    act(first)
    expect((await closed)[0]).toBeGreaterThanOrEqual(1008)
    const second = await nth(2)
    second.ask(order)
    await eventually('the answer', () => second.answers[0])
    expect(orders).toEqual(['do'])
  })

  test('leaves nothing of an attempt that failed, nor of one that did not', async () => {
    const { signal } = new AbortController()
    const identity = { probeId, epoch: createEpoch(() => epoch), probeKey, clusterKey: secret }
    const dial = createDialler(new URL(url), identity)
    for (const refuse of [401, 500, undefined, 503]) {
      app.refuse = refuse
      await dial(signal).then(
        ({ socket }) => socket.terminate(),
        () => {},
      )
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
    const nowhere = createDialler(new URL('http://127.0.0.1:9'), identity)
    await expect(nowhere(signal)).rejects.toThrow('ECONNREFUSED')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('ends with the probe', async () => {
    const { socket, ask, answers } = await nth(1)
    // The app has a channel before the probe knows; one that answers is open at both ends.
    ask(order)
    await eventually('the answer', () => answers[0])
    const closed = once(socket, 'close')
    await channel.stop()
    expect((await closed)[0]).toBe(1001)
    const before = attempts.length
    channel.wake()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(attempts).toHaveLength(before)
  })
})

describe('no orders are taken', () => {
  const reopened = async (change: () => void): Promise<void> => {
    const first = await nth(1)
    change()
    first.socket.terminate()
  }

  test.each<[string, Uint8Array | undefined]>([
    ['does not prove itself', undefined],
    ['holds another key', Buffer.alloc(32, 2)],
  ])('from an app that %s', async (_what, key) => {
    await reopened(() => {
      app.prove = key
    })
    const second = await nth(2)
    second.ask(order)
    await eventually('its end', () => second.socket.readyState === second.socket.CLOSED)
    expect(orders).toEqual([])
    expect(logged.join('')).toContain('did not prove that it holds the cluster key')
  })

  test('from an app that is not trusted by its answers to reports', async () => {
    await reopened(() => {
      trusted = false
    })
    const before = attempts.length
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(attempts).toHaveLength(before)
    trusted = true
    channel.wake()
    await nth(2)
  })

  test.each([401, 403, 404, 409, 500])(
    'while the app answers %i; it is asked again, ever less often',
    async (status) => {
      await reopened(() => {
        app.refuse = status
        attempts.length = 0
      })
      await eventually('another attempt', () => attempts.length >= 3)
      expect(attempts.length).toBeLessThan(10)
      app.refuse = undefined
      channel.wake()
      await nth(2)
    },
  )
})
