import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionEvent, HeldEvent } from '../../../../src/probe/connections/sources/events.ts'
import { connection, counters, NETNS, picture, processRef, table, tuple } from '../support.ts'

const curl = processRef(100, 'curl')
const nginx = processRef(200, 'nginx')

describe('a connection with both ends on this host', () => {
  it('is one record with the numbers of the client', () => {
    const { table: t } = table()
    const c = connection(curl, nginx, { bytes: 500 })
    t.apply([c.connected, c.accepted])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 open=1 opened=1'])
    t.apply([c.clientClosed, c.serverClosed])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=1 closed=1 bytesSent=500 bytesReceived=1000'])
  })

  it('folds ten thousand alike into one record', () => {
    const { table: t, created } = table()
    for (let i = 0; i < 10_000; i++) {
      const c = connection(curl, nginx, { clientPort: i + 1, timeMs: i })
      t.apply([c.connected, c.accepted])
    }
    expect(created).toHaveLength(1)
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 open=10000 opened=10000'])
  })

  it('waits for the other end before it counts as half', () => {
    const { table: t } = table()
    const c = connection(curl, nginx)
    t.apply([c.connected])
    t.settle(1100)
    expect(picture(t)).toEqual([])
    t.settle(1200)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1 opened=1'])
  })

  it('moves from the half to the pair when the other end comes late', () => {
    const { table: t, removed } = table()
    const c = connection(curl, nginx, { bytes: 7 })
    t.apply([c.connected, c.clientClosed])
    t.settle(2000)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 opened=1 closed=1 bytesSent=7 bytesReceived=14'])
    t.apply([{ ...c.accepted, timeMs: 2001 } as typeof c.accepted])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=1 closed=1 bytesSent=7 bytesReceived=14'])
    expect(removed).toHaveLength(1)
  })

  it('belongs to the owner of the listener until it is accepted, then to the worker', () => {
    const { table: t } = table()
    const worker = processRef(201, 'nginx-worker')
    t.apply([
      { kind: 'listening', timeMs: 1, socket: 9000, process: nginx, ...tuple('0.0.0.0', 80, '0.0.0.0', 0) },
    ])
    const c = connection(curl, worker)
    t.apply([c.connected])
    t.settle(2000)
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 open=1 opened=1'])
    t.apply([{ ...c.accepted, timeMs: 2001 } as typeof c.accepted])
    expect(picture(t)).toEqual(['curl>nginx-worker 127.0.0.1:80 open=1 opened=1'])
  })

  it('is counted once when it is accepted long after its client has gone', () => {
    const { table: t } = table()
    t.apply([
      { kind: 'listening', timeMs: 1, socket: 9000, process: nginx, ...tuple('0.0.0.0', 80, '0.0.0.0', 0) },
    ])
    const c = connection(curl, nginx)
    t.apply([c.connected, c.clientClosed])
    t.settle(12_000)
    t.apply([{ ...c.accepted, timeMs: 12_000 } as typeof c.accepted])
    t.apply([{ ...c.serverClosed, timeMs: 12_001 } as typeof c.serverClosed])
    t.settle(13_000)
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=1 closed=1'])
    t.settle(60_000)
    expect(t.tracked).toBe(0)
  })

  it('is told apart from the next one with the same ports, made before the first was accepted', () => {
    const { table: t } = table()
    const first = connection(curl, nginx, { clientPort: 5000, bytes: 1 })
    const second = connection(curl, nginx, { clientPort: 5000, bytes: 2, timeMs: 1010 })
    t.apply([first.connected, first.clientClosed, second.connected, second.clientClosed])
    t.apply([{ ...first.accepted, timeMs: 1020 } as typeof first.accepted])
    t.apply([{ ...second.accepted, timeMs: 1021 } as typeof second.accepted])
    t.settle(5000)
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=2 closed=2 bytesSent=3 bytesReceived=6'])
  })

  const heldOf = (event: ConnectionEvent, timeMs: number, role: HeldEvent['role']) =>
    ({ ...event, kind: 'held', role, timeMs }) as HeldEvent
  const listens: ConnectionEvent = {
    ...{ kind: 'listening', timeMs: 1, socket: 9000, process: nginx },
    ...tuple('0.0.0.0', 80, '0.0.0.0', 0),
  }

  it('is found whole by a walk, though another with the same ports was never accepted', () => {
    const newer = processRef(300, 'newer')
    const { table: t } = table()
    t.reconcile([listens])
    const never = connection(newer, nginx, { clientPort: 5000, timeMs: 1000 })
    t.apply([never.connected, never.clientClosed])
    const next = connection(newer, nginx, { clientPort: 5000, timeMs: 2000 })
    t.reconcile([listens, heldOf(next.connected, 2010, 'client'), heldOf(next.accepted, 2010, 'server')])
    t.apply([next.connected, next.accepted])
    t.settle(3000)
    expect(picture(t)).toEqual(['newer>nginx 127.0.0.1:80 open=1 opened=2 closed=1'])
    t.apply([next.clientClosed, next.serverClosed])
    expect(picture(t)).toEqual(['newer>nginx 127.0.0.1:80 opened=2 closed=2'])
  })

  it('is whole again, when a walk found its end before it was told that this was accepted after its client had gone', () => {
    const { table: t } = table()
    t.reconcile([listens])
    const c = connection(curl, nginx, { clientPort: 5000, timeMs: 1000 })
    t.apply([c.connected, c.clientClosed])
    t.reconcile([listens, heldOf(c.accepted, 1010, 'server')])
    t.settle(1200)
    t.apply([
      { ...c.accepted, timeMs: 1009 } as ConnectionEvent,
      { ...c.serverClosed, timeMs: 1300 } as ConnectionEvent,
    ])
    t.settle(5000)
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:80 opened=1 closed=1'])
  })

  it('does not mix loopback of two network namespaces', () => {
    const { table: t } = table()
    const other = processRef(300, 'other', NETNS + 1)
    const c = connection(curl, nginx, { clientPort: 5555 })
    const d = connection(other, other, { clientPort: 5555 })
    t.apply([c.connected, d.accepted])
    t.settle(3000)
    expect(picture(t).sort()).toEqual([
      '127.0.0.1>other 127.0.0.1:80 open=1 opened=1',
      'curl> 127.0.0.1:80 open=1 opened=1',
    ])
    t.apply([c.accepted, d.connected])
    expect(picture(t).sort()).toEqual([
      'curl>nginx 127.0.0.1:80 open=1 opened=1',
      'other>other 127.0.0.1:80 open=1 opened=1',
    ])
  })

  it('meets over links between namespaces, also where two links have the same addresses', () => {
    const { table: t } = table()
    const servers = [1, 2].map((i) => processRef(300 + i, `server${i}`, NETNS + i))
    const clients = [1, 2].map((i) => processRef(400 + i, `client${i}`))
    for (const [i, server] of servers.entries()) {
      const c = connection(clients[i] ?? curl, server, { ip: 'fe80::1', clientPort: 5000 + i })
      t.apply([c.connected, c.accepted])
    }
    expect(picture(t)).toEqual([
      'client1>server1 fe80::1:80 open=1 opened=1',
      'client2>server2 fe80::1:80 open=1 opened=1',
    ])
  })

  it('meets across namespaces by routed addresses', () => {
    const { table: t } = table()
    const inside = processRef(300, 'inside', NETNS + 1)
    const c = connection(curl, inside, { ip: '172.17.0.2' })
    t.apply([c.connected, c.accepted])
    expect(picture(t)).toEqual(['curl>inside 172.17.0.2:80 open=1 opened=1'])
  })
})

describe('a connection that was there before', () => {
  const held = (socket: number, ref = curl, t = tuple('127.0.0.1', 50_000, '127.0.0.1', 80)) =>
    ({
      kind: 'held',
      role: 'unknown',
      timeMs: 10,
      socket,
      process: ref,
      counters: counters(1000, 1000),
      ...t,
    }) as const

  it('begins at zero, is not counted as opened, and its server is who listens', () => {
    const { table: t } = table()
    const server = tuple('127.0.0.1', 60_000, '127.0.0.1', 50_000)
    t.reconcile([
      held(1, nginx, server),
      held(2, curl, tuple('127.0.0.1', 50_000, '127.0.0.1', 60_000)),
      {
        kind: 'listening',
        timeMs: 10,
        socket: 3,
        process: nginx,
        ...tuple('127.0.0.1', 60_000, '0.0.0.0', 0),
      },
    ])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:60000 open=1'])
    t.apply([{ kind: 'counters', timeMs: 20, socket: 2, counters: counters(1500, 4000) }])
    expect(picture(t)).toEqual(['curl>nginx 127.0.0.1:60000 open=1 bytesSent=500 bytesReceived=3000'])
  })

  it.each([
    ['leads to who listens there, when that was started before the client', 50, 'nginx'],
    ['does not lead to who listens there, when that was started after the client', 150, ''],
  ])('whose other end nobody holds %s', (_, pid, expected) => {
    const { table: t } = table()
    t.reconcile([
      held(2, curl, tuple('127.0.0.1', 50_000, '127.0.0.1', 80)),
      {
        kind: 'listening',
        timeMs: 10,
        socket: 3,
        process: processRef(pid, 'nginx'),
        ...tuple('127.0.0.1', 80, '0.0.0.0', 0),
      },
    ])
    t.settle(1000)
    expect(picture(t)).toEqual([`curl>${expected} 127.0.0.1:80 open=1`])
  })

  it('takes the lower port for the server when nobody is known to listen', () => {
    const { table: t } = table()
    t.reconcile([held(1)])
    t.settle(1000)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1'])
  })

  it('counts as opened, with all it carried, when its opening is read after the walk met it', () => {
    const { table: t } = table()
    const c = connection(curl, nginx)
    t.reconcile([
      { ...held((c.connected as { socket: number }).socket), ...tuple('127.0.0.1', 50_000, '127.0.0.1', 80) },
    ])
    t.apply([c.connected])
    t.settle(2000)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1 opened=1 bytesSent=1000 bytesReceived=1000'])
  })

  it('counts as opened when its opening was missed, after the first walk', () => {
    const { table: t } = table()
    t.reconcile([])
    t.reconcile([held(1)])
    t.settle(1000)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1 opened=1 bytesSent=1000 bytesReceived=1000'])
  })

  it('stays open while the kernel holds it and no process does, and carries on', () => {
    const { table: t } = table()
    const c = connection(curl, nginx)
    const socket = (c.connected as { socket: number }).socket
    const unheld = { kind: 'unheld', timeMs: 2000, socket } as const
    t.reconcile([])
    t.apply([c.connected])
    t.settle(2000)
    for (let walk = 1; walk <= 4; walk++) {
      t.reconcile([unheld])
      t.apply([{ kind: 'counters', timeMs: 2000 + walk, socket, counters: counters(100 * walk, 10 * walk) }])
    }
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1 opened=1 bytesSent=400 bytesReceived=40'])
    t.reconcile([])
    t.reconcile([])
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 opened=1 closed=1 bytesSent=400 bytesReceived=40'])
  })

  it('is closed when two walks in a row do not meet it', () => {
    const { table: t } = table()
    t.reconcile([held(1)])
    t.settle(1000)
    t.reconcile([])
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1'])
    t.reconcile([])
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 closed=1'])
  })
})

describe('a connection that failed', () => {
  const attempt = (error: number, retransmits: number) =>
    ({
      kind: 'failed',
      timeMs: 5,
      socket: 77,
      process: curl,
      error,
      retransmits,
      ...tuple('10.0.0.1', 4444, '10.0.0.9', 5432),
    }) as const
  it.each([
    ['refused', attempt(111, 0), 'failed=1 refused=1'],
    ['timed out by the kernel', attempt(110, 6), 'failed=1 timedOut=1 retransmits=6'],
    ['given up after a retransmission', attempt(0, 1), 'failed=1 timedOut=1 retransmits=1'],
    ['without a route to the network', attempt(101, 0), 'failed=1 unreachable=1'],
    [
      'without a route to the host, as a router says after a while',
      attempt(113, 3),
      'failed=1 unreachable=1 retransmits=3',
    ],
    ['prohibited, as a router says', attempt(13, 0), 'failed=1 unreachable=1'],
    ['without a local port', attempt(99, 0), 'failed=1 outOfPorts=1'],
    ['for any other reason', attempt(105, 0), 'failed=1'],
    ['given up before any answer', attempt(0, 0), 'abandoned=1'],
  ])('%s', (_, event, numbers) => {
    const { table: t } = table()
    t.apply([event])
    expect(picture(t)).toEqual([`curl> 10.0.0.9:5432 ${numbers}`])
  })
})

describe('records', () => {
  it('stay for as long as they are kept after their last event, then go', () => {
    const { table: t, removed } = table({ keepMs: 15_000 })
    const c = connection(curl, nginx, { timeMs: 1000 })
    t.apply([c.connected, c.accepted])
    t.tidy(100_000)
    expect(removed).toHaveLength(0)
    t.apply([{ ...c.clientClosed, timeMs: 100_000 } as typeof c.clientClosed])
    t.tidy(114_999)
    expect(removed).toHaveLength(0)
    t.tidy(115_000)
    expect(removed).toHaveLength(1)
    expect(picture(t)).toEqual([])
  })

  it('of what calls every 20 s are one with growing totals', () => {
    const { table: t, created, removed } = table()
    for (let i = 0; i < 30; i++) {
      const c = connection(curl, nginx, { timeMs: 20_000 * i, bytes: 10 })
      t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
      for (let s = 1; s < 20; s++) t.tidy(20_000 * i + 1000 * s)
    }
    expect(picture(t)).toEqual([
      'curl>nginx 127.0.0.1:80 opened=30 closed=30 bytesSent=300 bytesReceived=600',
    ])
    expect([created.length, removed.length]).toEqual([1, 0])
    expect(created[0]?.sinceMs).toBeLessThan(20)
  })

  it('do not vanish with an open connection when what was counted before is moved late', () => {
    const { table: t } = table({ keepMs: 15_000 })
    const early = connection(curl, nginx, { timeMs: 1000 })
    t.apply([early.connected, early.clientClosed])
    t.settle(2000)
    t.tidy(17_000)
    expect(picture(t)).toEqual([])
    const late = connection(curl, nginx, { timeMs: 20_000 })
    t.apply([late.connected])
    t.settle(21_000)
    expect(picture(t)).toEqual(['curl> 127.0.0.1:80 open=1 opened=1'])
    t.apply([{ ...early.accepted, timeMs: 22_000 } as typeof early.accepted])
    t.tidy(22_000)
    expect(picture(t)).toEqual([
      'curl> 127.0.0.1:80 open=1 opened=1',
      'curl>nginx 127.0.0.1:80 opened=1 closed=1',
    ])
  })

  it('count a connection once that is accepted after its client has been folded with others', () => {
    const exited = new Set(Array.from({ length: 20 }, (_, i) => 500 + i))
    const { table: t } = table({}, exited)
    const all = [...exited].map((pid) => connection(processRef(pid, 'curl'), nginx))
    const listening = { kind: 'listening', timeMs: 1, socket: 9999, process: nginx } as const
    t.apply([{ ...listening, ...tuple('127.0.0.1', 80, '0.0.0.0', 0) }])
    for (const { connected, clientClosed } of all) t.apply([connected, clientClosed])
    t.settle(1200)
    t.tidy(1300)
    for (const { accepted, serverClosed } of all) t.apply([accepted, serverClosed])
    t.settle(1500)
    t.tidy(1600)
    expect(picture(t)).toEqual(['(curl)>nginx 127.0.0.1:80 opened=20 closed=20'])
  })

  it('begin when their first connection did, however late it was moved to them, and tell what was moved whole', () => {
    const { table: t } = table()
    const [first, second] = [connection(curl, nginx), connection(curl, nginx, { timeMs: 1500 })]
    t.apply([first.connected, second.connected])
    t.settle(2000)
    const [half] = t.tallies
    if (half) half.wasTold = true
    t.apply([{ ...first.accepted, timeMs: 2001 } as typeof first.accepted])
    const told = () => [...t.tallies].map(({ sinceMs, absorbed }) => ({ sinceMs, absorbed }))
    expect(told()).toEqual([
      { sinceMs: 1000, absorbed: [] },
      { sinceMs: 1000, absorbed: [] },
    ])
    t.apply([{ ...second.accepted, timeMs: 2002 } as typeof second.accepted])
    expect(told()).toEqual([{ sinceMs: 1000, absorbed: [half?.id] }])
  })

  it('fold exited clients that are alike when there are more than eight, and keep the totals', () => {
    const exited = new Set(Array.from({ length: 20 }, (_, i) => 500 + i))
    const { table: t } = table({}, exited)
    for (let i = 0; i < 9; i++) {
      const c = connection(processRef(500 + i, 'curl'), nginx, { bytes: 10 })
      t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
    }
    expect(picture(t)).toHaveLength(9)
    t.tidy(2000)
    expect(picture(t)).toEqual(['(curl)>nginx 127.0.0.1:80 opened=9 closed=9 bytesSent=90 bytesReceived=180'])
    const late = connection(processRef(510, 'curl'), nginx, { bytes: 10 })
    t.apply([late.connected, late.accepted, late.clientClosed])
    expect(picture(t)).toEqual([
      '(curl)>nginx 127.0.0.1:80 opened=10 closed=10 bytesSent=100 bytesReceived=200',
    ])
    expect([...t.tallies][0]?.clients?.count).toBe(10)
  })

  it('leave nothing behind when all is over', () => {
    const { table: t } = table()
    for (let i = 0; i < 500; i++) {
      const c = connection(curl, nginx, { timeMs: i })
      t.apply([c.connected, c.accepted, c.clientClosed, c.serverClosed])
    }
    t.settle(10_000)
    t.tidy(700_000)
    expect(t.tracked).toBe(0)
    expect(picture(t)).toEqual([])
  })
})

describe('any order of the events of one connection within a drain', () => {
  it('gives the same totals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        fc.boolean(),
        (connections, seed, settleBetween) => {
          const { table: t } = table()
          const all = Array.from({ length: connections }, (_, i) =>
            connection(curl, nginx, { clientPort: 1000 + i, bytes: i, timeMs: 10 * i }),
          )
          const opens = all.flatMap((c) => [c.connected, c.accepted])
          // a socket's own events come in order; between sockets anything goes
          const shuffled = [...opens].sort(
            (a, b) => ((a.timeMs * 7919 + seed) % 101) - ((b.timeMs * 7919 + seed) % 101),
          )
          t.apply(shuffled)
          if (settleBetween) t.settle(100_000)
          t.apply(all.flatMap((c) => [c.serverClosed, c.clientClosed]))
          t.settle(200_000)
          const bytes = (connections * (connections - 1)) / 2
          const moved = bytes > 0 ? ` bytesSent=${bytes} bytesReceived=${2 * bytes}` : ''
          expect(picture(t)).toEqual([
            `curl>nginx 127.0.0.1:80 opened=${connections} closed=${connections}${moved}`,
          ])
        },
      ),
    )
  })
})

describe('whatever events are lost', () => {
  it('after the next walks what is open is right, and nothing is counted twice', () => {
    const connections = fc.array(
      fc.record({
        lostOpening: fc.constantFrom('none', 'client', 'server', 'both'),
        lostClose: fc.constantFrom('none', 'client', 'server', 'both'),
        closes: fc.boolean(),
      }),
      { minLength: 1, maxLength: 30 },
    )
    const lost = (what: string, side: string) => what === side || what === 'both'
    fc.assert(
      fc.property(connections, fc.boolean(), (world, settleBetween) => {
        const { table: t } = table()
        t.reconcile([])
        const made = world.map((fate, i) => ({
          fate,
          ...connection(curl, nginx, { clientPort: 1000 + i, timeMs: 10 * i }),
        }))
        for (const { fate, connected, accepted } of made) {
          if (!lost(fate.lostOpening, 'client')) t.apply([connected])
          if (!lost(fate.lostOpening, 'server')) t.apply([accepted])
        }
        if (settleBetween) t.settle(5000)
        const open = made.filter(({ fate }) => !fate.closes)
        for (const { fate, clientClosed, serverClosed } of made) {
          if (!fate.closes) continue
          if (!lost(fate.lostClose, 'client')) t.apply([clientClosed])
          if (!lost(fate.lostClose, 'server')) t.apply([serverClosed])
        }
        const walk = open.flatMap(({ connected, accepted }) => [
          { ...connected, kind: 'held', role: 'client', timeMs: 6000 } as HeldEvent,
          { ...accepted, kind: 'held', role: 'server', timeMs: 6000 } as HeldEvent,
        ])
        t.reconcile(walk)
        t.settle(7000)
        t.reconcile(walk)
        t.settle(8000)
        // one that was short and whose opening was lost on both sides left no trace to find
        const traceless = made.filter(({ fate }) => fate.closes && fate.lostOpening === 'both').length
        const sums = { open: 0, opened: 0, closed: 0 }
        for (const { totals, identity } of t.tallies) {
          if (identity.client === undefined && identity.server === undefined) throw new Error('nobody')
          sums.open += totals.open
          sums.opened += totals.opened
          sums.closed += totals.closed
        }
        expect(sums).toEqual({
          open: open.length,
          opened: made.length - traceless,
          closed: made.length - open.length - traceless,
        })
      }),
    )
  })
})
