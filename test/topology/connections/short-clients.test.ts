import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateBases } from '../../../src/app/reports/held/rate-bases.ts'
import { AddressBook } from '../../../src/probe/connections/telling/address-book.ts'
import { RecordMaker } from '../../../src/probe/connections/telling/connection-records.ts'
import type { ConnectionRecord, Report } from '../../../src/report/schema.ts'
import { ratesAgainstBase } from '../../../src/topology/connections/rates.ts'
import { grownRecords } from '../../../src/topology/events/tracking/record-growth.ts'
import { connection, processRef, table } from '../../probe/connections/support.ts'
import { report } from '../../support/reports/reports.ts'

const FIRST_MS = 1000

/** A world of clients that open one connection each, and what the probe tells of it. */
const open = (options: { readonly livesMs: number }) => {
  const exited = new Set<number>()
  const { table: t } = table({}, exited)
  const maker = new RecordMaker()
  const server = processRef(1, 'nginx')
  const due: { readonly atMs: number; readonly happen: () => void }[] = []
  let [tidiedMs, settledMs, opened, pid] = [0, 0, 0, 100]
  const come = (atMs: number, livesMs = options.livesMs, bytes = 100): void => {
    const client = processRef(pid++, 'nc')
    const c = connection(client, server, { timeMs: atMs, bytes, clientPort: 1024 + (pid % 60_000) })
    due.push(
      {
        atMs: atMs + 1,
        happen: () => {
          opened += 1
          t.apply([c.connected, c.accepted])
        },
      },
      {
        atMs: atMs + 1 + livesMs,
        happen: () => {
          const timeMs = atMs + 1 + livesMs
          t.apply([
            { ...c.clientClosed, timeMs },
            { ...c.serverClosed, timeMs },
          ])
          exited.add(client.pid)
        },
      },
    )
  }
  /** Lets everything happen that is due, in order. */
  const advance = (nowMs: number): void => {
    due.sort((a, b) => a.atMs - b.atMs)
    const until = (ms: number): void => {
      while ((due[0]?.atMs ?? Number.POSITIVE_INFINITY) <= ms) due.shift()?.happen()
    }
    for (; settledMs + 100 <= nowMs; settledMs += 100) {
      until(settledMs + 100)
      t.settle(settledMs + 100)
      if (settledMs + 100 - tidiedMs >= 1000) {
        tidiedMs = settledMs + 100
        t.tidy(tidiedMs)
      }
    }
    until(nowMs)
  }
  const tell = (nowMs: number): { readonly report: Report; readonly opened: number } => {
    const context = {
      book: new AddressBook({ hostId: 'h' }),
      offsetMs: 0,
      nodeId: (process: { readonly pid: number }) => `h;${process.pid}`,
      exitedId: () => 'h;exited;0',
    }
    const connections = [...t.tallies].map((tally) => maker.of(tally, context, undefined) as ConnectionRecord)
    return { report: report({ uptimeMs: nowMs, connections }), opened }
  }
  return { come, advance, tell }
}

/** Ends of intervals between reports, in turn, so that they come at any moment of the interval of tidying. */
const paces = { 'every 3 s': [3000], 'at any time': [700, 3100, 1000, 250, 4900, 1700] }

const streams = Object.entries(paces).flatMap(([pace, gapsMs]) =>
  [1, 20].flatMap((perSecond) =>
    [0, 300, 2500].map((livesMs) => [perSecond, livesMs, pace, gapsMs] as const),
  ),
)

/** Pauses with more and with fewer than eight ends within the time that what ended is told by itself, and with none. */
const pausesMs = [1700, 4000, 20_000, 47_000]

const loops = Object.entries(paces).flatMap(([pace, gapsMs]) =>
  pausesMs.flatMap((pauseMs) => [0, 300, 2500].map((livesMs) => [pauseMs, livesMs, pace, gapsMs] as const)),
)

describe('the rate of an edge of short-lived clients', () => {
  it.each(streams)(
    'is what happened: %i a second that live for %i ms, reported %s',
    (perSecond, livesMs, _, gapsMs) => {
      const { come, advance, tell } = open({ livesMs })
      const bases = new RateBases()
      const truth = new Map<number, number>()
      for (let i = 0; i < 60 * perSecond; i++) come(FIRST_MS + 13 + (i * 1000) / perSecond)
      const wrong: string[] = []
      let compared = 0
      for (let [nowMs, i] = [1137, 0]; nowMs < 60_000; nowMs += gapsMs[i++ % gapsMs.length] ?? 0) {
        advance(nowMs)
        const told = tell(nowMs)
        truth.set(nowMs, told.opened)
        const rateBase = bases.next(told.report)
        if (rateBase === undefined) continue
        compared++
        const ratesOf = ratesAgainstBase({ report: told.report, rateBase })
        const rate = told.report.connections.reduce((sum, one) => sum + ratesOf(one).openedPerSecond, 0)
        const { uptimeMs: baseMs } = rateBase.envelope
        const happened = told.opened - (truth.get(baseMs) ?? Number.NaN)
        const found = (rate * (nowMs - baseMs)) / 1000
        if (Math.abs(found - happened) > 1e-6) wrong.push(`${baseMs} to ${nowMs}: ${found} of ${happened}`)
      }
      expect(wrong).toEqual([])
      expect(compared).toBeGreaterThan(10)
    },
  )

  it.each(loops)(
    'of a program that is started anew every %i ms and lives for %i ms is what happened, and its totals grow from its first call on: reported %s',
    (pauseMs, livesMs, _, gapsMs) => {
      const { come, advance, tell } = open({ livesMs })
      const bases = new RateBases()
      const truth = new Map<number, number>()
      const calls = 12
      for (let i = 0; i < calls; i++) come(FIRST_MS + 13 + i * pauseMs)
      const wrong: string[] = []
      let totals = 0
      for (
        let [nowMs, i] = [1137, 0];
        nowMs < (calls + 2) * pauseMs;
        nowMs += gapsMs[i++ % gapsMs.length] ?? 0
      ) {
        advance(nowMs)
        const { report, opened } = tell(nowMs)
        truth.set(nowMs, opened)
        const rateBase = bases.next(report)
        const sum = report.connections.reduce((total, one) => total + one.opened, 0)
        const sinceMs = Math.min(...report.connections.map((one) => one.sinceMs))
        // The first is a single one that ended, and the second is known to be like it when it has ended, too.
        if (opened >= 3) {
          totals++
          if (sum !== opened || sinceMs !== FIRST_MS + 13)
            wrong.push(`${nowMs}: ${sum} of ${opened} since ${sinceMs}`)
        }
        if (rateBase === undefined) continue
        const ratesOf = ratesAgainstBase({ report, rateBase })
        const rate = report.connections.reduce((total, one) => total + ratesOf(one).openedPerSecond, 0)
        const { uptimeMs: baseMs } = rateBase.envelope
        const happened = opened - (truth.get(baseMs) ?? Number.NaN)
        const found = (rate * (nowMs - baseMs)) / 1000
        if (Math.abs(found - happened) > 1e-6) wrong.push(`${baseMs} to ${nowMs}: ${found} of ${happened}`)
      }
      expect(wrong).toEqual([])
      expect(totals).toBeGreaterThan(3)
    },
  )

  it('is what happened, whenever clients come and however long they live', () => {
    const client = fc.record({
      pauseMs: fc.constantFrom(0, 50, 1700, 9000, 16_000, 20_000, 50_000),
      livesMs: fc.constantFrom(0, 300, 2500, 20_000),
      times: fc.constantFrom(1, 1, 1, 12),
    })
    const some = fc.array(client, { minLength: 1, maxLength: 25 })
    fc.assert(
      fc.property(some, fc.constantFrom(...Object.values(paces)), (clients, gapsMs) => {
        const { come, advance, tell } = open({ livesMs: 0 })
        let atMs = FIRST_MS
        for (const { pauseMs, livesMs, times } of clients)
          for (let i = 0; i < times; i++) {
            atMs += pauseMs
            come(atMs, livesMs)
          }
        const bases = new RateBases()
        const truth = new Map<number, number>()
        const endMs = Math.min(atMs + 60_000, 400_000)
        for (let [nowMs, i] = [1137, 0]; nowMs < endMs; nowMs += gapsMs[i++ % gapsMs.length] ?? 0) {
          advance(nowMs)
          const { report, opened } = tell(nowMs)
          truth.set(nowMs, opened)
          const rateBase = bases.next(report)
          if (rateBase === undefined) continue
          const ratesOf = ratesAgainstBase({ report, rateBase })
          const rate = report.connections.reduce((sum, one) => sum + ratesOf(one).openedPerSecond, 0)
          const { uptimeMs: baseMs } = rateBase.envelope
          expect((rate * (nowMs - baseMs)) / 1000).toBeCloseTo(opened - (truth.get(baseMs) ?? Number.NaN), 5)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('does not jump when a client that began before the group is folded into it', () => {
    const { come, advance, tell } = open({ livesMs: 0 })
    come(1000, 12_200)
    for (let i = 0; i < 9; i++) come(2000 + i)
    advance(10_000)
    const before = tell(10_000).report
    advance(14_100)
    const now = tell(14_100).report
    expect(before.connections).toHaveLength(2)
    expect(now.connections).toMatchObject([{ opened: 10, sinceMs: 1000, absorbed: { beganMs: 2000 } }])
    const ratesOf = ratesAgainstBase({ report: now, rateBase: before })
    expect(now.connections.map((one) => ratesOf(one).openedPerSecond)).toEqual([0])
    expect([...grownRecords(before, now)]).toEqual([])
  })
})
