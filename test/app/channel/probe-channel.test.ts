import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import * as z from 'zod'
import { ChannelError } from '../../../src/app/channel/channel-error.ts'
import type { ChannelRequest } from '../../../src/app/channel/channel-request.ts'
import { ProbeChannel } from '../../../src/app/channel/probe-channel.ts'
import { ProbeChannels } from '../../../src/app/channel/probe-channels.ts'
import { encodeFrame, type Frame } from '../../../src/channel/frames.ts'
import { Link } from '../../../src/channel/link.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { type ChannelAnswer, channelLimits } from '../../../src/report/channel.ts'
import { CONTROL_METHOD, controlResultSchema } from '../../../src/report/control/control.ts'
import { createOpener, createSealer } from '../../../src/report/proof/frame-seal.ts'
import { type Order, readOrder } from '../../../src/report/proof/order.ts'
import { eventually } from '../../support/eventually.ts'

/** The probe's end, which does what a test wants. */
interface ProbeEnd {
  readonly socket: WebSocket
  readonly link: Link
  readonly orders: { readonly type: 'request' | 'open'; readonly order: Order }[]
  readonly cancelled: number[]
  answer(answer: ChannelAnswer): void
  send(frame: Frame): void
}

const { privateKey: appKey, publicKey } = generateKeyPairSync('ed25519')
const peer = { probeId: '0'.repeat(16), epoch: '1'.repeat(16), number: 1 }
const keys = { toApp: Buffer.alloc(32, 1), toProbe: Buffer.alloc(32, 2) }
const log = createLogger({ format: 'text', debug: false, write: () => {} })
const control: ChannelRequest = {
  person: 'anna',
  method: CONTROL_METHOD,
  params: { control: 'exec', nodeId: 'c;<container>', args: {} },
}
const reading: ChannelRequest = { person: 'anna', method: 'read', params: null }
const terminal = { opened: { tty: true } }

let server: WebSocketServer
let channels: ProbeChannels
let channel: ProbeChannel
let probe: ProbeEnd
let violations: string[]

const join = async (pingIntervalMs = 10_000, autoPong = true): Promise<void> => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const socket = new WebSocket(url, { autoPong })
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(socket, 'open')])) as [
    [WebSocket],
    unknown,
  ]
  violations = []
  const faults = createFaults({ nowMs: Date.now, log })
  const violated = (reason: string) => void violations.push(reason)
  channel = new ProbeChannel({ socket: accepted, peer, keys, appKey, violated, log, faults, pingIntervalMs })
  channels = new ProbeChannels()
  channels.add(peer, channel)
  accepted.on('close', () => channels.remove(peer, channel))
  const seal = createSealer(keys.toApp)
  const orders: ProbeEnd['orders'] = []
  const cancelled: number[] = []
  const link = new Link({
    socket,
    seal,
    unseal: createOpener(keys.toProbe),
    take(frame) {
      if (frame.type === 'request' || frame.type === 'open')
        orders.push({ type: frame.type, order: readOrder(frame.order, publicKey) })
      if (frame.type !== 'cancel') return true
      if (link.streams.has(frame.id)) return false
      cancelled.push(frame.id)
      return true
    },
  })
  // What answers frames that its link knows nothing of would be a violation to it.
  let isRogue = false
  socket.on('message', (data) => isRogue || link.receive(data as Buffer))
  socket.on('close', () => link.streams.close('the app has gone'))
  probe = {
    ...{ socket, link, orders, cancelled },
    answer: (answer) => link.send({ type: 'answer', json: Buffer.from(JSON.stringify(answer)) }),
    send: (frame) => {
      isRogue = true
      socket.send(seal(encodeFrame(frame)))
    },
  }
}

beforeEach(() => join())
afterEach(async () => {
  await channels.stop()
  probe.socket.terminate()
  server.close()
})

const nthOrder = async (n: number) => (await eventually(`order ${n}`, () => probe.orders[n - 1])).order.number
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof ChannelError ? error.code : String(error)),
  )
/** Opens a stream, with both its ends. */
const openOne = async (request = control) => {
  const before = probe.orders.length
  const opening = channels.open(peer, request, controlResultSchema)
  const id = await nthOrder(before + 1)
  probe.answer({ id, result: terminal, opened: true })
  const theirs = probe.link.streams.open(id)
  return { ...(await opening), theirs, id }
}

describe('what opens a stream', () => {
  test('gives the result and the stream, which carries bytes both ways', async () => {
    const opening = channels.open(peer, control, controlResultSchema)
    const id = await nthOrder(1)
    expect(probe.orders[0]).toMatchObject({ type: 'open', order: { person: 'anna', method: 'control' } })
    // The first bytes come right behind the answer.
    probe.answer({ id, result: terminal, opened: true })
    const theirs = probe.link.streams.open(id)
    theirs.write({ lane: 'out', bytes: Buffer.from('$ ') })
    const { result, stream } = await opening
    expect(result).toEqual(terminal)
    stream.end({ lane: 'in', bytes: Buffer.from('exit\n') })
    theirs.end()
    expect(await stream.toArray()).toEqual([{ lane: 'out', bytes: Buffer.from('$ ') }])
    expect(await theirs.toArray()).toEqual([{ lane: 'in', bytes: Buffer.from('exit\n') }])
  })

  test.each<[string, (id: number) => ChannelAnswer, string]>([
    ['an error', (id) => ({ id, error: { code: 'not_allowed', message: 'no' } }), 'not_allowed'],
    ['no stream', (id) => ({ id, result: terminal }), 'bad_answer'],
  ])('may be answered with %s', async (_what, answer, code) => {
    const asked = codeOf(channels.open(peer, control, controlResultSchema))
    probe.answer(answer(await nthOrder(1)))
    expect(await asked).toBe(code)
  })

  test('is closed again when the answer is not what it should be', async () => {
    const asked = codeOf(channels.open(peer, control, z.string()))
    const id = await nthOrder(1)
    probe.answer({ id, result: terminal, opened: true })
    await expect(finished(probe.link.streams.open(id))).rejects.toThrow('answered what it should not')
    expect(await asked).toBe('bad_answer')
  })

  test('is closed when it is opened after all, when nobody waits any more', async () => {
    const giveUp = new AbortController()
    const asked = codeOf(channels.open(peer, control, controlResultSchema, { signal: giveUp.signal }))
    const id = await nthOrder(1)
    giveUp.abort()
    expect(await asked).toBe('cancelled')
    await eventually('the probe to be told', () => probe.cancelled.includes(id))
    probe.answer({ id, result: terminal, opened: true })
    await expect(finished(probe.link.streams.open(id))).rejects.toThrow('nobody waits')
    // The channel goes on.
    const { stream, theirs } = await openOne()
    theirs.end()
    expect(await stream.toArray()).toEqual([])
  })

  test('is refused when a probe has very many', async () => {
    const all: Awaited<ReturnType<typeof openOne>>[] = []
    for (let i = 0; i < channelLimits.concurrentStreams; i++) all.push(await openOne())
    expect(await codeOf(channels.open(peer, control, controlResultSchema))).toBe('busy')
    all[0]?.stream.destroy()
    await eventually('room', () => all[0]?.theirs.closed)
    const asked = channels.ask(peer, reading, z.literal('ok'))
    probe.answer({ id: await nthOrder(channelLimits.concurrentStreams + 1), result: 'ok' })
    await asked
    await openOne()
  })
})

describe('nobody waits for ever', () => {
  test('for a probe that does not answer: it is told to give up', async () => {
    const asked = [
      codeOf(channels.ask(peer, reading, z.unknown(), { timeoutMs: 50 })),
      codeOf(channels.ask(peer, control, z.unknown(), { timeoutMs: 50 })),
      codeOf(channels.open(peer, control, z.unknown(), { timeoutMs: 50 })),
    ]
    expect(await Promise.all(asked)).toEqual(['timeout', 'timeout', 'timeout'])
    await eventually('the probe to be told', () => probe.cancelled.length === 3)
    // Answers that come too late are for nobody, and harmless.
    for (const { order } of probe.orders) probe.answer({ id: order.number, result: 1 })
    const again = channels.ask(peer, reading, z.literal('ok'))
    probe.answer({ id: await nthOrder(4), result: 'ok' })
    expect(await again).toBe('ok')
  })

  test('longer than whoever asked does, also for a turn', async () => {
    const giveUp = new AbortController()
    const { signal } = giveUp
    const asked = Array.from({ length: 2 * channelLimits.concurrentControls }, () =>
      codeOf(channels.ask(peer, control, z.unknown(), { signal })),
    )
    await nthOrder(channelLimits.concurrentControls)
    giveUp.abort()
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['cancelled']))
    expect(probe.orders).toHaveLength(channelLimits.concurrentControls)
    expect(await codeOf(channels.ask(peer, control, z.unknown(), { signal }))).toBe('cancelled')
    await eventually('the probe to be told', () => probe.cancelled.length === probe.orders.length)
  })

  test('for a probe that has gone', async () => {
    const { stream } = await openOne()
    const asked = [
      codeOf(channels.ask(peer, reading, z.unknown())),
      codeOf(channels.open(peer, control, z.unknown())),
    ]
    await nthOrder(3)
    probe.socket.terminate()
    expect(await Promise.all(asked)).toEqual(['closed', 'closed'])
    await expect(finished(stream)).rejects.toThrow('the probe has gone')
    expect(await codeOf(channels.ask(peer, reading, z.unknown()))).toBe('no_channel')
  })

  test('for a probe that hangs: its channel is closed, and all on it ends', async () => {
    await channels.stop()
    // Long enough for all that comes before it hangs.
    await join(3000)
    const { stream } = await openOne()
    const asked = codeOf(channels.open(peer, control, z.unknown()))
    await nthOrder(2)
    // As a process that is stopped: it reads nothing, so it answers no ping.
    probe.socket.pause()
    expect(await asked).toBe('closed')
    await expect(finished(stream)).rejects.toThrow('the probe has gone')
  })

  test('for less than what the probe sends in time, behind which its answer to a ping may wait', async () => {
    await channels.stop()
    await join(2000, false)
    const { stream, theirs } = await openOne()
    stream.resume()
    let pings = 0
    probe.socket.on('ping', () => {
      pings++
      theirs.write({ lane: 'out', bytes: Buffer.from('x') })
    })
    await eventually('pings', () => pings > 2 || stream.destroyed)
    expect(stream.destroyed).toBe(false)
    probe.socket.removeAllListeners('ping')
    await expect(finished(stream)).rejects.toThrow('the probe has gone')
  })

  test('for a probe of another epoch', async () => {
    const other = { ...peer, epoch: '2'.repeat(16) }
    expect(await codeOf(channels.ask(other, reading, z.unknown()))).toBe('stale')
    expect(await codeOf(channels.open(other, control, z.unknown()))).toBe('stale')
    expect(await codeOf(channels.ask({ ...peer, probeId: '3' }, reading, z.unknown()))).toBe('no_channel')
  })
})

test('streams end at the probe when the app stops', async () => {
  const { theirs } = await openOne()
  await channels.stop()
  await expect(finished(theirs)).rejects.toThrow('the app has gone')
})

test('questions are answered while as many controls as may are under way', async () => {
  const asked = Array.from({ length: channelLimits.concurrentControls + 1 }, () =>
    channels.ask(peer, control, z.literal('done')),
  )
  await nthOrder(channelLimits.concurrentControls)
  const question = channels.ask(peer, reading, z.literal('ok'))
  const id = await nthOrder(channelLimits.concurrentControls + 1)
  probe.answer({ id, result: 'ok' })
  await question
  // The last control has its turn when one of the others is done.
  probe.answer({ id: 1, result: 'done' })
  await nthOrder(channelLimits.concurrentControls + 2)
  for (const { order } of probe.orders.slice(1))
    if (order.method === CONTROL_METHOD) probe.answer({ id: order.number, result: 'done' })
  await Promise.all(asked)
})

test('whoever may have nothing done any more when an order has its turn has it not sent', async () => {
  const asked = Array.from({ length: channelLimits.concurrentControls }, () =>
    channels.ask(peer, control, z.literal('done')),
  )
  let may = true
  const check = (): void => {
    if (!may) throw new ChannelError('gone', 'the person has been removed')
  }
  const late = { ...control, person: 'mallory' }
  const waiting = [
    codeOf(channels.ask(peer, late, z.unknown(), { check })),
    codeOf(channels.open(peer, late, controlResultSchema, { check })),
  ]
  await nthOrder(channelLimits.concurrentControls)
  may = false
  for (const { order } of [...probe.orders]) probe.answer({ id: order.number, result: 'done' })
  expect(await Promise.all(waiting)).toEqual(['gone', 'gone'])
  await Promise.all(asked)
  may = true
  const id = probe.orders.length + 1
  const allowed = channels.ask(peer, late, z.literal('done'), { check })
  probe.answer({ id: await nthOrder(id), result: 'done' })
  await allowed
  expect(probe.orders.filter(({ order }) => order.person === 'mallory')).toHaveLength(1)
})

describe('a probe is cut off that', () => {
  const data = (id: number, size: number): Frame => ({
    ...{ type: 'data', id, lane: 'out' },
    parts: [Buffer.alloc(size)],
  })
  test.each<[string, (id: number) => Frame[], string]>([
    ['sends data on no stream', () => [data(99, 1)], 'which is not open'],
    [
      'sends more than its credit',
      (id) => Array.from({ length: 17 }, () => data(id, 16_384)),
      'its credit allows',
    ],
    ['sends data after the end', (id) => [{ type: 'end', id }, data(id, 1)], 'after the end'],
    ['gives credit for nothing', (id) => [{ type: 'credit', id, bytes: 9 }], 'more credit than was used'],
    ['sends an order', () => [{ type: 'open', order: Buffer.alloc(99) }], 'a probe sends no frame open'],
    [
      'answers twice',
      (id) => [{ type: 'answer', json: Buffer.from(JSON.stringify({ id, result: 1 })) }],
      'which waits for none',
    ],
    ['answers nonsense', () => [{ type: 'answer', json: Buffer.from('{"id":') }], 'JSON'],
  ])('%s', async (_what, frames, reason) => {
    const { stream, id } = await openOne()
    const closed = once(probe.socket, 'close')
    for (const frame of frames(id)) probe.send(frame)
    expect((await closed)[0]).toBe(1008)
    expect(violations).toEqual([expect.stringContaining(reason)])
    await expect(finished(stream)).rejects.toThrow('the probe has gone')
  })
})
