import { describe, expect, it } from 'vitest'
import type { ConnectionEvent, WaitingEvent } from '../../../../src/probe/connections/sources/events.ts'
import type { ConnectionTable } from '../../../../src/probe/connections/table/connection-table.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import { counters, picture, processRef, table, tuple } from '../support.ts'

const nginx = processRef(200, 'nginx')
const worker = processRef(201, 'worker')
const heir = processRef(202, 'heir')
const proxy = processRef(203, 'docker-proxy')
const curl = processRef(100, 'curl')

const HERE = '10.0.0.1'
const AWAY = '10.0.0.9'
const LISTENING = 9000

const listening = (process: ProcessRef, socket = LISTENING): ConnectionEvent => ({
  ...{ kind: 'listening', timeMs: 1, socket, process },
  ...tuple('0.0.0.0', 80, '0.0.0.0', 0),
})
const waiting = (timeMs: number, clientPort = 40_001, ip = AWAY, socket = LISTENING): WaitingEvent => ({
  ...{ kind: 'waiting', timeMs, socket, process: nginx },
  ...tuple(HERE, 80, ip, clientPort),
})
const accepted = (timeMs: number, process: ProcessRef, clientPort = 40_001): ConnectionEvent => ({
  ...{ kind: 'accepted', timeMs, socket: 7, process, counters: counters() },
  ...tuple(HERE, 80, AWAY, clientPort),
})

/** A table that has seen one empty list of what waits, and a process that listens. */
const listeningTable = (process: ProcessRef = nginx, exited: ReadonlySet<number> = new Set()) => {
  const made = table({}, exited)
  made.table.reconcile([listening(process)])
  made.table.waiting([])
  return made
}
/** Looks until a connection of which only one end is known is told. */
const look = (t: ConnectionTable, timeMs: number, events: (timeMs: number) => readonly WaitingEvent[]) => {
  t.waiting(events(timeMs))
  t.settle(timeMs + 200)
}

describe('a connection from elsewhere that nobody has accepted', () => {
  it('is the process’s that listens, then the worker’s that accepts it', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => [waiting(at)])
    look(t, 2000, (at) => [waiting(at)])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=1 opened=1`])
    expect([...t.accounts].map(({ connection }) => connection.clientPort)).toEqual([40_001])
    t.apply([accepted(3000, worker)])
    expect(picture(t)).toEqual([`${AWAY}>worker ${HERE}:80 open=1 opened=1`])
    t.apply([{ kind: 'counters', timeMs: 3100, socket: 7, counters: counters(20, 10) }])
    t.waiting([])
    t.waiting([])
    t.apply([{ kind: 'closed', timeMs: 4000, socket: 7, counters: counters(20, 10), error: 0 }])
    expect(picture(t)).toEqual([`${AWAY}>worker ${HERE}:80 opened=1 closed=1 bytesSent=10 bytesReceived=20`])
  })

  it('is counted as accepted when it is, and once', () => {
    const { table: t } = listeningTable()
    const uses = () => [...t.listeners].map(({ use }) => use.accepted)
    look(t, 1000, (at) => [waiting(at)])
    expect(uses()).toEqual([0])
    t.apply([accepted(2000, nginx), accepted(2000, nginx)])
    expect(uses()).toEqual([1])
  })

  it('is not told when it is accepted at once', () => {
    const { table: t, created } = listeningTable()
    t.waiting([waiting(1000)])
    t.apply([accepted(1001, worker)])
    t.settle(2000)
    expect(picture(t)).toEqual([`${AWAY}>worker ${HERE}:80 open=1 opened=1`])
    expect(created).toHaveLength(1)
  })

  it('stays while open files are walked over, which do not show it', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => [waiting(at)])
    for (let i = 0; i < 3; i++) t.reconcile([listening(nginx)])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=1 opened=1`])
  })

  it('has ended when it is missing twice, and not before: that it was accepted may be yet to come', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => [waiting(at)])
    t.waiting([])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=1 opened=1`])
    t.waiting([])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 opened=1 closed=1`])
    // The next one from the same port.
    look(t, 9000, (at) => [waiting(at)])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=1 opened=2 closed=1`])
  })

  it('counts from zero when it may be older than what watches', () => {
    const { table: t } = table()
    t.reconcile([listening(nginx)])
    look(t, 1000, (at) => [waiting(at)])
    look(t, 2000, (at) => [waiting(at), waiting(at, 40_002)])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=2 opened=1`])
  })

  it('passes with the listening socket to another process', () => {
    const exited = new Set<number>()
    const { table: t } = listeningTable(nginx, exited)
    look(t, 1000, (at) => [waiting(at)])
    exited.add(nginx.pid)
    t.reconcile([listening(heir)])
    look(t, 2000, (at) => [waiting(at)])
    expect(picture(t)).toEqual([`${AWAY}>heir ${HERE}:80 open=1 opened=1`])
  })

  it('is that of the socket in whose queue it is, where several share a port', () => {
    const { table: t } = table()
    t.reconcile([listening(nginx, 1), listening(heir, 2)])
    look(t, 1000, (at) => [waiting(at, 40_001, AWAY, 1), waiting(at, 40_002, AWAY, 2)])
    expect(picture(t)).toEqual([`${AWAY}>nginx ${HERE}:80 open=1`, `${AWAY}>heir ${HERE}:80 open=1`])
  })

  it.each([
    ['whose client is on this host, and known', nginx, HERE],
    ['at a proxy, which pairs by order what it accepts and what it opens', proxy, AWAY],
  ])('changes nothing when it is one %s', (_, process, ip) => {
    const { table: t } = listeningTable(process)
    const connected: ConnectionEvent = {
      ...{ kind: 'connected', timeMs: 500, socket: 3, process: curl, counters: counters() },
      ...tuple(HERE, 40_001, HERE, 80),
    }
    if (ip === HERE) t.apply([connected])
    t.settle(900)
    const before = picture(t)
    look(t, 1000, (at) => [waiting(at, 40_001, ip)])
    expect(picture(t)).toEqual(before)
  })

  it('of an unknown listening socket is left out', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => [waiting(at, 40_001, AWAY, 1)])
    expect(picture(t)).toEqual([])
  })

  it('joins its client that is told later', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => [waiting(at, 40_001, HERE)])
    t.apply([
      {
        ...{ kind: 'connected', timeMs: 999, socket: 3, process: curl, counters: counters() },
        ...tuple(HERE, 40_001, HERE, 80),
      },
    ])
    t.settle(1500)
    expect(picture(t)).toEqual([`curl>nginx ${HERE}:80 open=1 opened=1`])
  })

  it('is forgotten with all it was once it has ended', () => {
    const { table: t } = listeningTable()
    look(t, 1000, (at) => Array.from({ length: 50 }, (_, i) => waiting(at, 40_000 + i)))
    expect(t.tracked).toBe(50)
    t.waiting([])
    t.waiting([])
    t.settle(4000)
    t.settle(40_000)
    expect(t.tracked).toBe(0)
  })
})
