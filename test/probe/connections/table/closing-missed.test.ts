import { describe, expect, it } from 'vitest'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { connection, held, picture, processRef, table } from '../support.ts'

const perl = processRef(100, 'perl')
const nginx = processRef(200, 'nginx')

/** A walk over open files each half minute, as on a machine with 10,000 open sockets. */
const WALK_MS = 30_000
const END_MS = 300_000

/**
 * Five minutes of 10,000 connections a minute, of which each is open for 20 ms, and each walk lacks what closes while it goes on. Events
 * are read every 100 ms, and the table is tidied every second, at another time than it is walked.
 *
 * @param isMissed true for connections of which the closing of the client's end is not told
 * @returns how many connections were made; when the table asked for a walk, and what it has at the end
 */
const busyHost = (isMissed: (number: number) => boolean) => {
  const { table: t } = table()
  t.reconcile([])
  const askedMs: number[] = []
  const walks: number[] = []
  let due: ConnectionEvent[] = []
  let open: ConnectionEvent[] = []
  let made = 0
  let isAsked = false
  for (let nowMs = 1000; nowMs <= END_MS; nowMs += 50) {
    // What began earlier closes now.
    due.push(...open)
    open = []
    for (let more = 0; more < 8 && nowMs < END_MS - 20_000; more++) {
      const c = connection(perl, nginx, { timeMs: nowMs, clientPort: 20_000 + (made % 40_000) })
      due.push(c.connected, c.accepted)
      open.push(...(isMissed(made) ? [] : [{ ...c.clientClosed, timeMs: nowMs + 20 } as ConnectionEvent]), {
        ...c.serverClosed,
        timeMs: nowMs + 20,
      } as ConnectionEvent)
      made++
    }
    if (nowMs % 100 === 0) {
      t.apply(due)
      due = []
      t.settle(nowMs)
    }
    if (nowMs % WALK_MS === 0 || isAsked) {
      // Those that are known to have opened have closed meanwhile, which is not read yet.
      t.reconcile([])
      isAsked = false
      walks.push(nowMs)
    }
    if (nowMs % 1000 === 50) {
      isAsked = t.tidy(nowMs)
      if (isAsked) askedMs.push(nowMs)
    }
  }
  return { made, askedMs, walks, seen: picture(t) }
}

describe('a socket that a walk did not find', () => {
  it('asks for another walk when its closing is not told within a second', () => {
    const { table: t } = table()
    t.reconcile([held])
    t.settle(10_000)
    expect(t.tidy(10_000)).toBe(false)
    t.reconcile([])
    expect(t.tidy(10_999)).toBe(false)
    expect(t.tidy(11_000)).toBe(true)
    expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1'])
    t.reconcile([])
    expect(picture(t)).toEqual(['curl> 10.0.0.1:80 closed=1'])
    expect(t.tidy(20_000)).toBe(false)
  })

  it('asks for none when the next walk finds it, nor when it is told to have closed', () => {
    const { table: t } = table()
    t.reconcile([held])
    t.settle(10_000)
    t.reconcile([])
    t.reconcile([held])
    expect(t.tidy(12_000)).toBe(false)
    t.reconcile([])
    t.apply([{ kind: 'closed', timeMs: 12_010, socket: held.socket }])
    expect(t.tidy(14_000)).toBe(false)
  })

  it('asks for no walk at all on a busy host, where each walk lacks some that are just closing', () => {
    const { made, askedMs, walks, seen } = busyHost(() => false)
    expect(made).toBeGreaterThan(40_000)
    expect(askedMs).toEqual([])
    expect(walks).toHaveLength(END_MS / WALK_MS)
    expect(seen).toEqual([expect.stringContaining(`opened=${made} closed=${made}`)])
  })

  it('asks for one walk for all of which the closing was missed between two', () => {
    const { made, askedMs, walks, seen } = busyHost((number) => number === 30_000 || number === 30_100)
    expect(askedMs).toHaveLength(1)
    const firstMs = walks.find((ms) => ms > 1000 + (30_100 / 8) * 50) ?? 0
    expect((askedMs[0] ?? 0) - firstMs).toBeLessThanOrEqual(2000)
    expect(walks).toHaveLength(END_MS / WALK_MS + 1)
    expect(seen).toEqual([expect.stringContaining(`opened=${made} closed=${made}`)])
  })
})
