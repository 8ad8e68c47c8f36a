import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { getEventListeners, once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AuditRecord } from '../../../src/audit/audit-log.ts'
import { decodeFrame, encodeFrame } from '../../../src/channel/frames.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type Channel, openChannel } from '../../../src/probe/channel/channel.ts'
import { createDialler } from '../../../src/probe/channel/dial.ts'
import type { ReadingMethod } from '../../../src/probe/channel/methods.ts'
import { createEpoch } from '../../../src/probe/feed/epoch.ts'
import { CHANNEL_PATH, channelLimits } from '../../../src/report/channel.ts'
import { type AppIdentity, proveApp } from '../../../src/report/proof/app-proof.ts'
import { channelKeys, createExchange } from '../../../src/report/proof/channel-keys.ts'
import { publicKeyText } from '../../../src/report/proof/ed25519.ts'
import { createOpener, createSealer } from '../../../src/report/proof/frame-seal.ts'
import { type Order, signOrder } from '../../../src/report/proof/order.ts'
import {
  hashBody,
  holdsClusterKey,
  isSignedByProbe,
  probeIdOf,
  proofHeaders,
} from '../../../src/report/proof/proof.ts'
import { eventually } from '../../support/eventually.ts'
import { processNode } from '../../support/reports/reports.ts'

const secret = Buffer.alloc(32, 1)
const probeKey = generateKeyPairSync('ed25519').privateKey
const probeId = probeIdOf(probeKey)
const epoch = '0123456789abcdef'
const newKey = () => generateKeyPairSync('ed25519').privateKey
const appKey = newKey()
const identity: AppIdentity = { clusterKey: secret, appKey }

/** The app's end of one channel. */
interface Taken {
  readonly socket: WebSocket
  readonly number: number
  readonly answers: unknown[]
  readonly clocks: number[]
  /** Sends a good order, but for what is changed. */
  order(change?: Partial<Order>, key?: KeyObject): void
  /** Sends any content in a good frame. */
  sendSealed(...parts: Uint8Array[]): void
}

/** What the app does with an upgrade. `prove`: the keys with which it proves itself; undefined = it does not. */
interface Behaviour {
  challenge: string
  prove: AppIdentity | undefined
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
let audited: AuditRecord[]
let nowMs: number
let allows: boolean

const subjectOf = ({ headers }: IncomingMessage) => ({
  purpose: 'channel' as const,
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
  const exchange = String(request.headers[proofHeaders.exchange])
  expect(subject).toMatchObject({ probeId, epoch, bodySha256: hashBody(Buffer.from(exchange)) })
  expect(isSignedByProbe(subject, String(publicKey), String(signature))).toBe(true)
  expect(holdsClusterKey(subject, secret, String(request.headers[proofHeaders.clusterProof]))).toBe(true)

  const sockets = new WebSocketServer({ noServer: true })
  const own = createExchange()
  const { prove } = app
  sockets.on('headers', (lines) => {
    const headers = prove === undefined ? {} : proveApp(subject, prove, own.publicKey)
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  })
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const handshake = {
      subject,
      appKey: publicKeyText(prove?.appKey ?? appKey),
      appExchange: own.publicKey,
      clusterKey: prove?.clusterKey ?? secret,
    }
    const keys = channelKeys(own.secretWith(exchange), handshake)
    const seal = createSealer(keys.toProbe)
    const open = createOpener(keys.toApp)
    const answers: unknown[] = []
    const clocks: number[] = []
    let number = 0
    ws.on('message', (data) => {
      const frame = decodeFrame(open(data as Buffer))
      if (frame.type === 'clock') clocks.push(frame.ms)
      if (frame.type === 'answer') answers.push(JSON.parse(Buffer.from(frame.json).toString()))
    })
    ws.on('error', () => {})
    const sendSealed = (...parts: Uint8Array[]) => ws.send(seal(parts))
    const order = (change: Partial<Order> = {}, key = appKey) => {
      const good = { probeId, epoch, channel: subject.seq, person: 'anna', method: 'order', params: 'do' }
      const signed = signOrder({ ...good, number: ++number, ...change }, key)
      sendSealed(...encodeFrame({ type: 'request', order: signed }))
    }
    taken.push({ socket: ws, number: subject.seq, answers, clocks, order, sendSealed })
  })
}

beforeEach(async () => {
  server = createServer()
  server.on('upgrade', answerUpgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app = { challenge: 'first', prove: identity, refuse: undefined }
  taken = []
  attempts = []
  orders = []
  logged = []
  trusted = true
  audited = []
  nowMs = 5000
  allows = false
  channel = openChannel({
    target: { url, address: '127.0.0.1', origin: 'named' },
    probeId,
    epoch: createEpoch(() => epoch),
    probeKey,
    clusterKey: secret,
    appKey: () => (trusted ? publicKeyText(appKey) : undefined),
    audit: { record: (entry) => audited.push(entry) },
    guard: ({ kind }, node) =>
      allows
        ? { node: processNode('alpha', 1) }
        : { refusal: { code: 'not_allowed', reason: `${kind} controls of ${node} are not allowed` } },
    nowMs: () => nowMs,
    log: createLogger({ format: 'text', debug: true, write: (line) => logged.push(line) }),
    methods: new Map<string, ReadingMethod>([
      [
        'order',
        (params) => {
          orders.push(params)
          return 'done'
        },
      ],
      ['large', () => 'x'.repeat(channelLimits.frameBytes - 1000)],
    ]),
    controls: () => [
      {
        ...{ id: 'pause', kind: 'container', label: 'Pause', icon: '', rank: 1 },
        run: async ({ nodeId }) => {
          orders.push(nodeId)
          return {}
        },
      },
    ],
  })
})
afterEach(async () => {
  await channel.stop()
  for (const { socket } of taken) socket.terminate()
  server.closeAllConnections()
  server.close()
})

const signedText = (text: string): Buffer =>
  Buffer.concat([sign(null, Buffer.from(text), appKey), Buffer.from(text)])
const sendOrder = ({ sendSealed }: Taken, order: Uint8Array, type: 'request' | 'open' = 'request') =>
  sendSealed(...encodeFrame({ type, order }))
const nth = (n: number) => eventually(`channel ${n}`, () => taken[n - 1])

describe('a probe’s channel to an app', () => {
  test('is proven, and takes orders', async () => {
    const { order, answers } = await nth(1)
    order()
    await eventually('the answer', () => answers[0])
    expect(answers).toEqual([{ id: 1, result: 'done' }])
    expect(orders).toEqual(['do'])
  })

  test('takes no control that was given so long ago that nobody waits for it any more', async () => {
    const { order, answers, clocks, socket, sendSealed } = await nth(1)
    allows = true
    await eventually('its clock', () => clocks.length === 1)
    nowMs += 30_000
    socket.ping()
    await eventually('its clock', () => clocks.length === 2)
    expect(clocks).toEqual([0, 30_000])
    const pause = { method: 'control', params: { control: 'pause', nodeId: 'n', args: {} } }
    sendSealed(...encodeFrame({ type: 'clock', ms: 20_000 }))
    order(pause)
    sendSealed(...encodeFrame({ type: 'clock', ms: 28_000 }))
    order(pause)
    await eventually('the answers', () => answers.length === 2)
    const message = 'the order came 10 s late, so it was not carried out'
    expect(answers).toContainEqual({ id: 1, error: { code: 'timeout', message } })
    expect(answers).toContainEqual({ id: 2, result: {} })
    expect(orders).toEqual(['n'])
    expect(audited.map(({ result }) => result)).toEqual(['refused', 'done'])
  })

  test('is opened again when it breaks, with a larger number and for another app, too', async () => {
    const first = await nth(1)
    app.challenge = 'second'
    first.socket.terminate()
    const second = await nth(2)
    expect(second.number).toBeGreaterThan(first.number)
    second.order()
    await eventually('the answer', () => second.answers[0])
  })

  test('carries out an order only as far as the probe allows, and writes that down', async () => {
    const { order, answers } = await nth(1)
    order({ method: 'control', params: { control: 'pause', nodeId: 'c;<container>', args: {} } })
    order()
    await eventually('both answers', () => answers.length === 2)
    const reason = 'container controls of c;<container> are not allowed'
    expect(answers).toContainEqual({ id: 1, error: { code: 'not_allowed', message: reason } })
    expect(orders).toEqual(['do'])
    expect(audited).toEqual([
      { who: 'anna', from: url, action: 'pause', target: 'c;<container>', result: 'refused', reason },
    ])
  })

  test('is dropped by an app that asks on and reads no answer, and opened again', async () => {
    const first = await nth(1)
    first.socket.pause()
    let asked = 0
    // The network takes some of it.
    while (taken.length === 1 && asked < 200) {
      first.order({ method: 'large' })
      asked++
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await nth(2)
    expect(asked).toBeLessThan(200)
    expect(logged.join('')).toContain('the app does not read what it has asked for')
  })

  const signed = (change: Partial<Order>, first: Taken): Buffer => {
    const good = { probeId, epoch, channel: first.number, number: 1, person: 'anna', method: 'order' }
    return signOrder({ ...good, params: 'do', ...change }, appKey)
  }
  test.each<[string, (first: Taken) => void, string]>([
    ['no JSON', ({ socket }) => socket.send('{'), 'seal'],
    ['an order without seal', (first) => first.socket.send(signed({}, first)), 'seal'],
    ['a sealed frame of no type', ({ sendSealed }) => sendSealed(Buffer.from('[]')), 'has the type 91'],
    ['a sealed frame that is no order', (first) => sendOrder(first, Buffer.from('[]')), 'not signed'],
    ['a signed text that is no order', (first) => sendOrder(first, signedText('[]')), 'not as expected'],
    ['a signed text that is no JSON', (first) => sendOrder(first, signedText('{')), 'no JSON'],
    [
      'an order that is not signed and opens',
      (first) => sendOrder(first, Buffer.alloc(99), 'open'),
      'not signed',
    ],
    [
      'an order for another probe that opens',
      (first) => sendOrder(first, signed({ probeId: 'f'.repeat(16) }, first), 'open'),
      'for the probe ffff',
    ],
    ['an answer', ({ sendSealed }) => sendSealed(Buffer.from([3, 123, 125])), 'sends no answers'],
    [
      'data on no stream',
      ({ sendSealed }) => sendSealed(Buffer.from([4, 0, 0, 0, 0, 0, 9, 0, 1])),
      'not open',
    ],
    ['an order of another key', ({ order }) => order({}, newKey()), 'not signed'],
    ['an order for another probe', ({ order }) => order({ probeId: 'f'.repeat(16) }), 'for the probe ffff'],
    ['an order for another start', ({ order }) => order({ epoch: 'f'.repeat(16) }), 'another start'],
    ['an order for another channel', ({ order }) => order({ channel: 9 }), 'for channel 9'],
    ['an order without a person', ({ order }) => order({ person: '' }), 'not as expected'],
    ['an order with number 0', ({ order }) => order({ number: 0 }), 'not as expected'],
    ['bytes', ({ socket }) => socket.send(Buffer.alloc(100, 0xff)), 'seal'],
  ])('is closed for %s, which is written down', async (_what, act, reason) => {
    const first = await nth(1)
    const closed = once(first.socket, 'close')
    act(first)
    expect((await closed)[0]).toBe(1008)
    const second = await nth(2)
    second.order()
    await eventually('the answer', () => second.answers[0])
    expect(orders).toEqual(['do'])
    expect(audited).toEqual([
      {
        ...{ who: '', from: url, action: 'refused', target: 'order', result: 'refused' },
        reason: expect.stringContaining(reason),
      },
    ])
  })

  test.each([
    ['the same order again', 7, 7],
    ['an order of before', 7, 6],
  ])('is closed for %s', async (_what, first, second) => {
    const { socket, order, answers } = await nth(1)
    const closed = once(socket, 'close')
    order({ number: first })
    await eventually('the answer', () => answers[0])
    order({ number: second })
    expect((await closed)[0]).toBe(1008)
    expect(orders).toEqual(['do'])
    expect(audited).toMatchObject([{ reason: `order ${second} comes after order ${first}` }])
  })

  test.each<[string, (first: Taken) => void]>([
    ['a frame that is too large', ({ socket }) => socket.send('x'.repeat(channelLimits.frameBytes + 1))],
  ])('is closed for %s, and opened again', async (_what, act) => {
    const first = await nth(1)
    const closed = once(first.socket, 'close')
    act(first)
    expect((await closed)[0]).toBeGreaterThanOrEqual(1008)
    const second = await nth(2)
    second.order()
    await eventually('the answer', () => second.answers[0])
    expect(orders).toEqual(['do'])
  })

  test('leaves nothing of an attempt that failed, nor of one that did not', async () => {
    const { signal } = new AbortController()
    const self = {
      ...{ probeId, epoch: createEpoch(() => epoch), probeKey, clusterKey: secret },
      appKey: () => publicKeyText(appKey),
    }
    const dial = createDialler(new URL(url), self)
    for (const refuse of [401, 500, undefined, 503]) {
      app.refuse = refuse
      await dial(signal).then(
        ({ socket }) => socket.terminate(),
        () => {},
      )
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
    const nowhere = createDialler(new URL('http://127.0.0.1:9'), self)
    await expect(nowhere(signal)).rejects.toThrow('ECONNREFUSED')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('ends with the probe', async () => {
    const { socket, order, answers } = await nth(1)
    // The app has a channel before the probe knows; one that answers is open at both ends.
    order()
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

  test.each<[string, AppIdentity | undefined, string]>([
    ['does not prove itself', undefined, 'that it holds the cluster key'],
    [
      'holds another cluster key',
      { clusterKey: Buffer.alloc(32, 2), appKey },
      'that it holds the cluster key',
    ],
    ['holds the cluster key and no key of its own', { clusterKey: secret }, 'the same key of its own'],
    ['holds another key of its own', { clusterKey: secret, appKey: newKey() }, 'the same key of its own'],
  ])('from an app that %s', async (_what, prove, reason) => {
    await reopened(() => {
      app.prove = prove
    })
    const second = await nth(2)
    second.order()
    await eventually('its end', () => second.socket.readyState === second.socket.CLOSED)
    expect(orders).toEqual([])
    expect(logged.join('')).toContain(`did not prove ${reason}`)
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
