import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ProcessRef } from '../../../src/probe/process/directory.ts'
import { ProcessTable } from '../../../src/probe/process/process-table.ts'
import { around, FakeProcesses } from './fake-processes.ts'

const A = 'a1'.repeat(32)
const inContainer = `1:name=systemd:/docker/${A}\n`

let now: number
let proc: FakeProcesses
let table: ProcessTable
beforeEach(() => {
  now = 0
  proc = new FakeProcesses()
  table = new ProcessTable(
    around(proc, undefined, () => now),
    () => now,
  )
})

const scan = (times = 1): boolean => {
  let cameOrWent = false
  for (let i = 0; i < times; i++) {
    now += 1000
    cameOrWent = table.scan() || cameOrWent
  }
  return cameOrWent
}
const ref = (pid: number, startTicks: number, more: Partial<ProcessRef> = {}): ProcessRef => ({
  pid,
  startTicks,
  comm: 'prog',
  cgroupId: 0,
  netns: 0,
  ...more,
})
const ids = () => table.nodes().map(({ id }) => id)
const exited = () =>
  table
    .nodes()
    .filter(({ facts }) => facts.exited)
    .map(({ id }) => id)

describe('what ps tells of it', () => {
  const factsOf = (pid: number) => table.nodes().find(({ facts }) => facts.pid === pid)?.facts ?? {}

  test('user, program and working directory; the name of a user only outside of containers', () => {
    const program = { executable: '/usr/bin/prog', workingDirectory: '/srv' }
    proc.start(7, { startTicks: 250, uid: 1000, ...program })
    proc.start(8, { startTicks: 251, uid: 1000, cgroup: inContainer, ...program })
    proc.start(9, { startTicks: 252, uid: 4711 })
    scan()
    expect(factsOf(7)).toMatchObject({
      uid: 1000,
      user: 'ann',
      executable: '/usr/bin/prog',
      working_directory: '/srv',
    })
    expect(factsOf(8)).toMatchObject({ uid: 1000, executable: '/usr/bin/prog' })
    expect(factsOf(8)).not.toHaveProperty('user')
    expect(factsOf(9)).toMatchObject({ uid: 4711 })
    expect(factsOf(9)).not.toHaveProperty('user')
  })

  test('what lasts of its state', () => {
    proc.start(7, { startTicks: 250, state: 'R' })
    scan(10)
    const before = table.nodes()
    proc.change(7, { state: 'S' })
    scan(10)
    expect(table.nodes()).toBe(before)
    proc.change(7, { state: 'T' })
    scan(5)
    expect(factsOf(7)).toMatchObject({ process_state: 'stopped' })
    proc.change(7, { state: 'S' })
    scan(5)
    expect(factsOf(7)).not.toHaveProperty('process_state')
  })

  test('that it waits for a device, when it is found so twice', () => {
    proc.start(7, { startTicks: 250 })
    scan(10)
    proc.change(7, { state: 'D' })
    scan(5)
    expect(factsOf(7)).not.toHaveProperty('process_state')
    scan(5)
    expect(factsOf(7)).toMatchObject({ process_state: 'uninterruptible' })
  })

  test('not after its end', () => {
    proc.start(7, { startTicks: 250, state: 'T' })
    scan(10)
    table.hold(ref(7, 250))
    proc.end(7)
    scan()
    expect(factsOf(7)).toMatchObject({ exited: true })
    expect(factsOf(7)).not.toHaveProperty('process_state')
  })
})

describe('the command line', () => {
  const commandOf = () => table.nodes()[0]?.facts.cmdline
  const readsOf = (file: string, times: number): number => {
    let reads = 0
    proc.onRead = (_, read) => {
      if (read === file) reads++
    }
    scan(times)
    proc.onRead = () => {}
    return reads
  }

  test('is read again when the stack tells of an exec, and else with all the rest', () => {
    proc.start(7, { startTicks: 250, stack: '1000' })
    scan(10)
    expect(readsOf('cmdline', 25)).toBe(0)
    proc.change(7, { stack: '2000', argv: ['/bin/prog', '-y'] })
    scan(5)
    expect(commandOf()).toBe('/bin/prog -y')
    expect(readsOf('cmdline', 60)).toBe(1)
  })

  test('of one that titles itself, or where no stack is told, is read each time', () => {
    proc.start(7, { startTicks: 250, stack: '1000' })
    scan()
    proc.change(7, { argv: ['prog: idle'] })
    scan(10)
    expect(commandOf()).toBe('prog: idle')
    proc.change(7, { argv: ['prog: busy'] })
    scan(5)
    expect(commandOf()).toBe('prog: busy')
    proc.start(7, { startTicks: 250 })
    expect(readsOf('cmdline', 50)).toBeGreaterThanOrEqual(10)
  })
})

describe('what runs', () => {
  test('appears with its facts', () => {
    proc.start(7, { startTicks: 250, ppid: 3, cgroup: '0::/system.slice/x.service\n', netns: 9 })
    expect(scan()).toBe(true)
    expect(table.nodes()).toEqual([
      {
        id: 'h;7',
        topology: 'process',
        name: 'prog',
        facts: {
          host_node_id: 'h;<host>',
          pid: 7,
          start_ticks: 250,
          started_at: '1970-01-01T00:00:02.501Z',
          ppid: 3,
          cmdline: '/bin/prog -x',
          systemd_slice: 'system.slice',
          systemd_unit: 'x.service',
          network_namespace: 9,
        },
        parents: { host: ['h;<host>'] },
        controls: [],
      },
    ])
  })

  test('goes', () => {
    proc.start(7, { startTicks: 1 })
    scan()
    proc.end(7)
    expect(scan()).toBe(true)
    expect(ids()).toEqual([])
  })

  test('keeps its node object, and the list its own, while nothing changes', () => {
    proc.start(7, { startTicks: 1 })
    scan()
    const [nodes, node] = [table.nodes(), table.nodes()[0]]
    expect(scan(20)).toBe(false)
    expect(table.nodes()).toBe(nodes)
    expect(table.nodes()[0]).toBe(node)
  })

  test('is shown anew after an exec, a change of parent, and when it entered a container', () => {
    proc.start(7, { startTicks: 1, comm: 'runc', argv: ['runc', 'init'] })
    scan()
    proc.change(7, { cgroup: inContainer })
    scan()
    expect(table.nodes()[0]?.parents.container).toEqual([`${A};<container>`])
    proc.change(7, { comm: 'web', argv: ['web', '--port=1'], ppid: 99 })
    scan(5)
    expect(table.nodes()[0]).toMatchObject({ name: 'web', facts: { cmdline: 'web --port=1', ppid: 99 } })
  })

  test('is another process when its pid was taken between two scans', () => {
    proc.start(7, { startTicks: 1 })
    scan(3)
    proc.start(7, { startTicks: 2 })
    expect(scan(5)).toBe(true)
    expect(table.nodes().map(({ facts }) => facts.start_ticks)).toEqual([2])
  })

  test('leaves out threads of the kernel and what only waits to be reaped', () => {
    proc.start(2, { startTicks: 1, kernelThread: true })
    proc.start(8, { startTicks: 1, state: 'Z' })
    proc.start(9, { startTicks: 1 })
    scan()
    expect(ids()).toEqual(['h;9'])
    expect(table.counts()).toMatchObject({ processes: 1, kernelThreads: 1, zombies: 1 })
    proc.change(9, { state: 'Z' })
    expect(scan(5)).toBe(true)
    expect(ids()).toEqual([])
  })

  test('sees a process at the pid of a zombie', () => {
    proc.start(8, { startTicks: 1, state: 'Z' })
    scan()
    proc.start(8, { startTicks: 2 })
    scan(5)
    expect(ids()).toEqual(['h;8'])
  })

  test('is passed over when it goes while it is read', () => {
    proc.onRead = (pid, file) => {
      if (file === 'cgroup') proc.end(pid)
    }
    proc.start(7, { startTicks: 1 })
    expect(scan()).toBe(false)
    expect(ids()).toEqual([])
  })

  test('keeps its facts when it ends while it is read again', () => {
    proc.start(7, { startTicks: 1, cgroup: inContainer })
    scan(3)
    table.hold(ref(7, 1))
    proc.onRead = (pid, file) => {
      if (file === 'cmdline') proc.change(pid, { state: 'Z' })
    }
    scan(10)
    expect(table.nodes()[0]).toMatchObject({
      facts: { cmdline: '/bin/prog -x', exited: true },
      parents: { container: [`${A};<container>`] },
    })
  })

  test('says what it may not read', () => {
    proc.start(7, { startTicks: 1, netns: null })
    proc.start(8, { startTicks: 1, openFiles: null })
    proc.start(9, { startTicks: 1 })
    scan()
    expect(table.counts().unreadable).toBe(2)
    expect(table.nodes()[0]?.facts).not.toHaveProperty('network_namespace')
  })

  test('is not read each second', () => {
    for (let pid = 1; pid <= 100; pid++) proc.start(pid, { startTicks: 1 })
    scan(3)
    proc.reads = 0
    scan(5)
    expect(proc.reads).toBeLessThanOrEqual(100 * 3)
  })

  test('has a CPU sample every 5 s', () => {
    proc.start(7, { startTicks: 1, cpuTicks: 0 })
    scan(10)
    proc.change(7, { cpuTicks: 250 })
    scan(5)
    const [process] = table.living
    expect(process?.samples.at(-1)).toMatchObject({ cpuPercent: 50, memoryBytes: 40960, openFiles: 4 })
    expect(process?.samples.length).toBeLessThanOrEqual(3)
  })
})

describe('what connections hold', () => {
  test('a running process is read at once', () => {
    scan()
    proc.start(7, { startTicks: 1 })
    expect(table.hold(ref(7, 1))).toBe('h;7')
    expect(ids()).toEqual(['h;7'])
    expect(table.hasExited(ref(7, 1))).toBe(false)
    expect(table.takeCameOrWent()).toBe(true)
  })

  test('a process that ended keeps all facts and its parents until released as often as held', () => {
    proc.start(7, { startTicks: 1, cgroup: inContainer })
    scan()
    const before = table.nodeOf(ref(7, 1))
    table.hold(ref(7, 1))
    table.hold(ref(7, 1))
    proc.end(7)
    scan()
    expect(table.nodes()).toEqual([{ ...before, facts: { ...before?.facts, exited: true } }])
    expect(table.hasExited(ref(7, 1))).toBe(true)
    table.release(ref(7, 1))
    expect(exited()).toEqual(['h;7'])
    table.release(ref(7, 1))
    expect(ids()).toEqual([])
    expect(table.nodeOf(ref(7, 1))).toBeUndefined()
  })

  test('a process that only stands for others is in no report unless it is held otherwise, and is known until released', () => {
    const one = ref(7, 500, { comm: 'curl', netns: 33 })
    table.hold(one)
    const told = table.nodes()
    table.hold(one, false)
    expect(table.nodes()).toBe(told)
    table.release(one)
    expect(ids()).toEqual([])
    expect(table.nodeOf(one)).toEqual(told[0])
    expect(table.hasExited(one)).toBe(true)
    proc.start(6, { startTicks: 1, cgroup: inContainer, netns: 33 })
    scan()
    expect(table.nodeOf(one)?.parents.container).toEqual([`${A};<container>`])
    table.hold(one)
    expect(exited()).toEqual(['h;7'])
    table.release(one)
    table.release(one, false)
    expect(exited()).toEqual([])
    expect(table.nodeOf(one)).toBeUndefined()
    table.hold(one, false)
    expect(exited()).toEqual([])
    table.release(one, false)
    expect(table.counts().exitedHeld).toBe(0)
  })

  test('a process released while it runs goes with its end', () => {
    proc.start(7, { startTicks: 1 })
    table.hold(ref(7, 1))
    table.release(ref(7, 1))
    expect(ids()).toEqual(['h;7'])
    proc.end(7)
    scan()
    expect(ids()).toEqual([])
  })

  test('a process that was gone before has a node of what the event told', () => {
    expect(table.hold(ref(7, 500, { comm: 'curl', netns: 33 }))).toBe('h;7')
    expect(table.hold(ref(7, 500, { comm: 'curl', netns: 33 }))).toBe('h;7')
    expect(table.nodes()).toEqual([
      {
        id: 'h;7',
        topology: 'process',
        name: 'curl',
        facts: {
          host_node_id: 'h;<host>',
          pid: 7,
          start_ticks: 500,
          started_at: '1970-01-01T00:00:05.001Z',
          network_namespace: 33,
          exited: true,
        },
        parents: { host: ['h;<host>'] },
        controls: [],
      },
    ])
    expect(table.counts().exitedHeld).toBe(1)
  })

  test('its container is found by its network namespace, also when that is learned later', () => {
    table.hold(ref(7, 1, { netns: 33 }))
    expect(table.nodes()[0]?.parents).not.toHaveProperty('container')
    proc.start(6, { startTicks: 1, cgroup: inContainer, netns: 33 })
    scan()
    expect(table.nodeOf(ref(7, 1))?.parents.container).toEqual([`${A};<container>`])
    table.hold(ref(9, 1, { netns: 33 }))
    expect(table.nodeOf(ref(9, 1))?.parents.container).toEqual([`${A};<container>`])
  })

  test('its place is its container, else its cgroup with its network namespace', () => {
    const places = () => [33, 34].map((netns) => table.placeOf(ref(7, 1, { cgroupId: 5, netns })))
    expect(places()).toEqual(['5 33', '5 34'])
    proc.start(6, { startTicks: 1, cgroup: inContainer, netns: 33 })
    scan()
    expect(places()).toEqual([A, '5 34'])
  })

  describe('in a network namespace whose number had been that of a container that ended', () => {
    const B = 'b2'.repeat(32)
    const inB = `1:name=systemd:/docker/${B}\n`
    const containerOf = (pid: number) => table.nodeOf(ref(pid, 1))?.parents.container
    beforeEach(() => {
      proc.start(6, { startTicks: 1, cgroup: inContainer, netns: 33 })
      scan()
    })

    test('it is in the container that has the namespace now', () => {
      proc.end(6)
      proc.start(8, { startTicks: 1, cgroup: inB, netns: 33 })
      scan()
      table.hold(ref(9, 1, { netns: 33 }))
      expect(containerOf(9)).toEqual([`${B};<container>`])
    })

    test('it is in no container when the namespace has none now', () => {
      proc.end(6)
      scan(10)
      table.hold(ref(9, 1, { netns: 33 }))
      expect(containerOf(9)).toBeUndefined()
    })

    test('it stays in the container that it was in', () => {
      table.hold(ref(9, 1, { netns: 33 }))
      proc.end(6)
      scan(10)
      proc.start(8, { startTicks: 1, cgroup: inB, netns: 33 })
      scan(10)
      expect(containerOf(9)).toEqual([`${A};<container>`])
      expect(table.placeOf(ref(9, 1, { netns: 33 }))).toBe(A)
    })

    test('it does not get into a container that has the namespace long after it', () => {
      table.hold(ref(9, 1, { netns: 34 }))
      scan(10)
      proc.start(8, { startTicks: 1, cgroup: inB, netns: 34 })
      scan(10)
      expect(containerOf(9)).toBeUndefined()
    })

    test('a process that was read before it ended keeps its place', () => {
      table.hold(ref(6, 1, { netns: 33 }))
      proc.end(6)
      scan(10)
      expect(table.placeOf(ref(6, 1, { netns: 33 }))).toBe(A)
    })

    test('a process that enters another container leaves the one it was in', () => {
      proc.start(8, { startTicks: 1, cgroup: inB, netns: 34 })
      scan()
      proc.change(6, { cgroup: inB, netns: 34 })
      scan(70)
      table.hold(ref(9, 1, { netns: 33 }))
      expect(containerOf(9)).toBeUndefined()
    })
  })

  test('its unit is found by its cgroup, also when that is learned later', () => {
    const mount = mkdtempSync(join(tmpdir(), 'scope-cgroup-'))
    try {
      mkdirSync(join(mount, 'system.slice/cron.service'), { recursive: true })
      const cgroupId = statSync(join(mount, 'system.slice/cron.service')).ino
      const watched = new ProcessTable(around(proc, mount), () => now)
      const unitOf = (pid: number) => watched.nodeOf(ref(pid, 1))?.facts.systemd_unit
      watched.hold(ref(7, 1, { cgroupId }))
      expect(unitOf(7)).toBeUndefined()
      proc.start(6, { startTicks: 1, cgroup: '0::/system.slice/cron.service\n' })
      watched.scan()
      expect(unitOf(7)).toBe('cron.service')
      watched.hold(ref(9, 1, { cgroupId }))
      expect(unitOf(9)).toBe('cron.service')
      expect(watched.placeOf(ref(11, 1, { cgroupId, netns: 33 }))).toBe('cron.service 33')
      const nodes = watched.nodes()
      watched.scan()
      expect(watched.nodes()).toBe(nodes)
    } finally {
      rmSync(mount, { recursive: true })
    }
  })

  test('a zombie is gone', () => {
    proc.start(7, { startTicks: 1, state: 'Z' })
    table.hold(ref(7, 1))
    expect(exited()).toEqual(['h;7'])
    scan(6)
    expect(exited()).toEqual(['h;7'])
  })

  test('a thread of the kernel has a node while it is held', () => {
    proc.start(2, { startTicks: 1, kernelThread: true, comm: 'kworker/u4:1' })
    scan()
    table.hold(ref(2, 1))
    expect(table.nodes()).toMatchObject([{ id: 'h;2', name: 'kworker/u4:1' }])
    scan(70)
    expect(ids()).toEqual(['h;2'])
    table.release(ref(2, 1))
    scan()
    expect(ids()).toEqual([])
  })
})

describe('a process that a shell has become', () => {
  const named = (pid: number) => {
    const node = table.nodes().find(({ facts }) => facts.pid === pid)
    return { name: node?.name, commandLine: node?.facts.cmdline, exited: node?.facts.exited }
  }
  beforeEach(() => {
    proc.start(7, { startTicks: 1, comm: 'bash', argv: ['bash', 'job.sh'] })
    scan()
  })
  const becomesCurl = () => proc.change(7, { comm: 'curl', argv: ['curl', 'http://x'] })

  test('is called as it was when it connected, when it has ended since', () => {
    becomesCurl()
    proc.end(7)
    table.hold(ref(7, 1, { comm: 'curl' }))
    scan()
    expect(named(7)).toEqual({ name: 'curl', commandLine: undefined, exited: true })
  })

  test('is read again when it connects under another name, and goes by that after its end', () => {
    becomesCurl()
    table.hold(ref(7, 1, { comm: 'curl' }))
    expect(named(7)).toEqual({ name: 'curl', commandLine: 'curl http://x', exited: undefined })
    proc.end(7)
    scan()
    expect(named(7)).toEqual({ name: 'curl', commandLine: 'curl http://x', exited: true })
  })

  test('is called as it was when it connected, when it ends while it is read again', () => {
    becomesCurl()
    proc.onRead = (pid, file) => file === 'cmdline' && proc.end(pid)
    table.hold(ref(7, 1, { comm: 'curl' }))
    proc.onRead = () => {}
    scan()
    expect(named(7)).toEqual({ name: 'curl', commandLine: undefined, exited: true })
  })

  test('keeps its name of now while it runs, when it was the shell that connected', () => {
    becomesCurl()
    scan(2)
    table.hold(ref(7, 1, { comm: 'bash' }))
    expect(named(7)).toMatchObject({ name: 'curl', commandLine: 'curl http://x' })
  })
})

describe('a pid that was taken by another process', () => {
  test('the former one, known and held, gives up the plain id', () => {
    proc.start(7, { startTicks: 1 })
    scan(3)
    expect(table.hold(ref(7, 1))).toBe('h;7')
    proc.start(7, { startTicks: 2 })
    scan(5)
    expect(ids()).toEqual(['h;7', 'h;7;1'])
    expect(exited()).toEqual(['h;7;1'])
    expect(table.nodeOf(ref(7, 1))?.id).toBe('h;7;1')
    expect(table.hold(ref(7, 1))).toBe('h;7;1')
    expect(table.hold(ref(7, 2))).toBe('h;7')
    table.release(ref(7, 1))
    table.release(ref(7, 1))
    expect(ids()).toEqual(['h;7'])
  })

  test('the former one that was gone gives it up when the next one starts', () => {
    table.hold(ref(7, 1))
    proc.start(7, { startTicks: 2 })
    scan()
    expect(ids()).toEqual(['h;7', 'h;7;1'])
  })

  test('an event of a former one makes a node beside the running one', () => {
    proc.start(7, { startTicks: 2 })
    expect(table.hold(ref(7, 1))).toBe('h;7;1')
    expect(ids()).toEqual(['h;7', 'h;7;1'])
  })

  test('an event of the new one tells that the known one is gone', () => {
    proc.start(7, { startTicks: 1 })
    scan()
    table.hold(ref(7, 1))
    proc.start(7, { startTicks: 2 })
    expect(table.hold(ref(7, 2))).toBe('h;7')
    expect(exited()).toEqual(['h;7;1'])
  })

  test.each([
    [1, 2],
    [2, 1],
  ])('of two gone ones (%i, then %i) the newer has the plain id', (first, second) => {
    table.hold(ref(7, first))
    table.hold(ref(7, second))
    expect(table.nodeOf(ref(7, 2))?.id).toBe('h;7')
    expect(table.nodeOf(ref(7, 1))?.id).toBe('h;7;1')
  })

  test('no two nodes share an id, whatever happens', () => {
    let seed = 7
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return Math.floor((seed / 2147483648) * n)
    }
    const held: ProcessRef[] = []
    for (let step = 0; step < 3000; step++) {
      const pid = 1 + random(4)
      switch (random(5)) {
        case 0:
          proc.start(pid, { startTicks: step, state: random(5) === 0 ? 'Z' : 'S' })
          break
        case 1:
          proc.end(pid)
          break
        case 2: {
          const event = ref(pid, random(2) ? (proc.running.get(pid)?.startTicks ?? step) : step - random(9))
          held.push(event)
          table.hold(event)
          break
        }
        case 3: {
          const [event] = held.splice(random(held.length), 1)
          if (event) table.release(event)
          break
        }
        case 4:
          scan()
      }
      expect(new Set(ids()).size).toBe(ids().length)
      for (const event of held) expect(ids()).toContain(table.nodeOf(event)?.id)
    }
    for (const event of held) table.release(event)
    scan(10)
    expect(exited()).toEqual([])
  })
})
