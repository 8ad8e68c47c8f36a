import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import type { ConnectionTable } from '../../../../src/probe/connections/table/connection-table.ts'
import { addHistograms, bucketOf, type Histogram, histogramTotal } from '../../../../src/report/histogram.ts'
import { connection, picture, processRef, table } from '../support.ts'

const curl = processRef(100, 'curl')
const nginx = processRef(200, 'nginx')

/** A connection that was open for a while, and how each of its ends broke. */
const lasting = (
  ms: number,
  {
    client = 0,
    server = 0,
    handshakeUs = 300,
    by = curl,
  }: Partial<Record<'client' | 'server' | 'handshakeUs', number>> & { by?: typeof curl } = {},
) => {
  const { connected, accepted, clientClosed, serverClosed } = connection(by, nginx)
  return {
    connected: { ...connected, handshakeUs } as ConnectionEvent,
    accepted,
    clientClosed: { ...clientClosed, timeMs: 1000 + ms, error: client } as ConnectionEvent,
    serverClosed: { ...serverClosed, timeMs: 1001 + ms, error: server } as ConnectionEvent,
  }
}

const inBucket = (us: number): Histogram => ({ from: bucketOf(us), counts: [1] })

const times = (of: ConnectionTable) =>
  [...of.tallies].map(({ durations, connectTimes }) => ({
    durations: durations.histogram,
    connectTimes: connectTimes.histogram,
  }))

const [RESET, ABORTED, TIMED_OUT] = [104, 103, 110]

describe('how a connection broke', () => {
  it.each([
    ['not at all', { client: 0, server: 0 }, ''],
    ['by a reset that the client took in', { client: RESET, server: ABORTED }, ' resetByServer=1'],
    ['by a reset that the client sent', { client: ABORTED, server: RESET }, ' resetByClient=1'],
    ['by silence', { client: TIMED_OUT, server: 0 }, ' lost=1'],
    ['for the server alone, after the client was done', { client: 0, server: RESET }, ''],
  ])('%s', (_, ends, numbers) => {
    const { table: t } = table()
    const c = lasting(50, ends)
    t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
    expect(picture(t)).toEqual([`curl>nginx 127.0.0.1:80 opened=1 closed=1${numbers}`])
  })

  it.each([
    [RESET, 'resetByClient=1'],
    [ABORTED, 'resetByServer=1'],
  ])('as the server tells it, where the client is not seen: %i', (server, numbers) => {
    const { table: t } = table()
    const c = lasting(50, { server })
    t.apply([c.accepted])
    t.settle(2000)
    t.apply([c.serverClosed])
    expect(picture(t)).toEqual([`127.0.0.1>nginx 127.0.0.1:80 opened=1 closed=1 ${numbers}`])
  })
})

describe('how long things took', () => {
  it('of a connection that closed: how long it was open, and its handshake', () => {
    const { table: t } = table()
    const c = lasting(50)
    t.apply([c.connected, c.accepted])
    expect(times(t)).toEqual([{ durations: undefined, connectTimes: inBucket(300) }])
    t.apply([c.clientClosed, c.serverClosed])
    expect(times(t)).toEqual([{ durations: inBucket(50_000), connectTimes: inBucket(300) }])
  })

  it('nothing of one that was there before, that was found late, or whose end was not seen', () => {
    const { table: t } = table()
    const [before, late, unseen] = [lasting(50), lasting(60), lasting(70)]
    const held = (of: ConnectionEvent) =>
      ({ ...of, kind: 'held', role: 'client', timeMs: 1000 }) as ConnectionEvent
    t.reconcile([held(before.connected)])
    t.reconcile([held(before.connected), held(late.connected)])
    t.apply([unseen.connected])
    t.settle(1500)
    t.apply([before.clientClosed, late.clientClosed])
    const { socket } = unseen.clientClosed
    t.apply([{ kind: 'closed', timeMs: 5000, socket }])
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 opened=2 closed=3'])
    expect(times(t)).toEqual([{ durations: undefined, connectTimes: inBucket(300) }])
  })

  it('is known of a socket that a walk met before the event of its opening was read', () => {
    const { table: t } = table()
    const c = lasting(50)
    t.reconcile([])
    t.reconcile([{ ...c.connected, kind: 'held', role: 'client' } as ConnectionEvent])
    t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
    expect(times(t)).toEqual([{ durations: inBucket(50_000), connectTimes: inBucket(300) }])
  })

  it('moves with a connection from the half to the pair', () => {
    const { table: t } = table()
    const c = lasting(50, { client: RESET })
    t.apply([c.connected, c.clientClosed])
    t.settle(2000)
    t.apply([{ ...c.accepted, timeMs: 2001 } as ConnectionEvent])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=1 closed=1 resetByServer=1'])
    expect(times(t)).toEqual([{ durations: inBucket(50_000), connectTimes: inBucket(300) }])
  })

  it('adds up, whoever of the clients has ended and was folded', () => {
    const lastsMs = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 20, maxLength: 40 })
    fc.assert(
      fc.property(lastsMs, fc.integer({ min: 9, max: 15 }), (all, exited) => {
        const pids = all.map((_, i) => 1000 + (i % 16))
        const gone = new Set(pids.filter((pid) => pid < 1000 + exited))
        const { table: t } = table(
          { keepEndedMs: Number.POSITIVE_INFINITY, keepMs: Number.POSITIVE_INFINITY },
          gone,
        )
        for (const [i, ms] of all.entries()) {
          const c = lasting(ms, { by: processRef(pids[i] ?? 0, 'curl') })
          t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
          if (i % 5 === 0) t.tidy(2000)
        }
        t.tidy(1e6)
        const alone: readonly (Histogram | undefined)[] = all.map((ms) => inBucket(ms * 1000))
        const expected = alone.reduce(addHistograms)
        const told = times(t)
        expect(told.map(({ durations }) => durations).reduce(addHistograms)).toEqual(expected)
        const connects = told.flatMap(({ connectTimes }) =>
          connectTimes ? [histogramTotal(connectTimes)] : [],
        )
        expect(connects.reduce((a, b) => a + b, 0)).toBe(all.length)
      }),
      { numRuns: 30 },
    )
  })
})

it('a connection that is measured anew has the round trips of now', () => {
  const { table: t } = table()
  const c = lasting(50)
  const measured = { bytesSent: 1, bytesReceived: 0, retransmits: 0, rttUs: 20, smoothedRttUs: 40_000 }
  t.apply([
    c.connected,
    c.accepted,
    { kind: 'counters', timeMs: 1010, socket: c.clientClosed.socket, counters: measured },
  ])
  expect([...t.tallies].map(({ rttUs, smoothedRttUs }) => ({ rttUs, smoothedRttUs }))).toEqual([
    { rttUs: 20, smoothedRttUs: 40_000 },
  ])
})
