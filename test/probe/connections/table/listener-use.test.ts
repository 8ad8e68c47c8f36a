import { describe, expect, it } from 'vitest'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { listenerRecords } from '../../../../src/probe/connections/telling/listener-records.ts'
import { ListeningFacts } from '../../../../src/probe/connections/telling/listening-facts.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import { facts } from '../../../../src/report/facts.ts'
import { processNode } from '../../../support/reports/reports.ts'
import { counters, NETNS, processRef, table, tuple } from '../support.ts'

const web = processRef(1)
const worker = processRef(2)
const client = processRef(9)

const listens = (socket: number, ip: string, process: ProcessRef, netns = NETNS): ConnectionEvent => ({
  kind: 'listening',
  timeMs: 1000,
  socket,
  process,
  ...tuple(ip, 80, '0.0.0.0', 0, netns),
})
const opens = (
  kind: 'accepted' | 'connected' | 'held',
  socket: number,
  more: {
    at?: string
    from?: string
    timeMs?: number
    process?: ProcessRef
    netns?: number
    port?: number
  } = {},
): ConnectionEvent => {
  const { at = '10.0.0.1', from = '10.0.0.7', timeMs = 5000, process = web, netns = NETNS, port = 80 } = more
  const common = {
    timeMs,
    socket,
    process,
    counters: counters(),
    ...tuple(at, port, from, 40_000 + socket, netns),
  }
  return kind === 'held' ? { kind, role: 'unknown', ...common } : { kind, ...common }
}

const context = {
  hostNetns: NETNS,
  offsetMs: -500,
  completeSinceMs: 0,
  nodeId: ({ pid }: ProcessRef) => `alpha;${pid}`,
}
const used = (events: readonly ConnectionEvent[], found: readonly ConnectionEvent[] = []) => {
  const { table: made } = table()
  made.reconcile(found)
  made.apply(events)
  return listenerRecords(made.listeners, context).map(
    ({ process, ip, isInHostNetwork, sinceMs, accepted, firstMs = '-', lastMs = '-', lastPeer = '-' }) =>
      `${process} ${ip}${isInHostNetwork ? '' : ' elsewhere'} since ${sinceMs}: ${accepted}, ${firstMs} to ${lastMs}, ${lastPeer}`,
  )
}

describe('a listener counts what comes in at it', () => {
  it.each<[string, readonly ConnectionEvent[], readonly string[]]>([
    ['nothing', [listens(1, '0.0.0.0', web)], ['alpha;1 0.0.0.0 since 500: 0, - to -, -']],
    [
      'each connection once, with when and from where',
      [
        listens(1, '0.0.0.0', web),
        opens('accepted', 2),
        opens('accepted', 3, { timeMs: 7000, from: '10.0.0.8' }),
        opens('held', 3, { timeMs: 8000 }),
      ],
      ['alpha;1 0.0.0.0 since 500: 2, 4500 to 6500, 10.0.0.8'],
    ],
    [
      'neither what a program opens itself, nor what comes to another port',
      [
        listens(1, '0.0.0.0', web),
        opens('connected', 2, { port: 80 }),
        opens('accepted', 3, { port: 81 }),
        opens('connected', 4, { at: '10.0.0.7', from: '10.0.0.1', process: client }),
      ],
      ['alpha;1 0.0.0.0 since 500: 0, - to -, -'],
    ],
    [
      'at its own address before every address, and in its own namespace',
      [
        listens(1, '0.0.0.0', web),
        listens(2, '127.0.0.1', worker),
        listens(3, '0.0.0.0', worker, 7),
        opens('accepted', 4, { at: '127.0.0.1', from: '127.0.0.1', process: worker }),
        opens('accepted', 5),
        opens('accepted', 6),
      ],
      [
        'alpha;1 0.0.0.0 since 500: 2, 4500 to 4500, 10.0.0.7',
        'alpha;2 127.0.0.1 since 500: 1, 4500 to 4500, 127.0.0.1',
        'alpha;2 0.0.0.0 elsewhere since 500: 0, - to -, -',
      ],
    ],
    [
      'IPv4 at the socket for IPv4, else at the one for both',
      [
        listens(1, '::', web),
        opens('accepted', 3),
        listens(2, '0.0.0.0', worker),
        opens('accepted', 4, { process: worker }),
        opens('accepted', 5, { at: 'fd00::1', from: 'fd00::2' }),
      ],
      [
        'alpha;1 :: since 500: 2, 4500 to 4500, fd00::2',
        'alpha;2 0.0.0.0 since 500: 1, 4500 to 4500, 10.0.0.7',
      ],
    ],
    [
      'where several share the port, at the socket of who accepts; sockets alike of one process are one',
      [
        listens(1, '0.0.0.0', web),
        listens(2, '0.0.0.0', worker),
        listens(3, '0.0.0.0', worker),
        opens('accepted', 4, { process: worker }),
        opens('accepted', 5, { timeMs: 9000, process: worker, from: '10.0.0.9' }),
        opens('accepted', 6),
      ],
      [
        'alpha;1 0.0.0.0 since 500: 1, 4500 to 4500, 10.0.0.7',
        'alpha;2 0.0.0.0 since 500: 2, 4500 to 8500, 10.0.0.9',
      ],
    ],
  ])('%s', (_, events, expected) => expect(used(events)).toEqual(expected))

  it('with what was open when it was met, and what the walks find later', () => {
    const before = [listens(1, '0.0.0.0', web), opens('held', 2)]
    expect(used([], before)).toEqual(['alpha;1 0.0.0.0 since 500: 1, 4500 to 4500, 10.0.0.7'])
    const { table: made } = table()
    made.reconcile(before)
    made.reconcile([...before, opens('held', 3, { timeMs: 6000, from: '10.0.0.8' })])
    expect(listenerRecords(made.listeners, context)).toMatchObject([{ accepted: 2, lastPeer: '10.0.0.8' }])
  })

  it('and says when some may have been missed', () => {
    const { table: made } = table()
    made.apply([listens(1, '0.0.0.0', web)])
    const missed = (completeSinceMs: number) =>
      listenerRecords(made.listeners, { ...context, completeSinceMs })[0]?.mayHaveMissed
    expect([missed(0), missed(1000), missed(1001), missed(Number.POSITIVE_INFINITY)]).toEqual([
      undefined,
      undefined,
      true,
      true,
    ])
  })

  it('from the start when it listens anew', () => {
    const { table: made } = table()
    made.apply([
      listens(1, '0.0.0.0', web),
      opens('accepted', 2),
      { kind: 'unlistened', timeMs: 6000, socket: 1 },
    ])
    expect(listenerRecords(made.listeners, context)).toEqual([])
    made.apply([listens(4, '0.0.0.0', web)])
    expect(listenerRecords(made.listeners, context)).toMatchObject([{ accepted: 0 }])
  })
})

describe('what was never used is a fact', () => {
  const isProxy = ({ pid }: ProcessRef) => pid === 3
  const proxy = processRef(3, 'docker-proxy')
  const neverUsed = (events: readonly ConnectionEvent[], completeSinceMs = 0) => {
    const { table: made } = table()
    made.apply(events)
    const node = ({ pid }: ProcessRef) => processNode('alpha', pid)
    const told = new ListeningFacts(isProxy).of(made.listeners, NETNS, 0, node, completeSinceMs)
    return [...told].map(([id, known]) => `${id}: ${known[facts.neverUsedAddresses] ?? 'unknown'}`)
  }

  it('of addresses without a connection, while every connection is seen', () => {
    const both = [listens(1, '0.0.0.0', web), listens(2, '::', web)]
    expect(neverUsed(both)).toEqual(['alpha;1: 0.0.0.0:80,[::]:80'])
    expect(neverUsed([...both, opens('accepted', 3)])).toEqual(['alpha;1: [::]:80'])
    expect(neverUsed([...both, opens('accepted', 3), opens('accepted', 4, { at: 'fd00::1' })])).toEqual([
      'alpha;1: ',
    ])
    expect(neverUsed(both, Number.POSITIVE_INFINITY)).toEqual(['alpha;1: unknown'])
    // Something was missed after it was met.
    expect(neverUsed(both, 1001)).toEqual(['alpha;1: unknown'])
    expect(neverUsed(both, 1000)).toEqual(['alpha;1: 0.0.0.0:80,[::]:80'])
  })

  it('not of docker-proxy, past which connections are led', () => {
    expect(neverUsed([listens(1, '0.0.0.0', proxy)])).toEqual(['alpha;3: unknown'])
  })

  it('that changes with the first connection, not with the next', () => {
    const { table: made } = table()
    const listening = new ListeningFacts(isProxy)
    const tell = () => listening.of(made.listeners, NETNS, 0, ({ pid }) => processNode('alpha', pid), 0)
    made.apply([listens(1, '0.0.0.0', web)])
    const never = tell()
    expect(tell()).toBe(never)
    made.apply([opens('accepted', 2)])
    const once = tell()
    expect(once).not.toEqual(never)
    made.apply([opens('accepted', 3), opens('accepted', 4)])
    expect(tell()).toBe(once)
  })
})
