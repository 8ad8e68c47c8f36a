import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_SHARE } from '../../../../src/probe/connections/table/accounting/share.ts'
import type { Tally, TallyIdentity } from '../../../../src/probe/connections/table/accounting/tally.ts'
import {
  TallyBook,
  type TallyBookOptions,
} from '../../../../src/probe/connections/table/accounting/tally-book.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import { processRef } from '../support.ts'

const open = (options: Partial<TallyBookOptions> = {}) => {
  const exited = new Set<number>()
  const told: Tally[] = []
  /** How often each process is held. */
  const holds = new Map<number, number>()
  const hold = ({ identity: { client, server } }: Tally, by: number): void => {
    for (const ref of [client, server]) if (ref) holds.set(ref.pid, (holds.get(ref.pid) ?? 0) + by)
  }
  const book = new TallyBook(
    {
      keepMs: 600_000,
      keepEndedMs: 15_000,
      maxTallies: 20_000,
      exitedClientsApart: 2,
      remotesApart: 4,
      ...options,
    },
    {
      created: (tally) => {
        told.push(tally)
        hold(tally, 1)
      },
      removed: (tally) => {
        told.splice(told.indexOf(tally), 1)
        hold(tally, -1)
      },
      hasExited: ({ pid }) => exited.has(pid),
    },
  )
  return { book, exited, told, holds }
}

const curl = processRef(100, 'curl')
const nginx = processRef(200, 'nginx')
const pair: TallyIdentity = { client: curl, server: nginx, serverIp: '10.0.0.1', serverPort: 80, netns: 1 }
const half = (ip: string, server = nginx): TallyIdentity => ({
  server,
  clientIp: ip,
  serverIp: '10.0.0.1',
  serverPort: 80,
  netns: 1,
})
const OVER = { ...NO_SHARE, opened: 1, closed: 1 }

describe('a tally', () => {
  it('that has gone is not taken for the one that has its key since', () => {
    const { book, told, holds } = open()
    const gone = book.find(pair, 0)
    gone.change(NO_SHARE, OVER)
    book.tidy(600_000)
    const now = book.find(pair, 700_000)
    now.change(NO_SHARE, { ...NO_SHARE, open: 1, opened: 1 })
    gone.change(OVER, NO_SHARE)
    book.remove(gone)
    expect([...book]).toEqual([now])
    expect(told).toEqual([now])
    expect([...holds]).toEqual([
      [100, 1],
      [200, 1],
    ])
  })

  it.each(Object.keys(NO_SHARE) as (keyof typeof NO_SHARE)[])('adds up %s', (counter) => {
    const tally = open().book.find(pair, 0)
    const share = { ...NO_SHARE, [counter]: 3 }
    tally.change(NO_SHARE, share)
    tally.change(NO_SHARE, share)
    tally.change(share, NO_SHARE)
    expect(tally.totals).toEqual({ ...NO_SHARE, [counter]: 3 })
  })

  it.each<[string, { client?: boolean; server?: boolean }, number]>([
    ['both live', {}, 600_000],
    ['its client has ended', { client: true }, 15_000],
    ['its server has ended', { server: true }, 15_000],
  ])('goes in time when %s', (_, ended, keptMs) => {
    const { book, exited } = open()
    book.find(pair, 1000).change(NO_SHARE, OVER)
    if (ended.client) exited.add(curl.pid)
    if (ended.server) exited.add(nginx.pid)
    book.tidy(1000 + keptMs - 1)
    expect([...book]).toHaveLength(1)
    book.tidy(1000 + keptMs)
    expect([...book]).toHaveLength(0)
  })

  it('with an open connection stays, whoever has ended', () => {
    const { book, exited } = open()
    book.find(pair, 0).change(NO_SHARE, { ...NO_SHARE, open: 1 })
    exited.add(curl.pid).add(nginx.pid)
    book.tidy(10_000_000)
    expect([...book]).toHaveLength(1)
  })

  it('of those that rested longest goes first when there are too many, and none that happened just now', () => {
    const { book } = open({ maxTallies: 3 })
    for (let i = 0; i < 6; i++)
      book.find({ ...pair, serverPort: 1000 + i }, 10_000 * i).change(NO_SHARE, OVER)
    book.tidy(52_000)
    expect([...book].map(({ identity }) => identity.serverPort)).toEqual([1003, 1004, 1005])
    for (let i = 6; i < 10; i++) book.find({ ...pair, serverPort: 1000 + i }, 53_000).change(NO_SHARE, OVER)
    book.tidy(54_000)
    expect([...book].map(({ identity }) => identity.serverPort)).toEqual([1004, 1005, 1006, 1007, 1008, 1009])
  })

  it('of an address that rests makes room before those that come are folded by prefix', () => {
    const { book } = open()
    for (let i = 1; i <= 4; i++) book.find(half(`203.0.113.${i}`), 0).change(NO_SHARE, OVER)
    book.tidy(16_000)
    expect(book.find(half('203.0.113.9'), 16_000).identity.remotePrefixBits).toBeUndefined()
    expect(book.find(half('203.0.113.10'), 16_000).identity.remotePrefixBits).toBe(24)
  })

  it('of exited clients counts each of them once, however many connections it had', () => {
    const { book, exited } = open()
    const clients = [1, 2, 3, 4].map((pid) => processRef(pid, 'curl'))
    for (const client of clients) book.find({ ...pair, client }, 0).change(NO_SHARE, OVER)
    for (const { pid } of clients) exited.add(pid)
    book.tidy(1000)
    const late = processRef(5, 'curl')
    exited.add(late.pid)
    for (const client of [...clients, late, late, late])
      book.find({ ...pair, client }, 2000).change(NO_SHARE, OVER)
    expect([...book].map(({ clients: count, totals }) => [count, totals.opened])).toEqual([[5, 11]])
  })

  it('of exited clients began when the first of them did, also of those that are folded into it later', () => {
    const { book, exited } = open()
    const come = (pid: number, sinceMs: number) =>
      book.find({ ...pair, client: processRef(pid, 'curl') }, sinceMs).change(NO_SHARE, OVER)
    const since = () =>
      [...book].filter(({ identity }) => identity.exitedClients).map(({ sinceMs }) => sinceMs)
    come(1, 500)
    for (const pid of [2, 3, 4]) come(pid, 1000 * pid)
    for (const pid of [2, 3, 4]) exited.add(pid)
    book.tidy(5000)
    expect(since()).toEqual([2000])
    exited.add(1)
    book.tidy(6000)
    expect(since()).toEqual([500])
    come(4, 400)
    expect(since()).toEqual([400])
  })

  it('counts from the earliest connection that it has', () => {
    const { book } = open()
    book.find(pair, 3000)
    book.find(pair, 2000)
    expect([...book].map(({ sinceMs }) => sinceMs)).toEqual([2000])
  })
})

describe('whatever happens', () => {
  /** A connection is counted, moved, closed; a process ends; time goes by. */
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('open' as const), who: fc.nat(5), to: fc.nat(7) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat(50) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(50), to: fc.nat(7) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), who: fc.nat(5) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 16_000, 700_000) }),
    },
  )
  const current = (tally: Tally): Tally => (tally.foldedInto ? current(tally.foldedInto) : tally)

  it('open connections are counted once, and processes are held as often as tallies name them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { book, exited, told, holds } = open({ maxTallies: 6 })
        const servers: readonly (ProcessRef | undefined)[] = [nginx, processRef(201), undefined, undefined]
        const identity = (who: number, to: number): TallyIdentity =>
          servers[to % 4]
            ? { ...pair, client: processRef(1 + who, `c${who % 2}`), server: servers[to % 4] as ProcessRef }
            : half(`203.0.${to}.${who}`, processRef(1 + who))
        const connections: { who: number; tally: Tally; share: typeof NO_SHARE }[] = []
        let nowMs = 0
        for (const now of steps) {
          nowMs += 1
          const connection =
            'which' in now ? connections[now.which % Math.max(1, connections.length)] : undefined
          if (now.do === 'open') {
            const tally = book.find(identity(now.who, now.to), nowMs)
            const share = { ...NO_SHARE, open: 1, opened: 1 }
            tally.change(NO_SHARE, share)
            tally.lastMs = nowMs
            connections.push({ who: now.who, tally, share })
          } else if (now.do === 'end') exited.add(1 + now.who)
          else if (now.do === 'wait') {
            nowMs += now.ms
            book.tidy(nowMs)
          } else if (connection && now.do === 'close') {
            const tally = current(connection.tally)
            tally.change(connection.share, OVER)
            connection.share = OVER
            tally.lastMs = nowMs
          } else if (connection && now.do === 'move') {
            const from = current(connection.tally)
            from.change(connection.share, NO_SHARE)
            if (from.isEmpty) book.remove(from)
            connection.tally = book.find(identity(connection.who, now.to), nowMs)
            connection.tally.change(NO_SHARE, connection.share)
          }
        }
        const kept = [...book]
        const openIn = (tally: Tally): number =>
          connections.reduce((sum, c) => sum + (current(c.tally) === tally ? c.share.open : 0), 0)
        for (const tally of kept) expect(tally.totals.open).toBe(openIn(tally))
        for (const c of connections) if (c.share.open > 0) expect(kept).toContain(current(c.tally))
        expect(new Set(kept.map(({ key }) => key)).size).toBe(kept.length)
        expect(new Set(told)).toEqual(new Set(kept))
        const named = new Map<number, number>()
        for (const {
          identity: { client, server },
        } of kept)
          for (const ref of [client, server]) if (ref) named.set(ref.pid, (named.get(ref.pid) ?? 0) + 1)
        expect(new Map([...holds].filter(([, count]) => count !== 0))).toEqual(named)
      }),
      { numRuns: 300 },
    )
  })
})
