import { describe, expect, it } from 'vitest'
import type { Translation } from '../../../../src/probe/nat/nat-source.ts'
import { counters, NETNS, picture, processRef, table, tuple } from '../support.ts'

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

  it('with its client elsewhere tells what that asked for', () => {
    const { table: t } = table()
    t.apply([accepted])
    t.settle(2000)
    expect([...t.tallies][0]?.identity.asked).toBeUndefined()
    t.translations.added(translation)
    expect([...t.tallies].map((r) => r.identity)).toMatchObject([
      {
        serverIp: '172.17.0.2',
        serverPort: 80,
        clientIp: '172.17.0.1',
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

  it('leads to the container’s address when its process is not seen', () => {
    const { table: t } = table()
    t.apply([toProxy, atProxy, fromProxy])
    t.settle(20_000)
    expect(picture(t)).toEqual(['curl> 172.17.0.2:80 open=1 opened=1'])
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
