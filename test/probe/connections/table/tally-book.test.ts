import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_SHARE } from '../../../../src/probe/connections/table/accounting/share.ts'
import type { Tally } from '../../../../src/probe/connections/table/accounting/tally.ts'
import {
  TallyBook,
  type TallyBookOptions,
} from '../../../../src/probe/connections/table/accounting/tally-book.ts'
import type { TallyIdentity } from '../../../../src/probe/connections/table/accounting/tally-identity.ts'
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
      exitedApart: 2,
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
      likenessOf: ({ comm, cgroupId, netns }) => `${comm} ${cgroupId} ${netns}`,
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
    expect([...book].map(({ clients, totals }) => [clients?.count, totals.opened])).toEqual([[5, 11]])
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

describe('what programs did that are started anew each time', () => {
  interface Call {
    readonly client?: ProcessRef
    readonly server?: ProcessRef
    readonly to?: Partial<TallyIdentity>
    readonly numbers?: Partial<typeof NO_SHARE>
  }
  const world = (options: Partial<TallyBookOptions> = {}) => {
    const made = open({ exitedApart: 8, ...options })
    const { book, exited } = made
    /** The processes call at this time, and all but nginx exit. */
    const call = (atMs: number, { client, server = nginx, to = {}, numbers = {} }: Call): Tally => {
      const identity = { ...pair, ...(client ? { client } : {}), server, ...to }
      const tally = book.find(identity, atMs)
      tally.change(NO_SHARE, { ...OVER, ...numbers })
      tally.lastMs = Math.max(tally.lastMs, atMs)
      for (const ref of [client, server]) if (ref && ref !== nginx) exited.add(ref.pid)
      return tally
    }
    const tidy = (...secondsTo: readonly [number, number]) => {
      for (let second = secondsTo[0]; second <= secondsTo[1]; second++) book.tidy(1000 * second)
    }
    const told = () =>
      [...book].map(({ id, sinceMs, totals: { opened }, clients, servers }) => ({
        id,
        sinceMs,
        opened,
        clients: clients?.count,
        servers: servers?.count,
      }))
    return { ...made, call, tidy, told }
  }
  const run = (pid: number, comm = 'curl') => processRef(pid, comm)

  it('is a record of its own at first, and goes when no other follows', () => {
    const { call, tidy, told, holds } = world()
    call(0, { client: run(1) })
    tidy(1, 14)
    expect(told()).toHaveLength(1)
    tidy(15, 15)
    expect(told()).toEqual([])
    expect([...holds.values()]).toEqual([0, 0])
  })

  it('is told again when another like it follows, and both are one before the second goes', () => {
    const { call, tidy, told } = world()
    const first = call(0, { client: run(1) })
    tidy(1, 20)
    const second = call(20_500, { client: run(2) })
    tidy(21, 21)
    expect(told().map(({ id }) => id)).toEqual([second.id, first.id])
    tidy(22, 35)
    expect(told()).toHaveLength(2)
    tidy(36, 36)
    expect(told()).toEqual([{ id: 'c3', sinceMs: 0, opened: 2, clients: 2, servers: undefined }])
    call(40_500, { client: run(3) })
    tidy(41, 41)
    expect(told()).toEqual([{ id: 'c3', sinceMs: 0, opened: 3, clients: 3, servers: undefined }])
    tidy(42, 640)
    expect(told()).toHaveLength(1)
    tidy(641, 641)
    expect(told()).toEqual([])
  })

  it('is not told again when the time is over for which what rests is kept', () => {
    const { call, tidy, told } = world({ keepMs: 60_000 })
    call(0, { client: run(1) })
    tidy(1, 60)
    call(61_000, { client: run(2) })
    tidy(62, 62)
    expect(told()).toMatchObject([{ sinceMs: 61_000, opened: 1 }])
  })

  it('stays with the others although its own time is nearly over when the second follows', () => {
    const { call, tidy, told } = world({ keepMs: 60_000 })
    call(0, { client: run(1) })
    tidy(1, 58)
    call(58_500, { client: run(2) })
    for (let second = 59; second <= 118; second++) {
      tidy(second, second)
      expect(told().reduce((sum, { opened }) => sum + opened, 0)).toBe(2)
    }
    tidy(119, 119)
    expect(told()).toEqual([])
  })

  it('keeps all numbers: failures by reason, bytes, durations, handshakes', () => {
    const { book, call, tidy } = world()
    const numbers = { ...OVER, failed: 3, refused: 2, timedOut: 1, bytesSent: 10, retransmits: 1 }
    for (let i = 0; i < 4; i++) {
      call(20_000 * i, { client: run(1 + i), numbers: { ...numbers, durationUs: 300, connectUs: 70 } })
      tidy(20 * i + 1, 20 * i + 19)
    }
    const [tally, ...others] = book
    expect(others).toEqual([])
    const times4 = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, 4 * value]))
    expect(tally?.totals).toEqual({ ...NO_SHARE, ...times4 })
    expect(tally?.durations.histogram).toEqual({ from: 8, counts: [4] })
    expect(tally?.connectTimes.histogram).toEqual({ from: 6, counts: [4] })
  })

  it.each<[string, Partial<ProcessRef>, Partial<TallyIdentity>]>([
    ['of another name', { comm: 'wget' }, {}],
    ['in another cgroup', { cgroupId: 2 }, {}],
    ['in another network namespace', { netns: 7 }, {}],
    ['to another port', {}, { serverPort: 81 }],
    ['to another address', {}, { serverIp: '10.0.0.2' }],
  ])('is not one with that of a program %s', (_, program, to) => {
    const { call, tidy, told } = world()
    for (let i = 0; i < 10; i++) {
      const [odd, even] = [1 + 2 * i, 2 + 2 * i]
      call(2000 * i, { client: run(odd) })
      call(2000 * i + 1, { client: { ...run(even), ...program }, to })
      tidy(2 * i + 1, 2 * i + 2)
    }
    tidy(21, 22)
    const clients = to.serverPort === undefined && to.serverIp === undefined ? 10 : 20
    expect(told()).toMatchObject([
      { opened: 10, clients },
      { opened: 10, clients },
    ])
  })

  it('counts its processes anew when none of their records was left', () => {
    const { call, tidy, told } = world({ keepMs: 60_000 })
    for (let n = 0; n < 9; n++) call(1000, { client: run(10 + n) })
    tidy(2, 61)
    for (let n = 0; n < 9; n++) call(70_000, { client: run(30 + n) })
    tidy(71, 71)
    expect(told()).toMatchObject([{ opened: 9, clients: 9 }])
  })

  it('is one for servers that are started for each connection, too, of a client that lives', () => {
    const { call, tidy, told } = world()
    for (let i = 0; i < 5; i++) {
      call(20_000 * i, { server: run(300 + i, 'sshd') })
      tidy(20 * i + 1, 20 * i + 19)
    }
    expect(told()).toEqual([{ id: 'c3', sinceMs: 0, opened: 5, clients: undefined, servers: 5 }])
  })

  it('is one where both ends are started for each connection', () => {
    const { call, tidy, told } = world()
    for (let i = 0; i < 5; i++) {
      call(20_000 * i, { client: run(1 + i), server: run(300 + i, 'sshd') })
      tidy(20 * i + 1, 20 * i + 19)
    }
    expect(told()).toEqual([{ id: 'c3', sinceMs: 0, opened: 5, clients: 5, servers: 5 }])
  })

  it('goes on when the server is started anew, with all that was done with the one before', () => {
    const { call, tidy, told, exited } = world()
    const servers = [run(300, 'web'), run(301, 'web')]
    let second = 0
    for (const [i, server] of servers.entries()) {
      for (let n = 0; n < 3; n++, second += 20) {
        call(1000 * second, { client: run(1 + 10 * i + n), server })
        exited.delete(server.pid)
        tidy(second + 1, second + 19)
      }
      exited.add(server.pid)
      tidy(second, second)
    }
    tidy(second + 1, second + 16)
    expect(told()).toMatchObject([{ sinceMs: 0, opened: 6, clients: 6, servers: 2 }])
  })

  it('goes first where it has rested longest and there are too many', () => {
    const { call, tidy, told } = world({ maxTallies: 3 })
    for (let port = 1; port <= 5; port++)
      for (let n = 0; n < 9; n++) call(1000 * port, { client: run(10 * port + n), to: { serverPort: port } })
    tidy(6, 6)
    expect(told()).toHaveLength(5)
    tidy(25, 25)
    expect(told().map(({ sinceMs }) => sinceMs)).toEqual([3000, 4000, 5000])
  })

  it('is of at most as many remote addresses as a process may have, once it rests', () => {
    const { call, tidy, told } = world()
    for (let n = 0; n < 20; n++)
      for (let i = 0; i < 9; i++)
        call(1000, { client: run(100 * n + i + 1), to: { serverIp: `10.0.1.${n}` } })
    tidy(2, 15)
    expect(told().length).toBe(20)
    tidy(16, 16)
    expect(told().length).toBeLessThan(4)
  })

  it('adds up to what happened since its beginning, whatever starts, calls and ends', () => {
    const step = fc.record({
      kind: fc.nat(2),
      calls: fc.integer({ min: 1, max: 12 }),
      server: fc.constantFrom('lives', 'exits'),
      waitMs: fc.constantFrom(0, 300, 2000, 9000, 17_000, 50_000, 120_000),
    })
    const limits = fc.record({
      maxTallies: fc.constantFrom(3, 12, 20_000),
      exitedApart: fc.constantFrom(1, 3, 8),
      keepMs: fc.constantFrom(1000, 60_000, 600_000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), limits, (steps, options) => {
        const { book, call } = world(options)
        const happened: { readonly kind: string; readonly atMs: number }[] = []
        let [nowMs, pid] = [0, 1000]
        for (const { kind, calls, server, waitMs } of steps) {
          const name = `k${kind} ${server}`
          for (let i = 0; i < calls; i++, nowMs++) {
            const to = { serverPort: kind, ...(server === 'lives' ? {} : { serverIp: '10.0.0.3' }) }
            const ends = server === 'lives' ? {} : { server: run(++pid, 'server') }
            call(nowMs, { client: run(++pid, name), ...ends, to })
            happened.push({ kind: name, atMs: nowMs })
          }
          for (const endMs = nowMs + waitMs; nowMs < endMs; nowMs = Math.min(endMs, nowMs + 1000)) {
            book.tidy(nowMs)
            const sums = new Map<string, { opened: number; sinceMs: number; lastMs: number }>()
            for (const { identity, totals, sinceMs, lastMs } of book) {
              const of = identity.client?.comm ?? ''
              const sum = sums.get(of) ?? { opened: 0, sinceMs, lastMs }
              sums.set(of, {
                opened: sum.opened + totals.opened,
                sinceMs: Math.min(sum.sinceMs, sinceMs),
                lastMs: Math.max(sum.lastMs, lastMs),
              })
            }
            for (const [of, { opened, sinceMs, lastMs }] of sums) {
              const all = happened.filter((one) => one.kind === of && one.atMs >= sinceMs)
              expect(opened).toBe(all.length)
              expect(lastMs).toBe(all.at(-1)?.atMs)
            }
          }
        }
      }),
      { numRuns: 300 },
    )
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
    { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), who: fc.nat(7) }) },
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
          } else if (now.do === 'end') exited.add(now.who < 6 ? 1 + now.who : nginx.pid + now.who - 6)
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
