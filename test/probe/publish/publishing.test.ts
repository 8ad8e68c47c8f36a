import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type App, startApp } from '../../../src/app/app.ts'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import type { PublishStatus } from '../../../src/probe/publish/publish-status.ts'
import {
  type ChannelSubject,
  type Publishing,
  startPublishing,
} from '../../../src/probe/publish/publishing.ts'
import type { FoundTargets, Target } from '../../../src/probe/targets/target.ts'
import { probeIdOf } from '../../../src/report/proof/proof.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { bySystem } from '../../../src/tls/trust.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { hostNode, processNode } from '../../support/reports/reports.ts'
import { lookAt } from './look-at.ts'

const INTERVAL_MS = 500
/** A report of this size takes longer than the interval on a slow way. */
const SIZE_BYTES = 80_000
const log = createLogger({ format: 'text', debug: false, write: () => {} })
let stateDir: string
let closing: (() => unknown)[]

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'scope-publishing-'))
  closing = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  await rm(stateDir, { recursive: true, force: true })
})

const startRealApp = async (): Promise<App> => {
  const app = await startApp({ address: '127.0.0.1:0', stateDir, windowMs: 15_000, webRoot: tmpdir(), log })
  closing.push(() => app.stop())
  return app
}

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A server that takes connections and whatever comes over them, and never says a word. */
const hung = (): Promise<number> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {}).resume()
      closing.push(() => socket.destroy())
    }),
  )

const refusing = (): Promise<number> =>
  listen(createHttpServer((_, response) => response.writeHead(400).end('{}')))

/** A way to an app that carries so much in each direction. */
const slowWayTo = (port: number, bytesPerSecond: number): Promise<number> => {
  const carry = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from) {
      await sleep((1000 * (chunk as Buffer).length) / bytesPerSecond)
      to.write(chunk as Buffer)
    }
    to.end()
  }
  return listen(
    createServer((inward) => {
      const outward = connect(port, '127.0.0.1')
      for (const socket of [inward, outward]) {
        socket.on('error', () => {})
        closing.push(() => socket.destroy())
      }
      for (const [from, to] of [
        [inward, outward],
        [outward, inward],
      ] as const)
        carry(from, to).catch(() => to.destroy())
    }),
  )
}

const targetAt = (port: number): Target => ({
  url: `http://127.0.0.1:${port}`,
  address: '127.0.0.1',
  origin: 'named',
})

interface Started {
  readonly publishing: Publishing
  find(found: FoundTargets): void
  statusOf(port: number): PublishStatus | undefined
  readonly channels: ChannelSubject[]
  /** URLs whose channel was closed. */
  readonly closed: string[]
}

/** Publishes a host whose facts are new, and do not compress, at each report. */
const start = async (targets: readonly Target[], sizeBytes: number): Promise<Started> => {
  const probeKey = generateKeyPairSync('ed25519').privateKey
  const probeId = probeIdOf(probeKey)
  const merge = createMerger()
  const startedMs = performance.now()
  const channels: ChannelSubject[] = []
  const closed: string[] = []
  let find: (found: FoundTargets) => void = () => {}
  const feed = createReportFeed({
    ...{ probeId, intervalMs: INTERVAL_MS, guard: unguarded },
    collect: () => {
      const noise = Array.from({ length: Math.ceil(sizeBytes / 4000) }, (_, pid) =>
        processNode('here', pid + 1, { facts: { noise: randomBytes(3000).toString('base64') } }),
      )
      return merge({
        uptimeMs: Math.round(performance.now() - startedMs),
        host: { id: 'here', name: 'here' },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: [
          {
            ...{ nodes: [hostNode('here'), ...noise], metrics: [], connections: [], addresses: [] },
            status: { id: 'host', mode: 'x', state: 'ok', reason: '', sinceMs: 0, counters: {} },
          },
        ],
      })
    },
  })
  const publishing = startPublishing({
    source: {
      watch(changed) {
        find = changed
        changed({ targets, unresolved: [] })
        return () => {}
      },
    },
    ...{ feed, intervalMs: INTERVAL_MS, probeId, probeKey, clusterKey: await clusterKey(stateDir) },
    trustOf: () => bySystem(),
    trustFor: () => async () => ({ kind: 'trusted' }),
    guard: unguarded,
    openChannel: (subject) => {
      channels.push(subject)
      return {
        wake() {},
        async stop() {
          closed.push(subject.target.url)
        },
      }
    },
    log,
    onStatus: () => {},
  })
  closing.push(
    () => feed.stop(),
    () => publishing.stop(),
  )
  return {
    ...{ publishing, channels, closed },
    find: (found) => find(found),
    statusOf: (port) => publishing.status().find(({ url }) => url === targetAt(port).url),
  }
}

test('an app that hangs, one that is slow, one that refuses and one that is dead delay no other', async () => {
  const [good, behind] = [await startRealApp(), await startRealApp()]
  const ports = {
    hung: await hung(),
    slow: await slowWayTo(behind.port, 100_000),
    refusing: await refusing(),
    dead: await freePort(),
  }
  const lone = await startRealApp()
  await Promise.all([good, behind, lone].map(({ port }) => lookAt(port)))
  const alone = await start([targetAt(lone.port)], SIZE_BYTES)
  const { statusOf } = await start([...Object.values(ports), good.port].map(targetAt), SIZE_BYTES)
  await eventually(
    'the slow one to be reported to more rarely',
    () => (statusOf(ports.slow)?.intervalMs ?? 0) > INTERVAL_MS,
  )
  const taken = () => ({
    inCompany: statusOf(good.port)?.reports ?? 0,
    alone: alone.statusOf(lone.port)?.reports ?? 0,
  })
  // Both at the same time, so that what else the machine does slows both. A report that it holds up for long makes those after it
  // come more rarely for a while, so this is measured until there was none.
  await eventually('as many reports in company as alone', async () => {
    const before = taken()
    await eventually('many reports', () => taken().alone >= before.alone + 10)
    return taken().inCompany - before.inCompany >= 0.7 * (taken().alone - before.alone)
  })
  await eventually('its interval', () => statusOf(good.port)?.intervalMs === INTERVAL_MS)

  expect(statusOf(good.port)).toMatchObject({ state: 'ok', reason: '' })
  expect(statusOf(ports.slow)).toMatchObject({ state: 'ok', lastBytes: expect.any(Number) })
  expect(statusOf(ports.slow)?.intervalMs).toBeGreaterThan(INTERVAL_MS)
  await eventually('the slow one to take longer', () => {
    const [slow, fast] = [statusOf(ports.slow), statusOf(good.port)]
    return (slow?.lastDurationMs ?? 0) > (fast?.lastDurationMs ?? Number.POSITIVE_INFINITY)
  })
  // It is waited for until the time limit of a request is over, which a busy machine may reach before this.
  const { state, reports, reason } = statusOf(ports.hung) ?? {}
  expect({ state, reports, reason }).toEqual(
    state === 'away'
      ? { state: 'away', reports: 0, reason: 'no answer within 15000 ms' }
      : { state: 'waiting', reports: 0, reason: expect.any(String) },
  )
  expect(statusOf(ports.refusing)).toMatchObject({ state: 'refused', reports: 0 })
  expect(statusOf(ports.dead)).toMatchObject({
    state: 'away',
    reason: expect.stringContaining('ECONNREFUSED'),
  })
  const told = (await (await fetch(`http://127.0.0.1:${behind.port}/api/probes`)).json()) as unknown[]
  expect(told).toHaveLength(1)
})

test('targets come and go, each with its publisher and its channel, and names without an address are told', async () => {
  const [one, other] = [await startRealApp(), await startRealApp()]
  const started = await start([targetAt(one.port)], 100)
  const { publishing, statusOf, channels, closed, find } = started
  await eventually('the first', () => statusOf(one.port)?.state === 'ok')
  expect(channels.map(({ target }) => target.url)).toEqual([targetAt(one.port).url])
  expect(channels[0]?.reported()?.nodes.map(({ topology }) => topology)).toContain('process')
  expect(channels[0]?.appKey()).toBe(statusOf(one.port)?.appKey)

  const unresolved = [{ url: 'http://scope9.test:4040', reason: 'no such name' }]
  find({ targets: [targetAt(one.port), targetAt(other.port)], unresolved })
  await eventually('the other', () => statusOf(other.port)?.state === 'ok')
  expect(channels).toHaveLength(2)
  expect(channels[1]?.epoch.id).toBe(channels[0]?.epoch.id)
  expect(publishing.status().at(-1)).toEqual({ ...unresolved[0], state: 'unresolved' })

  find({ targets: [targetAt(other.port)], unresolved: [] })
  expect(publishing.status().map(({ url }) => url)).toEqual([targetAt(other.port).url])
  await eventually('the end of the first channel', () => closed.length === 1)
  const reports = statusOf(other.port)?.reports ?? 0
  await eventually('more reports to the other', () => (statusOf(other.port)?.reports ?? 0) > reports + 2)

  find({ targets: [targetAt(one.port), targetAt(other.port)], unresolved: [] })
  await eventually('the first again', () => statusOf(one.port)?.state === 'ok')
  expect(statusOf(one.port)).toMatchObject({ lastSuccessAt: expect.stringMatching(/^\d{4}-.*Z$/) })
})

test('an order is for what was sent to the app that gives it', async () => {
  const [one, refuses] = [await startRealApp(), await refusing()]
  const { channels, statusOf } = await start([targetAt(one.port), targetAt(refuses)], 100)
  await eventually(
    'both answers',
    () => statusOf(one.port)?.state === 'ok' && statusOf(refuses)?.state === 'refused',
  )
  const reportedTo = (port: number) =>
    channels.find(({ target }) => target.url === targetAt(port).url)?.reported()?.nodes.length ?? 0
  expect(reportedTo(one.port)).toBe(2)
  expect(reportedTo(refuses)).toBe(0)
})
