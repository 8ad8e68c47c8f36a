import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFaults, type Faults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed, type FeedMember, type ReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { decodeMessage } from '../../../src/report/encoding/decoding.ts'
import { defaultLimits } from '../../../src/report/limits.ts'
import type { ReportNode } from '../../../src/report/schema.ts'
import { hostNode, processNode } from '../../support/reports/reports.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const small = { ...defaultLimits, nodes: 2 }
let nodes: ReportNode[]
let nowMs: number
/** What was collected: from when samples were wanted. */
let collected: (number | undefined)[]
let feed: ReportFeed
let faults: Faults

beforeEach(() => {
  vi.useFakeTimers()
  nodes = [hostNode('here'), processNode('here', 1), processNode('here', 2)]
  nowMs = 0
  collected = []
  const merge = createMerger()
  faults = createFaults({ nowMs: () => nowMs, log })
  feed = createReportFeed({
    ...{ probeId: '0123456789abcdef', intervalMs: 1000, guard: faults.guardOf('publish') },
    ...{ monotonicMs: () => nowMs },
    collect: (sinceMs) => {
      collected.push(sinceMs)
      return merge({
        uptimeMs: nowMs,
        host: { id: 'here', name: 'here' },
        probe: { version: '1', pid: 1, cpuMs: 1, rssBytes: 1 },
        contributions: [
          {
            ...{ nodes: [...nodes], metrics: [], connections: [], addresses: [] },
            status: { id: 'process', mode: 'x', state: 'ok', reason: '', sinceMs: 0, counters: {} },
          },
        ],
      })
    },
  })
})
afterEach(() => {
  feed.stop()
  vi.useRealTimers()
})

const idle: FeedMember = { beat() {}, needs: () => undefined }
const pass = async (ms: number): Promise<void> => {
  nowMs += ms
  await vi.advanceTimersByTimeAsync(ms)
}

test('what is known is collected once for all, whatever their limits', () => {
  const [a, b, c] = [feed.join(idle), feed.join(idle), feed.join(idle)]
  const all = { newerThan: 0, sinceMs: undefined }
  const [ofA, ofB, ofC] = [a.take(defaultLimits, all), b.take({ ...defaultLimits }, all), c.take(small, all)]
  expect(collected).toEqual([undefined])
  expect(ofB).toBe(ofA)
  expect(ofA.nodes).toHaveLength(3)
  expect(ofC.nodes).toHaveLength(2)
  expect(ofC.omitted.nodes).toBe(1)
  expect(ofC.envelope).toEqual(ofA.envelope)
  expect(ofA.envelope).toMatchObject({ seq: 1, epoch: a.epoch.id, base: null, intervalMs: 1000 })
})

test('apps with the same base get the same bytes, and others those for their own', async () => {
  const [a, b, c] = [feed.join(idle), feed.join(idle), feed.join(idle)]
  const first = a.take(defaultLimits, { newerThan: 0, sinceMs: undefined })
  await pass(1000)
  nodes = nodes.with(1, processNode('here', 1, { name: 'renamed' }))
  const next = a.take(defaultLimits, { newerThan: 1, sinceMs: 0 })
  const delta = { base: first, intervalMs: 1000 }
  const ofA = await a.encode(next, delta)
  expect(await b.encode(next, { ...delta, base: { ...first, metrics: [] } })).toBe(ofA)
  const whole = await c.encode(next, { ...delta, base: undefined })
  const slow = await c.encode(next, { ...delta, intervalMs: 4000 })
  const read = ({ body, coding }: typeof ofA) => decodeMessage(coding === 'gzip' ? gunzipSync(body) : body)
  expect(read(ofA)).toMatchObject({ envelope: { base: 1, seq: 2 }, nodes: [{ name: 'renamed' }] })
  expect(read(whole)).toMatchObject({ envelope: { base: null }, nodes: [{}, {}, {}] })
  expect(read(slow)).toMatchObject({ envelope: { base: 1, intervalMs: 4000 } })
  await pass(1000)
  const last = a.take(defaultLimits, { newerThan: 2, sinceMs: 0 })
  const bases = [first, next].map(async (base) => read(await a.encode(last, { base, intervalMs: 1000 })))
  expect(
    (await Promise.all(bases)).map(({ envelope, nodes: changed }) => [envelope.base, changed.length]),
  ).toEqual([
    [1, 1],
    [2, 0],
  ])
  c.epoch.renew()
  expect(read(await c.encode(next, delta)).envelope.epoch).toBe(c.epoch.id)
  expect(b.epoch.id).toBe(a.epoch.id)
})

test('apps get what changed for each of them when they hold reports of one moment by other limits', async () => {
  const [a, b] = [feed.join(idle), feed.join(idle)]
  const all = { newerThan: 0, sinceMs: undefined }
  const [ofA, ofB] = [a.take(defaultLimits, all), b.take(small, all)]
  expect(ofB.envelope.seq).toBe(ofA.envelope.seq)
  await pass(1000)
  const next = a.take(defaultLimits, { newerThan: 1, sinceMs: 0 })
  expect(b.take({ ...defaultLimits }, { newerThan: 1, sinceMs: 0 })).toBe(next)
  const read = ({ body, coding }: Awaited<ReturnType<typeof a.encode>>) =>
    decodeMessage(coding === 'gzip' ? gunzipSync(body) : body).nodes.map(({ id }) => id)
  expect(read(await a.encode(next, { base: ofA, intervalMs: 1000 }))).toEqual([])
  const missing = next.nodes.map(({ id }) => id).filter((id) => !ofB.nodes.some((node) => node.id === id))
  expect(missing).toHaveLength(1)
  expect(read(await b.encode(next, { base: ofB, intervalMs: 1000 }))).toEqual(missing)
})

test('a report is taken again only while it is of this moment, and new to the app', async () => {
  const [a, b] = [feed.join(idle), feed.join(idle)]
  const take = (one: typeof a, newerThan: number) =>
    one.take(defaultLimits, { newerThan, sinceMs: undefined }).envelope.seq
  expect(take(a, 0)).toBe(1)
  nowMs += 200
  expect(take(b, 0)).toBe(1)
  expect(take(a, 1)).toBe(2)
  nowMs += 300
  expect(take(b, 1)).toBe(3)
  await pass(1000)
  expect(take(a, 2)).toBe(4)
})

test('there is a beat at each interval, and soon after a change', async () => {
  const beats: number[] = []
  const { leave } = feed.join({ beat: () => void beats.push(nowMs), needs: () => undefined })
  for (let i = 0; i < 21; i++) await pass(100)
  expect(beats).toEqual([1000, 2000])
  for (let i = 0; i < 1000; i++) feed.changed()
  await pass(1)
  expect(beats).toEqual([1000, 2000, 2101])
  leave()
  for (let i = 0; i < 30; i++) await pass(100)
  expect(beats).toHaveLength(3)
})

test('only those samples are collected that somebody needs who takes the report', () => {
  const needing = (sinceMs: number | undefined) => feed.join({ beat() {}, needs: () => ({ sinceMs }) })
  const a = needing(700)
  needing(500)
  feed.join(idle)
  a.take(defaultLimits, { newerThan: 0, sinceMs: 700 })
  expect(collected).toEqual([500])
  const late = feed.join(idle)
  expect(late.take(defaultLimits, { newerThan: 0, sinceMs: 600 }).envelope.seq).toBe(1)
  late.take(defaultLimits, { newerThan: 0, sinceMs: undefined })
  expect(collected).toEqual([500, undefined])
})

test('one who fails at a beat keeps nobody else from theirs, and that is a fault', async () => {
  let beats = 0
  const { leave } = feed.join({
    beat() {
      throw new Error('out of order')
    },
    needs: () => undefined,
  })
  feed.join({ beat: () => void beats++, needs: () => undefined })
  await pass(1000)
  await pass(1000)
  expect(beats).toBe(2)
  expect(faults.of('publish')).toMatchObject([
    { reason: 'failed to send a report to an app: out of order', sinceMs: 1000 },
  ])
  leave()
  await pass(1000)
  expect(faults.of('publish')).toEqual([])
})
