import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type App, startApp } from '../../../src/app/app.ts'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createAppKeys } from '../../../src/probe/apps/app-keys.ts'
import { type Collected, createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { createAppClaims } from '../../../src/probe/publish/app-claims.ts'
import { targetName } from '../../../src/probe/publish/publish-status.ts'
import {
  type Publisher,
  type PublisherOptions,
  startPublisher,
} from '../../../src/probe/publish/publisher.ts'
import { literalAddress } from '../../../src/probe/targets/target-url.ts'
import { isDelta, type ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import { proveApp } from '../../../src/report/proof/app-proof.ts'
import { probeIdOf, proofHeaders } from '../../../src/report/proof/proof.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { clusterKey, readAppPublicKey } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { lookAt } from './look-at.ts'

let stateDir: string
let lines: string[]
let closing: (() => Promise<unknown>)[]

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'scope-publish-'))
  lines = []
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  await rm(stateDir, { recursive: true, force: true })
})

const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
const quiet = createLogger({ format: 'text', debug: false, write: () => {} })

const startRealApp = async (port = 0, dir = stateDir, windowMs = 15_000): Promise<App> => {
  const address = `127.0.0.1:${port}`
  const app = await startApp({ address, stateDir: dir, windowMs, webRoot: tmpdir(), log: quiet })
  closing.push(() => app.stop())
  return app
}

const hostNode = (id: string): ReportNode => ({
  id: `${id};<host>`,
  topology: 'host',
  name: id,
  facts: {},
  parents: {},
  controls: [],
})

const publish = async (
  url: string,
  more: Partial<PublisherOptions> & {
    hostId?: string
    nodes?: number
    collect?: () => Pick<Collected, 'contributions'>
  } = {},
) => {
  const { hostId = 'here', nodes = 1, collect, ...options } = more
  const probeKey = more.probeKey ?? generateKeyPairSync('ed25519').privateKey
  const probeId = probeIdOf(probeKey)
  const intervalMs = more.intervalMs ?? 200
  const started = performance.now()
  const status = { id: 'host', mode: 'x', state: 'ok' as const, reason: '', sinceMs: 0, counters: {} }
  const all = [hostNode(hostId), ...Array.from({ length: nodes - 1 }, (_, i) => hostNode(`other${i}`))]
  const whole = [{ nodes: all, metrics: [], connections: [], addresses: [], status }]
  const merge = createMerger()
  const feed = createReportFeed({
    ...{ probeId, intervalMs, guard: unguarded },
    collect: () =>
      merge({
        uptimeMs: performance.now() - started,
        host: { id: hostId, name: hostId },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: whole,
        ...collect?.(),
      }),
  })
  const publisher: Publisher = startPublisher({
    target: { url, address: '127.0.0.1', origin: 'named' },
    ...{ feed, probeId, probeKey, intervalMs, log },
    clusterKey: await clusterKey(stateDir),
    trust: createAppKeys({ stateDir, named: new Map(), nowMs: Date.now, log, audit: { record: () => {} } })({
      ...{ url, address: literalAddress(url) ?? '', origin: 'named' },
    }),
    ...options,
  })
  closing.push(() => publisher.stop())
  return { ...publisher, changed: feed.changed }
}

const probesOf = async (
  app: App,
): Promise<{ hostId: string; verified: boolean; lastSeen: string; clockSkewMs?: number }[]> =>
  (await fetch(`http://127.0.0.1:${app.port}/api/probes`)).json() as never

const logged = (text: string) => lines.filter((line) => line.includes(text))

describe('publishing to an app', () => {
  test('proves both sides, again and again', async () => {
    const app = await startRealApp()
    const publisher = await publish(`http://127.0.0.1:${app.port}`)
    await eventually('trust', () => publisher.status().state === 'ok')
    expect(publisher.status()).toMatchObject({
      ...{ url: `http://127.0.0.1:${app.port}`, address: '127.0.0.1', origin: 'named' },
      ...{ state: 'ok', reason: '' },
      appKey: await readAppPublicKey(stateDir),
    })
    const [first] = await probesOf(app)
    expect(first).toMatchObject({ hostId: 'here', verified: true })
    await eventually('another report', async () => (await probesOf(app))[0]?.lastSeen !== first?.lastSeen)
  })

  test.each([
    ['an app that takes it', true, 'zstd'],
    ['an app of an earlier version', false, 'gzip'],
  ])('compresses for %s: %s, %s', async (_, takesAll, coding) => {
    const app = await startRealApp()
    const codings = new Set<string | undefined>()
    const front = createServer((request, answer) => {
      const { method, url, headers } = request
      if (headers['content-length'] !== '0' && method === 'POST') codings.add(headers['content-encoding'])
      request.pipe(
        httpRequest({ port: app.port, host: '127.0.0.1', method, path: url, headers }, (real) => {
          const { 'scope-report-takes': takes, ...told } = real.headers
          answer.writeHead(real.statusCode ?? 0, {
            ...told,
            ...(takesAll && takes !== undefined && { 'scope-report-takes': takes }),
          })
          real.pipe(answer)
        }),
      )
    })
    await new Promise<void>((done) => front.listen(0, '127.0.0.1', done))
    closing.push(async () => {
      front.closeAllConnections()
      front.close()
    })
    const publisher = await publish(`http://127.0.0.1:${(front.address() as AddressInfo).port}`, {
      collect: () => ({
        contributions: [
          {
            nodes: [{ ...hostNode('here'), facts: { note: 'x'.repeat(3000) } }],
            ...{ metrics: [], connections: [], addresses: [] },
            status: { id: 'host', mode: 'x', state: 'ok', reason: '', sinceMs: 0, counters: {} },
          },
        ],
      }),
    })
    await eventually('a report', () => publisher.status().state === 'ok')
    expect(codings).toContain(coding)
    expect(codings).not.toContain(coding === 'zstd' ? 'gzip' : 'zstd')
    expect(await probesOf(app)).toHaveLength(1)
  })

  test('tells what its clock shows, which the app compares with its own', async () => {
    const app = await startRealApp()
    const nowMs = () => Date.now() + 7_200_000
    await publish(`http://127.0.0.1:${app.port}`, { nowMs })
    const skewMs = await eventually('a report', async () => (await probesOf(app))[0]?.clockSkewMs)
    expect(skewMs).toBeGreaterThan(3_600_000)
    expect(skewMs).toBeLessThanOrEqual(7_200_000)
  })

  test('says goodbye, so that its host leaves the map at once', async () => {
    const app = await startRealApp(0, stateDir, 600_000)
    const publisher = await publish(`http://127.0.0.1:${app.port}`, { goodbyeMs: 60_000 })
    await eventually('a report', async () => (await probesOf(app)).length === 1)
    await publisher.stop()
    expect(await probesOf(app)).toEqual([])
  })

  test('ends as quietly when the app does not know goodbyes, is away, or does not answer', async () => {
    const cases = ['of an earlier version', 'away', 'silent'] as const
    for (const kind of cases) {
      const app = await startRealApp(0, stateDir)
      const asked: string[] = []
      let isStopping = false
      const front = createServer((request, answer) => {
        asked.push(request.method ?? '')
        if (isStopping && kind === 'silent') return
        const { method, url, headers } = request
        const { port } = app
        const passed = httpRequest({ port, host: '127.0.0.1', method, path: url, headers }, (real) => {
          const told = { ...real.headers }
          if (kind === 'of an earlier version') delete told['scope-report-takes']
          answer.writeHead(real.statusCode ?? 0, told)
          real.pipe(answer)
        })
        // The app ends while it waits for the rest of a request that was cut off here.
        passed.on('error', () => answer.destroy())
        request.pipe(passed)
      })
      await new Promise<void>((done) => front.listen(0, '127.0.0.1', done))
      closing.push(async () => {
        front.closeAllConnections()
        front.close()
      })
      const publisher = await publish(`http://127.0.0.1:${(front.address() as AddressInfo).port}`)
      await eventually('a report', () => publisher.status().state === 'ok')
      isStopping = true
      if (kind === 'away') {
        front.closeAllConnections()
        front.close()
      }
      await publisher.stop()
      if (kind !== 'silent') expect(asked).not.toContain('DELETE')
      expect(logged('goodbye')).toEqual([])
      await app.stop()
    }
  })

  test('heals by itself when the app goes and comes, and says so once', async () => {
    const app = await startRealApp(await freePort())
    const publisher = await publish(`http://127.0.0.1:${app.port}`)
    await eventually('the app', () => publisher.status().state === 'ok')
    await app.stop()
    await eventually('its absence', () => publisher.status().state === 'away')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const again = await startRealApp(app.port)
    await eventually('the app again', () => publisher.status().state === 'ok')
    expect((await probesOf(again)).map(({ hostId }) => hostId)).toEqual(['here'])
    expect(logged('the app does not answer')).toHaveLength(1)
    expect(logged('the app takes reports')).toHaveLength(2)
  })

  test('waits for an app that is not there yet', async () => {
    const port = await freePort()
    const publisher = await publish(`http://127.0.0.1:${port}`)
    await eventually('its absence', () => publisher.status().state === 'away')
    expect(publisher.status().reason).toContain('ECONNREFUSED')
    await startRealApp(port)
    await eventually('the app', () => publisher.status().state === 'ok')
  })

  test('is refused, loudly, with another key', async () => {
    const app = await startRealApp()
    const publisher = await publish(`http://127.0.0.1:${app.port}`, { clusterKey: randomBytes(32) })
    await eventually('the refusal', () => publisher.status().state === 'refused')
    expect(publisher.status().reason).toContain('wrong_cluster_key')
    expect(publisher.status().appKey).toBeUndefined()
    expect(logged('cannot report').join()).toMatch(/ERROR.*cannot report to the app/)
  })

  test('is refused, by name, as the second probe of a host', async () => {
    const app = await startRealApp()
    const url = `http://127.0.0.1:${app.port}`
    const first = await publish(url)
    await eventually('the first', () => first.status().state === 'ok')
    const second = await publish(url)
    await eventually('the refusal', () => second.status().state === 'refused')
    expect(second.status().reason).toContain('host_taken')
    expect(first.status().state).toBe('ok')
  })

  test('is refused plainly when a copy of it reports, and takes its place when the copy has gone', async () => {
    // The copy is not taken for gone while the machine is busy; it says when it goes.
    const app = await startRealApp(0, stateDir, 60_000)
    const url = `http://127.0.0.1:${app.port}`
    const probeKey = generateKeyPairSync('ed25519').privateKey
    const first = await publish(url, { probeKey, intervalMs: 100, lastingPauseMs: 200 })
    await eventually('the first', () => first.status().state === 'ok')
    const copy = await publish(url, { probeKey, intervalMs: 100, hostId: 'copy', goodbyeMs: 60_000 })
    await eventually('the refusal', () => first.status().state === 'refused')
    expect(first.status().reason).toMatch(/key_in_use.*probe\.key.*the host copy/)
    // The answer to the copy comes over another connection.
    await eventually('the copy', () => copy.status().state === 'ok')
    await copy.stop()
    await eventually('the first again', () => first.status().state === 'ok')
    expect(await probesOf(app)).toMatchObject([{ hostId: 'here' }])
  })

  test('reports once to an app that is named twice, and by its other name when the first fails', async () => {
    const app = await startRealApp()
    const claims = createAppClaims()
    const urls = [`http://127.0.0.1:${app.port}`, `http://localhost:${app.port}`]
    const probeKey = generateKeyPairSync('ed25519').privateKey
    const publishers: Publisher[] = []
    for (const [index, url] of urls.entries()) {
      const claim = claims.of({ url, address: '127.0.0.1' }, () => publishers[index]?.wake())
      publishers.push(await publish(url, { claim, probeKey, lastingPauseMs: 60_000 }))
    }
    const [one, other] = publishers as [Publisher, Publisher]
    await eventually('both', () => [one, other].every(({ status }) => status().state !== 'waiting'))
    expect([one.status().state, other.status().state].sort()).toEqual(['duplicate', 'ok'])
    const [reporting, idle] = one.status().state === 'ok' ? [one, other] : [other, one]
    expect(idle.status().reason).toBe(`the same app as ${targetName(reporting.status())}`)
    await reporting.stop()
    await eventually('the other', () => idle.status().state === 'ok')
  })

  test('reports to several apps, each in its own sequence', async () => {
    const [one, two] = await Promise.all([startRealApp(await freePort()), startRealApp()])
    const publishers = await Promise.all([one, two].map((app) => publish(`http://127.0.0.1:${app.port}`)))
    await eventually('both', () => publishers.every((publisher) => publisher.status().state === 'ok'))
    await one.stop()
    await eventually('one away', () => publishers[0]?.status().state === 'away')
    expect(publishers[1]?.status().state).toBe('ok')
  })
})

describe('a server that is no good app', () => {
  interface Received {
    readonly report: ReportMessage
    readonly path: string
    answer(status: number, body?: string): void
  }

  /** A server that proves itself, if it is to, and leaves what to do with a report to `handle`. */
  const serve = async (
    handle: (received: Received) => void,
    { limits, proves = true, port = 0 }: { limits?: object; proves?: boolean; port?: number } = {},
  ): Promise<string> => {
    const key = await clusterKey(stateDir)
    const challenge = randomBytes(16).toString('hex')
    const server: Server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
      const answer = (status: number, body = '{}') => response.writeHead(status).end(body)
      if (request.method === 'GET')
        return answer(limits === undefined ? 401 : 200, JSON.stringify({ limits }))
      const parts = await request.toArray().catch(() => undefined)
      // Either end was closed while it was under way.
      if (parts === undefined) return
      const body = Buffer.concat(parts)
      const { headers } = request
      bodies.push(body)
      if (headers[proofHeaders.challenge] !== challenge) {
        response.setHeader(proofHeaders.challenge, challenge)
        return answer(401)
      }
      const subject = {
        challenge,
        probeId: String(headers[proofHeaders.probeId]),
        epoch: String(headers[proofHeaders.epoch]),
        seq: Number(headers[proofHeaders.seq]),
        body,
      }
      if (proves) response.setHeaders(new Map(Object.entries(proveApp(subject, { clusterKey: key }))))
      if (body.length === 0) return answer(proves ? 204 : 200, '')
      const report = decodeMessage(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
      handle({ report, path: request.url ?? '', answer })
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    servers.push(server)
    closing.push(() => close(server))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const close = (server: Server): Promise<unknown> => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  /** What was sent to servers, in all. */
  let bodies: Buffer[]
  let servers: Server[]
  beforeEach(() => {
    bodies = []
    servers = []
  })

  test('is told nothing as long as it has not proved that it holds the key', async () => {
    const received: Received[] = []
    const publisher = await publish(await serve((one) => received.push(one), { proves: false }))
    await eventually('its state', () => publisher.status().state === 'refused')
    expect(publisher.status().reason).toContain('unproven')
    expect(received).toEqual([])
    expect(Buffer.concat(bodies)).toHaveLength(0)
  })

  test('is told nothing when it has taken the port of an app that went', async () => {
    const port = await freePort()
    const url = await serve(({ answer }) => answer(200), { port })
    const publisher = await publish(url, { intervalMs: 100 })
    await eventually('the app', () => publisher.status().state === 'ok')
    await close(servers[0] as Server)
    bodies = []
    await serve(({ answer }) => answer(200), { proves: false, port })
    await eventually('its state', () => publisher.status().state === 'refused')
    expect(bodies.length).toBeGreaterThan(0)
    expect(Buffer.concat(bodies)).toHaveLength(0)
  })

  test('is tried again when the probe itself could make no report', async () => {
    let isBroken = true
    const url = await serve(({ answer }) => answer(200))
    const publisher = await publish(url, {
      collect: () => {
        if (isBroken) throw new Error('out of order')
        return { contributions: [] }
      },
    })
    await eventually('its state', () => publisher.status().state === 'failed')
    expect(publisher.status().reason).toBe('no report could be made: out of order')
    isBroken = false
    await eventually('a report', () => publisher.status().state === 'ok')
  })

  test('gets one report at a time, and after it one for all that changed meanwhile', async () => {
    const received: Received[] = []
    const publisher = await publish(await serve((one) => received.push(one)), { intervalMs: 60_000 })
    const first = await eventually('the first', () => received[0])
    for (let i = 0; i < 1000; i++) publisher.changed()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(received).toHaveLength(1)
    first.answer(200)
    const second = await eventually('the second', () => received[1])
    second.answer(200)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(received.map(({ report }) => report.envelope.seq)).toEqual([1, 2])
    expect(publisher.status().state).toBe('ok')
  })

  /** A server that takes reports of so many nodes, and tells of each report how many nodes it is of, and its base. */
  const serveUpTo = async (most: number) => {
    const received: { readonly size: number; readonly base: number | null; readonly taken: boolean }[] = []
    let held = new Set<string>()
    const url = await serve(
      ({ report, answer }) => {
        const next = new Set(isDelta(report) ? held : [])
        if (isDelta(report)) for (const id of report.removed.nodes) next.delete(id)
        for (const { id } of report.nodes) next.add(id)
        const taken = next.size <= most
        if (taken) held = next
        received.push({ size: next.size, base: report.envelope.base, taken })
        answer(taken ? 200 : 413)
      },
      { limits: { nodes: 100 } },
    )
    return { url, received }
  }

  test('is sent less when it is too much, and as much as it can take when it can take more', async () => {
    const { url, received } = await serveUpTo(10)
    const sizes = () => received.map(({ size }) => size)
    const publisher = await publish(url, { nodes: 150, growthMs: 300 })
    await eventually('what it takes', () => publisher.status().state === 'ok')
    expect(sizes().slice(0, 5)).toEqual([100, 50, 25, 12, 6])
    await eventually('growth', () => sizes().some((size, i) => i > 5 && size > 6))
  })

  test('is sent what changed, and rarely too much, once it has refused what was too much', async () => {
    const { url, received } = await serveUpTo(10)
    await publish(url, { nodes: 150, intervalMs: 100 })
    await eventually('one that it takes', () => received.some(({ taken }) => taken))
    const first = received.findIndex(({ taken }) => taken)
    await eventually('more of them', () => received.length > first + 30)
    const later = received.slice(first + 1)
    expect(later.filter(({ base }) => base === null)).toEqual([])
    expect(later.filter(({ taken }) => !taken)).toEqual([])
  })

  test('is not told of as refusing when it does not take more than it took, and then gets what it took', async () => {
    const { url, received } = await serveUpTo(10)
    const publisher = await publish(url, { nodes: 150, intervalMs: 100, growthMs: 200 })
    const grown = () => received.findIndex(({ size }, i) => i > 4 && size > 10)
    await eventually('growth beyond what it takes', () => grown() > 0 && received.length > grown() + 2)
    const [before, refused, after, next] = received.slice(grown() - 1)
    expect([before, refused, after]).toMatchObject([
      { taken: true },
      { base: expect.any(Number), taken: false },
      { size: before?.size, base: null, taken: true },
    ])
    expect(next).toMatchObject({ base: expect.any(Number) })
    expect(publisher.status().state).toBe('ok')
    expect(logged('cannot report')).toHaveLength(1)
  })

  test('is sent what changed since the last it took, and all whenever that is not known', async () => {
    const bases: (number | null)[] = []
    const answers = [
      'take',
      'take',
      'busy',
      'take',
      'need full',
      'take',
      'refuse',
      'take',
      'take',
      'lose',
      'take',
    ]
    const url = await serve(({ report, answer }) => {
      bases.push(report.envelope.base)
      expect(isDelta(report) ? report.nodes : []).toEqual([])
      switch (answers[bases.length - 1] ?? 'take') {
        case 'busy':
          return answer(503)
        case 'need full':
          return answer(
            409,
            JSON.stringify({ error: { code: 'need_full', message: 'not held' }, need: 'full' }),
          )
        case 'refuse':
          return answer(400)
        case 'lose':
          return undefined
        default:
          return answer(200)
      }
    })
    // Longer than any answer takes that is not lost.
    await publish(url, { intervalMs: 100, timeoutMs: 8000 })
    await eventually('all', () => bases.length >= 13)
    expect(bases.slice(0, 13)).toEqual([null, 1, 2, null, 4, null, 6, null, 8, 9, null, 11, 12])
  })

  test('is not hammered when it is busy', async () => {
    let count = 0
    const publisher = await publish(
      await serve(({ answer }) => {
        count++
        answer(503)
      }),
      { intervalMs: 100 },
    )
    await eventually('its state', () => publisher.status().state === 'away')
    const before = count
    await new Promise((resolve) => setTimeout(resolve, 1500))
    publisher.changed()
    expect(count - before).toBeLessThan(6)
    expect(logged('does not answer')).toHaveLength(1)
  })

  test('is given up when it does not answer in time, and tried again', async () => {
    let count = 0
    const url = await serve(({ answer }) => {
      if (++count > 1) answer(200)
    })
    const publisher = await publish(url, { timeoutMs: 300 })
    await eventually('its state', () => publisher.status().state === 'away')
    expect(publisher.status().reason).toBe('no answer within 300 ms')
    await eventually('its answer', () => publisher.status().state === 'ok')
  })
})

test('an app that nobody looks at gets reports more rarely, until somebody looks', async () => {
  const [watched, unwatched] = await Promise.all([startRealApp(), startRealApp()])
  const urlOf = ({ port }: App) => `http://127.0.0.1:${port}`
  await lookAt(watched.port)
  const [often, rarely] = await Promise.all([publish(urlOf(watched)), publish(urlOf(unwatched))])
  const reportsOf = ({ status }: Publisher) => status().reports ?? 0
  await eventually('reports', () => reportsOf(often) > 15)
  expect(reportsOf(rarely)).toBeLessThan(reportsOf(often) / 2)
  // It is not slow, but for a while after the machine was.
  await eventually('the same interval', () => rarely.status().intervalMs === often.status().intervalMs)
  await lookAt(unwatched.port)
  const [of, than] = [reportsOf(rarely), reportsOf(often)]
  await eventually('the same pace', () => reportsOf(rarely) - of > 10)
  expect(reportsOf(often) - than).toBeGreaterThan(5)
})

test('an app that rests gets a report as soon as its rest is ended', async () => {
  const [watched, unwatched] = await Promise.all([startRealApp(), startRealApp()])
  const urlOf = ({ port }: App) => `http://127.0.0.1:${port}`
  await lookAt(watched.port)
  const [often, rarely] = await Promise.all([publish(urlOf(watched)), publish(urlOf(unwatched))])
  const reportsOf = ({ status }: Publisher) => status().reports ?? 0
  await eventually('the first report to be taken', () => reportsOf(rarely) > 0)
  const countedTo = async (isSo: () => boolean): Promise<number> => {
    const before = reportsOf(often)
    await eventually('a report', isSo)
    return reportsOf(often) - before
  }
  const next = (): (() => boolean) => {
    const had = reportsOf(rarely)
    return () => reportsOf(rarely) > had
  }
  await eventually('the report before the rest', next())
  const resting = await countedTo(next())
  const had = reportsOf(often)
  await eventually('the interval to be over', () => reportsOf(often) > had + 2)
  const more = next()
  rarely.endRest()
  expect(await countedTo(more)).toBeLessThan(resting / 2)
})
