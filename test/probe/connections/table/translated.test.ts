import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { OpenedEvent, SocketCounters } from '../../../../src/probe/connections/sources/events.ts'
import type { Translation } from '../../../../src/probe/nat/nat-source.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import { counters, NETNS, picture, processRef, table, tuple } from '../support.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const curl = processRef(100, 'curl')
const nginx = processRef(200, 'nginx', NETNS + 1)

/** A client at 10.0.0.5:4000 asks for 10.0.0.1:8080; the server at 172.17.0.2:80 sees 172.17.0.1:4000. */
const translation: Translation = {
  original: { sourceIp: '10.0.0.5', sourcePort: 4000, destinationIp: '10.0.0.1', destinationPort: 8080 },
  reply: { sourceIp: '172.17.0.2', sourcePort: 80, destinationIp: '172.17.0.1', destinationPort: 4000 },
}
const connected = {
  kind: 'connected',
  timeMs: 1000,
  socket: 1,
  process: curl,
  counters: counters(),
  ...tuple('10.0.0.5', 4000, '10.0.0.1', 8080),
} as const
const accepted = {
  kind: 'accepted',
  timeMs: 1001,
  socket: 2,
  process: nginx,
  counters: counters(),
  ...tuple('172.17.0.2', 80, '172.17.0.1', 4000, NETNS + 1),
} as const
const closed = { kind: 'closed', timeMs: 1010, socket: 1, counters: counters(10, 20) } as const

type Step = 'nat' | 'unnat' | 'connected' | 'accepted' | 'closed' | 'settle'

describe('a connection whose addresses are translated', () => {
  it.each<[string, Step[]]>([
    ['told of before its ends', ['nat', 'connected', 'accepted', 'closed']],
    ['told of between its ends', ['connected', 'nat', 'accepted', 'closed']],
    ['told of after its ends', ['connected', 'accepted', 'nat', 'closed']],
    ['told of after both have counted as halves', ['connected', 'accepted', 'settle', 'nat', 'closed']],
    ['told of after it closed', ['connected', 'accepted', 'closed', 'settle', 'nat']],
    ['told of after it was translated no more', ['nat', 'unnat', 'connected', 'accepted', 'closed']],
    ['whose server comes first', ['nat', 'accepted', 'connected', 'closed']],
  ])('%s is one, to where it really went', (_, steps) => {
    const { table: t } = table()
    const act: Record<Step, () => void> = {
      nat: () => t.translations.added(translation),
      unnat: () => t.translations.removed(translation),
      connected: () => t.apply([connected]),
      accepted: () => t.apply([accepted]),
      closed: () => t.apply([closed]),
      settle: () => t.settle(2000),
    }
    for (const step of steps) act[step]()
    t.settle(2500)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 opened=1 closed=1 bytesSent=10 bytesReceived=20'])
  })

  it('with its server elsewhere carries the addresses that the server sees', () => {
    const { table: t } = table()
    t.apply([connected])
    t.settle(2000)
    t.translations.added(translation)
    expect([...t.tallies].map((r) => r.identity)).toMatchObject([
      { serverIp: '172.17.0.2', serverPort: 80, clientIp: '172.17.0.1' },
    ])
  })

  it('with its client elsewhere tells what that asked for, and from which address', () => {
    const { table: t } = table()
    t.apply([accepted])
    t.settle(2000)
    expect([...t.tallies][0]?.identity.asked).toBeUndefined()
    t.translations.added(translation)
    expect([...t.tallies].map((r) => r.identity)).toMatchObject([
      {
        serverIp: '172.17.0.2',
        serverPort: 80,
        clientIp: '10.0.0.5',
        asked: { ip: '10.0.0.1', port: 8080 },
      },
    ])
    t.apply([connected])
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 open=1 opened=1'])
  })

  it('is forgotten a while after its removal', () => {
    const { table: t } = table({ lingerMs: 100 })
    t.translations.added(translation)
    t.translations.removed(translation)
    t.settle(1000)
    t.apply([{ ...connected, timeMs: 1000 }, accepted])
    t.settle(3000)
    expect(picture(t)).toHaveLength(2)
  })
})

describe('docker-proxy', () => {
  const proxy = processRef(300, 'docker-proxy')
  const toProxy = { ...connected, ...tuple('127.0.0.1', 4000, '127.0.0.1', 8080) }
  const atProxy = { ...accepted, process: proxy, ...tuple('127.0.0.1', 8080, '127.0.0.1', 4000) }
  const fromProxy = {
    ...connected,
    timeMs: 1002,
    socket: 3,
    process: proxy,
    ...tuple('172.17.0.1', 5000, '172.17.0.2', 80),
  }
  const atServer = {
    ...accepted,
    timeMs: 1003,
    socket: 4,
    ...tuple('172.17.0.2', 80, '172.17.0.1', 5000, NETNS + 1),
  }

  it.each([
    ['in order of time', [toProxy, atProxy, fromProxy, atServer], false],
    ['with the way to the container told first', [fromProxy, atServer, toProxy, atProxy], false],
    ['told so late that it counted as the proxy’s', [toProxy, atProxy, fromProxy, atServer], true],
  ])('is no node: what it passes on is one connection, %s', (_, events, late) => {
    const { table: t } = table()
    t.apply(events.slice(0, 2))
    if (late) t.settle(9000)
    t.apply(events.slice(2))
    t.apply([closed])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 opened=1 closed=1 bytesSent=10 bytesReceived=20'])
  })

  describe('to a server with workers', () => {
    const [parent, ...workers] = [400, 401, 402].map((pid) =>
      processRef(pid, `server-${pid}`, NETNS + 1),
    ) as [ProcessRef, ProcessRef, ProcessRef]
    const listening = {
      kind: 'listening',
      timeMs: 1,
      socket: 999,
      process: parent,
      ...tuple('0.0.0.0', 80, '0.0.0.0', 0, NETNS + 1),
    } as const
    /** The events of one connection through the proxy: client, proxy, proxy onward, worker. */
    const through = (i: number, client: ProcessRef, worker: ProcessRef, timeMs: number) => {
      const common = { counters: counters(), netns: NETNS }
      return [
        { ...common, kind: 'connected', timeMs, socket: 10 * i, process: client },
        { ...common, kind: 'accepted', timeMs: timeMs + 1, socket: 10 * i + 1, process: proxy },
        { ...common, kind: 'connected', timeMs: timeMs + 2, socket: 10 * i + 2, process: proxy },
        { ...common, kind: 'accepted', timeMs: timeMs + 3, socket: 10 * i + 3, process: worker },
      ].map((event, step) => ({
        ...event,
        ...[
          tuple('127.0.0.1', 5000 + i, '127.0.0.1', 8080),
          tuple('127.0.0.1', 8080, '127.0.0.1', 5000 + i),
          tuple('172.17.0.1', 6000 + i, '172.17.0.2', 80),
          tuple('172.17.0.2', 80, '172.17.0.1', 6000 + i, NETNS + 1),
        ][step],
      })) as unknown as readonly OpenedEvent[]
    }
    const wget = processRef(101, 'wget')

    it('each connection goes to the worker that accepted it, and stays with it', () => {
      const { table: t, created } = table()
      t.apply([listening])
      for (let i = 1; i <= 10; i++)
        t.apply(through(i, i % 3 === 0 ? wget : curl, workers[i % 2] as ProcessRef, 1000 * i))
      t.settle(60_000)
      expect(picture(t).sort()).toEqual([
        'curl>server-401 172.17.0.2:80 open=4 opened=4',
        'curl>server-402 172.17.0.2:80 open=3 opened=3',
        'wget>server-401 172.17.0.2:80 open=1 opened=1',
        'wget>server-402 172.17.0.2:80 open=2 opened=2',
      ])
      expect(created).toHaveLength(4)
    })

    it('those of one client that overlap are each with a worker that served it', () => {
      const { table: t } = table()
      t.apply([listening])
      const all = [1, 2, 3].map((i) => through(i, curl, workers[i % 2] as ProcessRef, 1000))
      for (const step of [0, 1, 2, 3]) t.apply(all.map((events) => events[step] as OpenedEvent))
      t.settle(60_000)
      expect(picture(t).sort()).toEqual([
        'curl>server-401 172.17.0.2:80 open=1 opened=1',
        'curl>server-402 172.17.0.2:80 open=2 opened=2',
      ])
    })

    it('those of several clients that overlap go to who listens: which is which cannot be told', () => {
      const { table: t } = table()
      t.apply([listening])
      const all = [curl, wget].map((client, i) => through(i + 1, client, workers[i] as ProcessRef, 1000))
      for (const step of [0, 1, 2, 3]) t.apply(all.map((events) => events[step] as OpenedEvent))
      t.settle(60_000)
      expect(picture(t).sort()).toEqual([
        'curl>server-400 172.17.0.2:80 open=1 opened=1',
        'wget>server-400 172.17.0.2:80 open=1 opened=1',
      ])
    })

    it('one whose way on was not seen goes to who listens, and the next to its own', () => {
      const { table: t } = table()
      t.apply([listening])
      t.apply(through(1, curl, workers[0], 1000))
      t.apply(through(2, curl, workers[1], 2000).slice(0, 2))
      t.apply(through(3, curl, workers[1], 9000))
      t.settle(60_000)
      expect(picture(t).sort()).toEqual([
        'curl>server-400 172.17.0.2:80 open=1 opened=1',
        'curl>server-401 172.17.0.2:80 open=1 opened=1',
        'curl>server-402 172.17.0.2:80 open=1 opened=1',
      ])
    })

    it('one from another host goes to the worker, and keeps the address that its client asked for', () => {
      const { table: t } = table()
      t.apply([listening])
      t.apply(
        through(1, curl, workers[0], 1000)
          .slice(1)
          .map((event, step) =>
            step === 0 ? { ...event, ...tuple('10.0.0.1', 8080, '10.0.0.5', 5001) } : event,
          ),
      )
      t.settle(60_000)
      expect(picture(t)).toEqual(['10.0.0.5>server-401 172.17.0.2:80 open=1 opened=1'])
      expect([...t.tallies][0]?.identity.asked).toEqual({ ip: '10.0.0.1', port: 8080 })
    })

    it('those that were there before go to who listens', () => {
      const { table: t } = table()
      const held = [1, 2].flatMap((i) => through(i, curl, workers[i % 2] as ProcessRef, 1000))
      t.reconcile([
        listening,
        ...held.map((event) => ({ ...event, kind: 'held', role: 'unknown', timeMs: 1000 }) as const),
        {
          ...listening,
          socket: 998,
          process: proxy,
          ...tuple('127.0.0.1', 8080, '0.0.0.0', 0),
        },
      ])
      t.settle(60_000)
      expect(picture(t)).toEqual(['curl>server-400 172.17.0.2:80 open=2'])
    })
  })

  it('is shown itself where it opens a connection for none that it accepted', () => {
    const { table: t } = table()
    t.apply([fromProxy, atServer])
    t.settle(3900)
    expect(picture(t)).toEqual([])
    t.settle(4100)
    expect(picture(t)).toEqual(['docker-proxy>nginx 172.17.0.2:80 open=1 opened=1'])
    t.apply([{ ...closed, timeMs: 4200, socket: 3 }])
    expect(picture(t)).toEqual([
      'docker-proxy>nginx 172.17.0.2:80 opened=1 closed=1 bytesSent=10 bytesReceived=20',
    ])
  })

  it('is shown itself also where the connection has closed before that is known', () => {
    const { table: t } = table()
    t.apply([fromProxy, atServer])
    t.apply([
      { ...closed, socket: 3 },
      { ...closed, socket: 4 },
    ])
    t.settle(20_000)
    expect(picture(t)).toEqual([
      'docker-proxy>nginx 172.17.0.2:80 opened=1 closed=1 bytesSent=10 bytesReceived=20',
    ])
  })

  it('is not shown for a connection beside which it accepted another, nor for one found open at the start', () => {
    const { table: t } = table()
    const held = { ...fromProxy, kind: 'held', role: 'client', socket: 9, localPort: 5009 } as const
    t.reconcile([held])
    t.apply([fromProxy, atServer, { ...toProxy, timeMs: 2000 }, { ...atProxy, timeMs: 2001 }])
    t.apply([{ ...fromProxy, timeMs: 2002, socket: 5, localPort: 5001 }])
    t.settle(20_000)
    expect(picture(t).filter((line) => line.startsWith('docker-proxy'))).toEqual([])
  })

  it('is shown no longer when what it accepted is told of very late', () => {
    const { table: t } = table()
    t.apply([fromProxy, atServer])
    t.settle(5000)
    expect(picture(t)).toHaveLength(1)
    t.apply([toProxy, atProxy])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 open=1 opened=1'])
  })

  const atNginx = {
    kind: 'listening',
    timeMs: 1,
    socket: 99,
    process: nginx,
    ...tuple('0.0.0.0', 80, '0.0.0.0', 0, NETNS + 1),
  } as const

  it('is not shown for a connection that took it long to open', () => {
    const { table: t } = table()
    t.apply([toProxy, atProxy])
    t.settle(2000)
    t.apply([
      { ...fromProxy, timeMs: 4102, handshakeUs: 3_099_000 },
      { ...atServer, timeMs: 4103 },
    ])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 open=1 opened=1'])
  })

  it('is not shown for one that took it long to open while it went on accepting others', () => {
    const { table: t } = table()
    t.apply([atNginx, toProxy, atProxy])
    const later = [3000, 5000, 7500].flatMap((timeMs, i) => [
      { ...toProxy, socket: 10 + 2 * i, timeMs, localPort: 4010 + i },
      { ...atProxy, socket: 11 + 2 * i, timeMs: timeMs + 1, remotePort: 4010 + i },
    ])
    t.apply(later)
    t.apply([
      { ...fromProxy, timeMs: 8002, handshakeUs: 6_999_000 },
      { ...atServer, timeMs: 8003 },
    ])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 open=4 opened=4'])
  })

  it('is not shown for a connection whose client waited long to be accepted', () => {
    const { table: t } = table()
    t.apply([toProxy])
    t.settle(2000)
    t.apply([
      { ...atProxy, timeMs: 5001 },
      { ...fromProxy, timeMs: 5002 },
      { ...atServer, timeMs: 5003 },
    ])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>nginx 172.17.0.2:80 open=1 opened=1'])
  })

  it('leads one that took long to open to the worker that serves it', () => {
    const { table: t } = table()
    const worker = processRef(201, 'worker', NETNS + 1)
    t.apply([atNginx, toProxy, atProxy])
    t.settle(2000)
    t.apply([
      { ...fromProxy, timeMs: 4102, handshakeUs: 3_099_000 },
      { ...atServer, process: worker, timeMs: 4103 },
    ])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl>worker 172.17.0.2:80 open=1 opened=1'])
  })

  describe('whose accepting is not seen', () => {
    const listening = [
      atNginx,
      { ...atNginx, socket: 90, process: proxy, ...tuple('0.0.0.0', 8080, '0.0.0.0', 0) },
    ]
    const heldBy = (events: readonly OpenedEvent[], timeMs: number) =>
      events.map((event) => ({ ...event, kind: 'held', role: 'unknown', timeMs }) as const)
    /** What it accepts from another host, what it opens for that, and what the server accepts. */
    const through = (i: number, timeMs: number) =>
      [
        { ...atProxy, socket: 100 + 10 * i, timeMs, ...tuple('10.0.0.1', 8080, '10.0.0.5', 4000 + i) },
        { ...fromProxy, socket: 101 + 10 * i, timeMs: timeMs + 1, localPort: 5000 + i },
        { ...atServer, socket: 102 + 10 * i, timeMs: timeMs + 2, remotePort: 5000 + i },
      ] as const

    it('is not shown beside what a snapshot finds that it accepted', () => {
      const { table: t } = table()
      t.reconcile(listening)
      const all = [through(1, 1000), through(2, 1500), through(3, 20_000)]
      for (const [, opened, served] of all) {
        t.apply([opened, served])
        t.settle(opened.timeMs + 5000)
      }
      expect(picture(t)).toEqual(['docker-proxy>nginx 172.17.0.2:80 open=3 opened=3'])
      t.reconcile([...listening, ...heldBy(all.flat(), 31_000)])
      t.settle(60_000)
      expect(picture(t)).toEqual(['10.0.0.5>nginx 172.17.0.2:80 open=3 opened=3'])
    })

    it('is shown for a connection that had closed before the snapshot, and that alone', () => {
      const { table: t } = table()
      t.reconcile(listening)
      const [, short, served] = through(1, 29_900)
      const lasting = through(2, 1000)
      t.apply(lasting.slice(1))
      t.settle(5000)
      t.apply([short, served])
      for (const { socket } of [short, served]) t.apply([{ ...closed, timeMs: 30_500, socket }])
      t.reconcile([...listening, ...heldBy(lasting, 31_000)])
      t.settle(60_000)
      expect(picture(t).sort()).toEqual([
        '10.0.0.5>nginx 172.17.0.2:80 open=1 opened=1',
        'docker-proxy>nginx 172.17.0.2:80 opened=1 closed=1 bytesSent=10 bytesReceived=20',
      ])
    })

    it('what it opens after a snapshot is not taken for the way on of what that found', () => {
      const { table: t } = table()
      t.reconcile(listening)
      const worker = processRef(201, 'worker', NETNS + 1)
      const [first, second] = [through(1, 1000), through(2, 31_500)]
      t.apply(first.slice(1))
      t.settle(5000)
      t.reconcile([...listening, ...heldBy(first, 31_000)])
      t.apply([second[1], { ...second[2], process: worker }])
      t.settle(40_000)
      expect(picture(t)).toEqual(['10.0.0.5>nginx 172.17.0.2:80 open=1 opened=1'])
      t.reconcile([...listening, ...heldBy([...first, ...second], 62_000)])
      t.settle(70_000)
      expect(picture(t)).toEqual(['10.0.0.5>nginx 172.17.0.2:80 open=2 opened=2'])
    })
  })

  it('is a program like any other when it is not Docker’s', () => {
    const { table: t } = table({}, new Set(), () => false)
    t.apply([{ ...fromProxy, ...tuple('10.0.0.1', 5000, '1.1.1.1', 443) }, toProxy, atProxy])
    t.settle(20_000)
    expect(picture(t)).toEqual([
      'curl>docker-proxy 127.0.0.1:8080 open=1 opened=1',
      'docker-proxy> 1.1.1.1:443 open=1 opened=1',
    ])
  })

  it('leads to the container’s address when its process is not seen', () => {
    const { table: t } = table()
    t.apply([toProxy, atProxy, fromProxy])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl> 172.17.0.2:80 open=1 opened=1'])
  })

  describe.each([
    ['whose container refuses all connections', toProxy, atProxy, 0],
    // The last connection that it opened shows where it leads to.
    ['whose clients are not seen', fromProxy, atServer, 1],
  ])('%s', (_, one, other, kept) => {
    /** 1,000 connections, 20 ms apart. @returns what their sockets refer to, and nothing else does */
    const comeAndGo = (t: ReturnType<typeof table>['table'], isWhole: boolean): WeakRef<SocketCounters>[] =>
      Array.from({ length: 1000 }, (_, i) => {
        const timeMs = 1000 + 20 * i
        const port = 10_000 + i
        const ends = [
          { ...one, socket: 2 * i + 1, localPort: port, timeMs },
          { ...other, socket: 2 * i + 2, remotePort: port, timeMs: timeMs + 1 },
        ].filter(({ process }) => isWhole || process === proxy)
        t.apply(ends)
        t.settle(timeMs + 10)
        return ends.map(({ socket }, end) => {
          const last = counters()
          t.apply([{ kind: 'closed', timeMs: timeMs + 11 + end, socket, counters: last, error: 0 }])
          return new WeakRef(last)
        })
      }).flat()

    it.each([
      ['both ends', true],
      ['only its own ends', false],
    ])('keeps no connection that has closed, of which %s were seen', async (_, isWhole) => {
      const { table: t } = table()
      const closed = comeAndGo(t, isWhole)
      t.settle(100_000)
      t.settle(200_000)
      // A WeakRef holds what it refers to until the current job ends.
      await new Promise((resolve) => setImmediate(resolve))
      collectGarbage()
      expect(closed.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(kept * 2)
      expect(t.tracked).toBe(0)
    })
  })
})

describe('a socket that was handed over', () => {
  it('belongs to whoever holds it', () => {
    const { table: t } = table()
    const parent = processRef(10, 'parent')
    const child = processRef(20, 'child')
    t.apply([{ ...accepted, process: parent }])
    t.settle(2000)
    expect(picture(t)).toEqual(['172.17.0.1>parent 172.17.0.2:80 open=1 opened=1'])
    const held = { ...accepted, kind: 'held', role: 'server', timeMs: 3000 } as const
    t.reconcile([
      { ...held, process: parent },
      { ...held, process: child },
    ])
    expect(picture(t)).toEqual(['172.17.0.1>parent 172.17.0.2:80 open=1 opened=1'])
    t.reconcile([{ ...held, process: child }])
    expect(picture(t)).toEqual(['172.17.0.1>child 172.17.0.2:80 open=1 opened=1'])
  })
})

describe('addresses elsewhere', () => {
  const from = (i: number) =>
    ({
      ...accepted,
      socket: 100 + i,
      ...tuple('10.0.0.1', 80, `203.0.${i >> 8}.${i & 255}`, 40_000),
    }) as const

  it('fold by prefix when there are too many for one process and port, and none is lost', () => {
    const { table: t } = table({ remotesApart: 20 })
    for (let i = 0; i < 1000; i++) t.apply([from(i)])
    t.settle(5000)
    const records = [...t.tallies]
    expect(records).toHaveLength(20 + 4)
    expect(records.reduce((sum, { totals }) => sum + totals.opened, 0)).toBe(1000)
    expect(records.filter((r) => r.identity.remotePrefixBits === 24).map((r) => r.identity.clientIp)).toEqual(
      ['203.0.0.0', '203.0.1.0', '203.0.2.0', '203.0.3.0'],
    )
  })

  it('fold further when the prefixes are too many as well', () => {
    const { table: t } = table({ remotesApart: 2 })
    for (let i = 0; i < 1000; i++) t.apply([from(i)])
    t.settle(5000)
    expect([...t.tallies].map((r) => r.identity.remotePrefixBits)).toEqual([undefined, undefined, 24, 24, 8])
    expect([...t.tallies].reduce((sum, { totals }) => sum + totals.opened, 0)).toBe(1000)
  })

  it('are apart again when the many have gone', () => {
    const { table: t } = table({ remotesApart: 2, keepMs: 1000, keepEndedMs: 1000 })
    for (let i = 0; i < 3; i++) t.apply([from(i)])
    t.settle(2000)
    for (let i = 0; i < 3; i++)
      t.apply([{ kind: 'closed', timeMs: 2000, socket: 100 + i, counters: counters() }])
    t.tidy(10_000)
    expect(picture(t)).toEqual([])
    t.apply([{ ...from(9), timeMs: 10_000 }])
    t.settle(20_000)
    expect([...t.tallies][0]?.identity.remotePrefixBits).toBeUndefined()
  })
})
