import { expect, test } from 'vitest'
import { DockerProxies } from '../../../src/probe/connections/docker-proxies.ts'
import { ProcessTable } from '../../../src/probe/process/process-table.ts'
import { around, type FakeProcess, FakeProcesses } from '../process/fake-processes.ts'

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
  const table = new ProcessTable(around(processes), () => 0)
  const proxies = new DockerProxies({ netns: NETNS, nodeOf: (ref) => table.nodeAtConnect(ref) })
  const ask = (comm = 'docker-proxy') =>
    proxies.isProxy({ pid: 7, startTicks: 5, comm, cgroupId: 0, netns: NETNS })
  return { processes, table, proxies, ask }
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
  const { processes, table, ask } = judged({ ...dockers, comm: 'dockerd', executable: '/usr/bin/dockerd' })
  table.scan()
  processes.change(7, dockers)
  expect(ask('dockerd')).toBe(false)
  expect(ask()).toBe(true)
})

test('it is decided once for a process, until that has ended', () => {
  const { processes, table, proxies, ask } = judged(dockers)
  ask()
  processes.end(7)
  table.scan()
  proxies.forget(() => false)
  expect(ask()).toBe(true)
  proxies.forget(() => true)
  expect(ask()).toBe(false)
})
