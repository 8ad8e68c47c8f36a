import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionsDocument, Edge } from '../../../src/api/types.ts'
import type { Frame } from '../../../src/channel/frames.ts'
import { CHANNEL_PATH, channelLimits } from '../../../src/report/channel.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { address, clientHalf, pair, processNode, report, serverHalf } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import {
  closeCode,
  openTestChannel,
  type TestChannel,
  type TestChannelOptions,
  upgrade,
} from '../../support/scope/test-channel.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe
let secret: Uint8Array
const opened: TestChannel[] = []
beforeEach(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
  secret = await clusterKey(app.stateDir)
  await probe.post(talking())
  // From now on somebody looks.
  await get('/api/probes')
})
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate()
  await app.remove()
})

const talking = () =>
  report({
    nodes: [processNode('alpha', 1, { name: 'web' }), processNode('alpha', 2, { name: 'db' })],
    connections: [pair('alpha;1', 'alpha;2', 80, { id: 'c1' })],
    intervalMs: 60_000,
  })

const tryChannel = (more: Partial<TestChannelOptions> = {}) =>
  openTestChannel({
    url: app.url,
    probeId: probe.probeId,
    key: probe.key,
    epoch: probe.epoch,
    clusterKey: secret,
    number: 1,
    ...more,
  })

/** A channel whose orders are answered at the moment they come: an app gives a reader 3 s, and a busy machine looks seldom. */
interface AnsweringChannel extends TestChannel {
  /** Does something with the next order for which nothing is to be done yet. */
  next(act: (number: number) => void): void
}

const openChannel = async (more: Partial<TestChannelOptions> = {}): Promise<AnsweringChannel> => {
  const acts: ((number: number) => void)[] = []
  const channel = await tryChannel({ ordered: ({ number }) => acts.shift()?.(number), ...more })
  if ('status' in channel) throw new Error(`refused: ${channel.code}`)
  opened.push(channel)
  return { ...channel, next: (act) => void acts.push(act) }
}

const get = async (path: string) => {
  const { status, text } = await ask(`${app.url}${path}`)
  return { status, body: JSON.parse(text) }
}
const edgeId = async (): Promise<string> => {
  const { body } = await get('/api/topology/processes')
  const [edge] = Object.values<Edge>(body.edges)
  return edge?.id ?? ''
}
const connectionsOf = async (edge: string): Promise<ConnectionsDocument> => {
  const { status, body } = await get(`/api/connections?view=processes&edge=${edge}`)
  expect(status).toBe(200)
  return body
}
const connections = async (): Promise<ConnectionsDocument> => connectionsOf(await edgeId())
/** As many readers at once: each is given up after 3 s, so none looks for the edge first. */
const readersAtOnce = async (length: number): Promise<readonly Promise<ConnectionsDocument>[]> => {
  const edge = await edgeId()
  return Array.from({ length }, () => connectionsOf(edge))
}

const connection = {
  client: { process: 'alpha;1', ip: '127.0.0.1', port: 40_000 },
  server: { process: 'alpha;2', ip: '127.0.0.1', port: 80 },
  state: 'open',
  ageMs: 12,
  bytesSent: 1,
  bytesReceived: 2,
  retransmits: 0,
}

const answerOf = (json: string): Frame => ({ type: 'answer', json: Buffer.from(json) })

/** Answers the next request with what is given. */
const answerOnce = (channel: AnsweringChannel, result: unknown): void =>
  channel.next((id) => channel.answer({ id, result }))

it('when somebody begins to look, probes are asked to report, also those that do not understand it', async () => {
  await app.remove()
  app = await startTestApp()
  probe = await connectTestProbe(app)
  secret = await clusterKey(app.stateDir)
  await probe.post(talking())
  const channel = await openChannel()
  await edgeId()
  const asked = await eventually('the order', () => channel.orders[0])
  expect(asked).toMatchObject({ number: 1, person: 'unknown', method: 'report', params: {} })
  channel.answer({ id: 1, error: { code: 'unknown_method', message: 'this probe has no method report' } })
  answerOnce(channel, { connections: [connection], total: 7 })
  expect((await connections()).total).toBe(7)
})

describe('the channel of a probe', () => {
  it('carries what is asked about an edge, and the answer', async () => {
    const channel = await openChannel()
    answerOnce(channel, { connections: [connection], total: 7 })
    const document = await connections()
    const { probeId, epoch } = probe
    expect(channel.orders).toEqual([
      {
        ...{ probeId, epoch, channel: 1, number: 1, person: expect.stringMatching(/^uid \d+/) },
        ...{ method: 'connections', params: { records: ['c1'], limit: 500 } },
      },
    ])
    expect(document).toEqual({
      connections: [connection],
      total: 7,
      processNames: { 'alpha;1': 'web', 'alpha;2': 'db' },
      flows: [
        expect.objectContaining({
          client: { process: 'alpha;1', name: 'web' },
          server: { process: 'alpha;2', name: 'db' },
          port: 80,
        }),
      ],
      flowsTotal: 1,
      probes: [{ id: probe.probeId, hostname: 'alpha' }],
    })
  })

  it.each<[string, (channel: TestChannel, id: number) => void, string]>([
    ['an error', (c, id) => c.answer({ id, error: { code: 'busy', message: 'busy now' } }), 'busy now'],
    [
      'something else',
      (c, id) => c.answer({ id, result: { connections: [{}], total: 1 } }),
      'what it should not',
    ],
    [
      'more than asked for',
      (c, id) => c.answer({ id, result: { connections: Array(501).fill(connection), total: 501 } }),
      'what it should not',
    ],
    ['no answer at all', (c) => c.sendFrame(answerOf('[]')), 'went before it answered'],
    ['no JSON', (c) => c.sendFrame(answerOf('{')), 'went before it answered'],
    ['no frame', (c) => c.sendSealed(Buffer.of(99)), 'went before it answered'],
    ['nothing', (c) => c.sendSealed(Buffer.alloc(0)), 'went before it answered'],
    ['another order', (c, id) => c.answer({ id: id + 1, result: null }), 'went before it answered'],
    ['a stream unasked', (c, id) => c.answer({ id, result: null, opened: true }), 'went before it answered'],
    [
      'an order',
      (c) => c.sendFrame({ type: 'request', order: c.signed[0] ?? Buffer.alloc(0) }),
      'went before it answered',
    ],
    [
      'a frame without seal',
      (c, id) => c.socket.send(JSON.stringify({ id, result: null })),
      'went before it answered',
    ],
    [
      'a frame too large',
      (c) => c.socket.send('x'.repeat(channelLimits.frameBytes + 1)),
      'went before it answered',
    ],
    ['binary', (c) => c.socket.send(Buffer.alloc(1000, 0xff)), 'went before it answered'],
    ['the end', (c) => c.socket.terminate(), 'went before it answered'],
  ])('may answer %s: the reader is told', async (_what, act, told) => {
    const channel = await openChannel()
    channel.next((number) => act(channel, number))
    const document = await connections()
    expect(document).toMatchObject({ connections: [], total: 0, probes: [{ id: probe.probeId }] })
    expect(document.probes[0]?.error).toContain(told)
    expect((await get('/health')).status).toBe(200)
  })

  it('may hang: the reader is told in time, and what comes too late belongs to nobody', async () => {
    const channel = await openChannel()
    const { probes } = await connections()
    expect(probes).toEqual([
      { id: probe.probeId, hostname: 'alpha', error: 'the probe did not answer in time' },
    ])
    const late = channel.orders[0]?.number ?? 0
    channel.answer({ id: late, result: { connections: [connection], total: 1 } })
    answerOnce(channel, { connections: [], total: 0 })
    expect((await connections()).total).toBe(0)
  })

  it('is asked a few things at a time, and the rest when there is room', async () => {
    const channel = await openChannel()
    const atOnce = channelLimits.concurrentReadings
    const asked = atOnce + 2
    const open: number[] = []
    let most = 0
    const answerOldest = () =>
      channel.answer({ id: open.shift() ?? 0, result: { connections: [], total: 0 } })
    for (let count = 1; count <= asked; count++)
      channel.next((number) => {
        most = Math.max(most, open.push(number))
        // By the answer to that, the app has taken what all readers asked before.
        if (count === atOnce) void get('/health').then(answerOldest)
        else if (count > atOnce) answerOldest()
        if (count === asked) while (open.length > 0) answerOldest()
      })
    const readers = await readersAtOnce(asked)
    for (const { probes } of await Promise.all(readers)) expect(probes[0]).not.toHaveProperty('error')
    expect(most).toBe(atOnce)
  })

  it('turns away readers when too many wait', async () => {
    await openChannel()
    // More than twice as many as may wait: should the first be given up meanwhile, the others are too many, too.
    const readers = await Promise.all(await readersAtOnce(90))
    const errors = readers.map(({ probes }) => probes[0]?.error)
    expect(errors).toContain('too much is being asked of the probe; try again')
    expect(errors.every((error) => error !== undefined)).toBe(true)
  })

  it('gives way to a newer one of the same probe', async () => {
    const first = await openChannel()
    const closed = closeCode(first.socket)
    const second = await openChannel({ number: 2 })
    expect(await closed).toBe(4001)
    answerOnce(second, { connections: [connection], total: 1 })
    expect((await connections()).total).toBe(1)
  })

  it('closes with the app', async () => {
    const { socket } = await openChannel()
    const closed = closeCode(socket)
    await app.stop()
    expect(await closed).toBe(1001)
  })

  it('is of one start of the probe', async () => {
    await openChannel()
    probe.restart()
    await probe.post(talking())
    expect((await connections()).probes[0]?.error).toContain('no channel')
  })
})

describe('an edge between the hosts of two probes', () => {
  const ends = { clientAddress: ';10.0.0.1', serverAddress: ';10.0.0.2', port: 80 }
  const one = {
    ...connection,
    client: { ip: '10.0.0.1', port: 40_000 },
    server: { ip: '10.0.0.2', port: 80 },
  }
  const asClient = { ...one, client: { ...one.client, process: 'alpha;1' }, bytesSent: 7 }
  const asServer = { ...one, server: { ...one.server, process: 'beta;2' }, bytesSent: 6 }
  const answer = (row: unknown) => ({ connections: [row], total: 1 })

  const openBoth = async (): Promise<readonly [AnsweringChannel, AnsweringChannel]> => {
    const other = await connectTestProbe(app)
    await probe.post(
      report({
        nodes: [processNode('alpha', 1)],
        connections: [clientHalf('alpha;1', { ...ends, id: 'c1' })],
        addresses: [address('10.0.0.1', { kind: 'global' }, { owners: ['alpha;<host>'] })],
        uptimeMs: 20_000,
      }),
    )
    await other.post(
      report({
        host: 'beta',
        nodes: [processNode('beta', 2)],
        connections: [serverHalf('beta;2', { ...ends, id: 's1' })],
        addresses: [address('10.0.0.2', { kind: 'global' }, { owners: ['beta;<host>'] })],
      }),
    )
    const { probeId, key, epoch } = other
    return Promise.all([openChannel(), openChannel({ probeId, key, epoch })])
  }

  it('has each connection once, with both processes and the numbers of the client', async () => {
    const [alpha, beta] = await openBoth()
    answerOnce(alpha, answer(asClient))
    answerOnce(beta, answer(asServer))
    const document = await connections()
    expect([alpha, beta].map(({ orders }) => orders[0]?.params)).toEqual([
      { records: ['c1'], limit: 500 },
      { records: ['s1'], limit: 500 },
    ])
    expect(document).toMatchObject({ connections: [{ ...asClient, server: asServer.server }], total: 1 })
    expect(document.probes.map(({ hostname }) => hostname).sort()).toEqual(['alpha', 'beta'])
  })

  it.each([
    ['alpha', asServer],
    ['beta', asClient],
  ] as const)('is told by one when the other, %s, hangs', async (hanging, row) => {
    const [alpha, beta] = await openBoth()
    answerOnce(hanging === 'alpha' ? beta : alpha, answer(row))
    const document = await connections()
    expect(document).toMatchObject({ connections: [row], total: 1 })
    expect(document.probes.filter(({ error }) => error !== undefined)).toMatchObject([{ hostname: hanging }])
  })
})

describe('no channel for', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey
  it.each<[string, () => Partial<TestChannelOptions>, number, string]>([
    ['another cluster key', () => ({ clusterKey: Buffer.alloc(32, 7) }), 403, 'wrong_cluster_key'],
    ['another key than the probe’s', () => ({ key: stranger }), 403, 'bad_signature'],
    ['an epoch that is not held', () => ({ epoch: '0123456789abcdef' }), 409, 'unknown_probe'],
    [
      'a probe that has not reported',
      () => ({ key: stranger, probeId: probeIdOf(stranger) }),
      409,
      'unknown_probe',
    ],
    ['the proof of a report', () => ({ purpose: 'report' }), 403, 'wrong_cluster_key'],
    ['the proof of another exchange key', () => ({ body: Buffer.from('another') }), 400, 'invalid_header'],
  ])('%s', async (_what, change, status, code) => {
    expect(await tryChannel(change())).toMatchObject({ status, code })
  })

  it('an epoch that is over', async () => {
    const { epoch } = probe
    probe.restart()
    await probe.post(talking())
    expect(await tryChannel({ epoch })).toMatchObject({ status: 409, code: 'unknown_probe' })
  })

  it('headers that were used before, and the channel they opened stays', async () => {
    const channel = await openChannel()
    expect(await upgrade(app.url, channel.headers)).toMatchObject({ status: 409, code: 'stale_seq' })
    expect(channel.socket.readyState).toBe(channel.socket.OPEN)
  })

  it('headers of before the app was started again', async () => {
    const { headers } = await openChannel()
    app = await app.restarted()
    expect(await upgrade(app.url, headers)).toMatchObject({ status: 401, code: 'challenge' })
  })

  it('a page of another site, or a plain request', async () => {
    const { headers } = await openChannel()
    const foreign = await upgrade(app.url, { ...headers, origin: 'https://elsewhere.example' })
    expect(foreign).toMatchObject({ status: 403, code: 'foreign_origin' })
    expect((await get(CHANNEL_PATH)).status).toBe(426)
  })
})

describe('GET /api/connections', () => {
  it.each([
    ['an unknown edge', 'view=processes&edge=nothing', 404, 'unknown_edge'],
    ['an unknown view', 'view=nothing&edge=x', 404, 'unknown_view'],
    ['no view', 'edge=x', 400, 'invalid_parameter'],
    ['no edge', 'view=processes', 400, 'invalid_parameter'],
    ['a bad option', 'view=processes&edge=x&unconnected=maybe', 400, 'invalid_parameter'],
  ])('refuses %s', async (_what, query, status, code) => {
    expect(await get(`/api/connections?${query}`)).toMatchObject({ status, body: { error: { code } } })
  })

  it('names a probe that has no channel', async () => {
    expect((await connections()).probes).toEqual([
      { id: probe.probeId, hostname: 'alpha', error: expect.stringContaining('no channel') },
    ])
  })

  it('is for those who may see the map', async () => {
    const { status } = await ask(`${app.url}/api/connections?view=processes&edge=x`, {
      headers: { host: 'scope.example' },
    })
    expect(status).toBe(421)
  })
})
