import { describe, expect, test } from 'vitest'
import { DockerProxies } from '../../../src/probe/connections/docker-proxies.ts'
import type { ConnectionEvent } from '../../../src/probe/connections/sources/events.ts'
import { ProcessTable } from '../../../src/probe/process/process-table.ts'
import { around, type FakeProcess, FakeProcesses } from '../process/fake-processes.ts'
import { counters, picture, processRef, table, tuple } from './support.ts'

/** The probe's, as in the fake processes. */
const NETNS = 1
const inContainer = `0::/docker/${'a1'.repeat(32)}\n`
const dockers: FakeProcess = {
  startTicks: 5,
  comm: 'docker-proxy',
  uid: 0,
  executable: '/usr/bin/docker-proxy',
  netns: NETNS,
}

const judged = (process?: FakeProcess) => {
  const processes = new FakeProcesses()
  if (process) processes.start(7, process)
  const known = new ProcessTable(around(processes), () => 0)
  const proxies = new DockerProxies({ netns: NETNS, nodeOf: (ref) => known.nodeAtConnect(ref) })
  const ask = (comm = 'docker-proxy') =>
    proxies.isProxy({ pid: 7, startTicks: 5, comm, cgroupId: 0, netns: NETNS })
  return { processes, known, proxies, ask }
}

test.each<[string, Partial<FakeProcess>, boolean]>([
  ['runs it as root', {}, true],
  ['has it replaced by an update', { executable: '/usr/libexec/docker/docker-proxy (deleted)' }, true],
  ['may not be read', { executable: undefined as never, netns: null }, true],
  ['has only given itself the name', { executable: '/usr/bin/python3' }, false],
  ['runs something with a name like it', { executable: '/tmp/not-docker-proxy' }, false],
  ['is not root', { uid: 1000 }, false],
  ['is in a container', { cgroup: inContainer }, false],
  ['is in another network namespace', { netns: 2 }, false],
])('a process that %s', (_, change, expected) => {
  expect(judged({ ...dockers, ...change }).ask()).toBe(expected)
})

test('a process that was gone before it could be read is none', () => {
  expect(judged().ask()).toBe(false)
})

test('a process that has executed the proxy since it was read is one', () => {
  const { processes, known, ask } = judged({ ...dockers, comm: 'dockerd', executable: '/usr/bin/dockerd' })
  known.scan()
  processes.change(7, dockers)
  expect(ask('dockerd')).toBe(false)
  expect(ask()).toBe(true)
})

test('it is decided once for a process, until a minute after that has ended', () => {
  const { processes, known, proxies, ask } = judged(dockers)
  ask()
  processes.end(7)
  known.scan()
  proxies.forget(0, () => false)
  proxies.forget(100_000, () => false)
  expect(ask()).toBe(true)
  proxies.forget(100_000, () => true)
  proxies.forget(159_999, () => true)
  expect(ask()).toBe(true)
  proxies.forget(160_000, () => true)
  expect(ask()).toBe(false)
})

test('one that only has the name is forgotten as soon as it has ended', () => {
  const { processes, known, proxies, ask } = judged({ ...dockers, uid: 1000 })
  expect(ask()).toBe(false)
  processes.end(7)
  known.scan()
  processes.start(7, dockers)
  known.scan()
  expect(ask()).toBe(false)
  proxies.forget(0, () => true)
  expect(ask()).toBe(true)
})

describe('a proxy that ends while the container has not accepted what it passes on', () => {
  const proxy = processRef(7, 'docker-proxy', NETNS)
  const curl = processRef(100, 'curl')
  const server = processRef(200, 'server', NETNS + 1)
  const opened = { timeMs: 1000, counters: counters() }
  const toProxy: ConnectionEvent = {
    ...{ ...opened, kind: 'connected', socket: 1, process: curl },
    ...tuple('127.0.0.1', 4000, '127.0.0.1', 8080),
  }
  const atProxy: ConnectionEvent = {
    ...{ ...opened, kind: 'accepted', socket: 2, process: proxy },
    ...tuple('127.0.0.1', 8080, '127.0.0.1', 4000),
  }
  const fromElsewhere: ConnectionEvent = {
    ...{ ...opened, kind: 'accepted', socket: 2, process: proxy },
    ...tuple('10.0.0.1', 8080, '10.0.0.5', 4000),
  }
  const fromProxy: ConnectionEvent = {
    ...{ ...opened, kind: 'connected', socket: 3, process: proxy, timeMs: 1001 },
    ...tuple('172.17.0.1', 5000, '172.17.0.2', 80),
  }
  const atServer: ConnectionEvent = {
    ...{ ...opened, kind: 'accepted', socket: 4, process: server, timeMs: 13_000 },
    ...tuple('172.17.0.2', 80, '172.17.0.1', 5000, NETNS + 1),
  }

  const end = (events: readonly ConnectionEvent[]) => {
    const { processes, known, proxies } = judged({ ...dockers, startTicks: proxy.startTicks })
    const { table: t } = table({}, new Set([proxy.pid]), (process) => proxies.isProxy(process))
    t.apply(events)
    t.settle(2000)
    processes.end(proxy.pid)
    known.scan()
    t.apply([1, 2, 3].map((socket) => ({ kind: 'closed', timeMs: 3000, socket, error: 0 })))
    for (let nowMs = 3000; nowMs < 12_000; nowMs += 1000) {
      proxies.forget(nowMs, (process) => known.hasExited(process))
      t.tidy(nowMs)
      t.settle(nowMs)
    }
    return t
  }

  test('is no end of a connection when that accepts', () => {
    const t = end([toProxy, atProxy, fromProxy])
    t.apply([atServer])
    t.settle(14_000)
    expect(picture(t)).toEqual(['curl> 172.17.0.2:80 opened=1 closed=1'])
  })

  test('is no end of a connection when its translation is told', () => {
    const t = end([fromElsewhere, fromProxy])
    expect(picture(t)).toEqual(['10.0.0.5> 172.17.0.2:80 opened=1 closed=1'])
    t.translations.added({
      original: { sourceIp: '10.0.0.9', sourcePort: 4001, destinationIp: '10.0.0.1', destinationPort: 8081 },
      reply: { sourceIp: '10.0.0.1', sourcePort: 8080, destinationIp: '10.0.0.5', destinationPort: 4000 },
    })
    t.settle(14_000)
    expect(picture(t)).toEqual(['10.0.0.9> 172.17.0.2:80 opened=1 closed=1'])
  })
})
