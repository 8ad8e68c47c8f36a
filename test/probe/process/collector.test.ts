import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'
import { cgroup2Mount } from '../../../src/probe/cgroup/mount.ts'
import { createProcessCollector, type ProcessCollector } from '../../../src/probe/process/collector.ts'
import type { ProcessRef } from '../../../src/probe/process/directory.ts'
import { parseProcessStat } from '../../../src/probe/process/stat.ts'
import { metricSchema, nodeSchema, type ReportNode } from '../../../src/report/schema.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const lines: string[] = []
const log = createLogger({ format: 'text', debug: true, write: (line) => lines.push(line) })
const make = (procRoot = '/proc'): ProcessCollector =>
  createProcessCollector({ procRoot, clock, hostId: 'h', log })

const children: ChildProcess[] = []
const run = (command: string, ...args: string[]): ChildProcess & { pid: number } => {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] })
  children.push(child)
  if (child.pid === undefined) throw new Error(`cannot start ${command}`)
  return child as ChildProcess & { pid: number }
}
const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
const refOf = (pid: number, more: Partial<ProcessRef> = {}): ProcessRef => {
  const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) throw new Error(`no process ${pid}`)
  return { pid, startTicks: stat.startTicks, comm: stat.comm, cgroupId: 0, netns: 0, ...more }
}
/** A process whose exec is over: it has its name and its arguments a moment after it was started. */
const refOnceRunning = async (
  { pid }: { readonly pid: number },
  commandLine: string,
): Promise<ProcessRef> => {
  await eventually(
    'its exec',
    () => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() === commandLine,
  )
  return refOf(pid)
}
const nodeOf = (collector: ProcessCollector, pid: number): ReportNode | undefined =>
  collector.collect(clock.uptimeMs()).nodes.find(({ id }) => id === `h;${pid}`)

let collector: ProcessCollector
let changes: number
/** The node of a process once its command line has a text: it may have been seen before its program was there. */
const shownAs = ({ pid = 0 }: ChildProcess, text: string): Promise<ReportNode> =>
  eventually(`${text} to be shown`, () => {
    const node = nodeOf(collector, pid)
    return String(node?.facts.cmdline).includes(text) ? node : undefined
  })
const metricOf = ({ pid }: ChildProcess, metric: string) =>
  collector.collect(clock.uptimeMs()).metrics.find(({ node, id }) => node === `h;${pid}` && id === metric)
const newestOf = (child: ChildProcess, metric: string): number | undefined =>
  metricOf(child, metric)?.samples.at(-1)?.[1]
beforeEach(async () => {
  changes = 0
  collector = make()
  await collector.start(() => changes++)
})
afterEach(async () => {
  await collector.stop()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

describe('processes of this machine', () => {
  test('offer to be signalled only if that is allowed', async () => {
    const child = run('sleep', '1000')
    const offering = createProcessCollector({ procRoot: '/proc', clock, hostId: 'h', log, controls: true })
    await offering.start(() => {})
    try {
      expect(offering.controls?.().map(({ id }) => id)).toEqual(['process_terminate', 'process_kill'])
      const offers = (pid: number) => nodeOf(offering, pid)?.controls
      expect(offers(child.pid)).toEqual(['process_terminate', 'process_kill'])
      expect(offers(process.pid)).toEqual([])
      expect(offers(1) ?? []).toEqual([])
    } finally {
      await offering.stop()
    }
    expect(collector.controls?.()).toEqual([])
    expect(collector.collect(clock.uptimeMs()).nodes.flatMap(({ controls }) => controls)).toEqual([])
  })

  test('are there from the start, in the shape of a report, each once', () => {
    const { nodes, metrics } = collector.collect(clock.uptimeMs())
    expect(nodes.map(({ facts }) => facts.pid)).toEqual(expect.arrayContaining([process.pid, process.ppid]))
    for (const node of nodes) nodeSchema.parse(node)
    for (const metric of metrics) metricSchema.parse(metric)
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length)
    const ids = new Set(nodes.map(({ id }) => id))
    expect(metrics.filter(({ node }) => !ids.has(node))).toEqual([])
  })

  test('appear with facts and numbers, and go', async () => {
    const child = run('sleep', '12345')
    const node = await shownAs(child, 'sleep 12345')
    expect(changes).toBeGreaterThan(0)
    expect(node).toMatchObject({
      topology: 'process',
      name: 'sleep',
      facts: { pid: child.pid, ppid: process.pid, cmdline: 'sleep 12345' },
      parents: { host: ['h;<host>'] },
    })
    expect(node.facts.network_namespace).toBe(statSync('/proc/self/ns/net').ino)
    expect(Number.isNaN(Date.parse(String(node.facts.started_at)))).toBe(false)
    const newest = (id: string) => newestOf(child, id)
    // It may still be loading its libraries.
    await eventually(
      'its files',
      () => newest('open_files_count') === readdirSync(`/proc/${child.pid}/fd`).length,
    )
    expect(newest('process_threads')).toBe(1)
    expect(newest('process_memory_usage_bytes')).toBeGreaterThan(0)
    await end(child)
    await eventually('its end', () => nodeOf(collector, child.pid) === undefined)
  })

  test('are shown anew after an exec, whatever their names', async () => {
    const child = run('bash', '-c', 'printf "a) R (1" >/proc/$$/comm; read -r; exec sleep 54321')
    await eventually('the odd name', () => nodeOf(collector, child.pid)?.name === 'a) R (1')
    child.stdin?.write('go\n')
    await eventually('the exec', () => nodeOf(collector, child.pid)?.facts.cmdline === 'sleep 54321')
    await eventually('its name', () => nodeOf(collector, child.pid)?.name === 'sleep')
  })

  test('show the CPU they use', async () => {
    const [idle, busy] = [run('sleep', '1000'), run('sh', '-c', 'while :; do :; done')]
    const cpuOf = (child: ChildProcess) => metricOf(child, 'process_cpu_usage_percent')
    await eventually('CPU samples', () => cpuOf(idle) && cpuOf(busy))
    // How much it gets depends on what else runs.
    await eventually('a busy one', () => {
      const [none = 0, some = 0] = [idle, busy].map((child) => newestOf(child, 'process_cpu_usage_percent'))
      return none < 1 && some > Math.max(1, none)
    })
    expect(cpuOf(busy)?.max).toBeGreaterThanOrEqual(100)
  })

  test('do not give away passwords', async () => {
    const child = run('sh', '-c', 'sleep 999; :', 'sh', '--password=hunter2-of-the-test')
    const node = await shownAs(child, '--password')
    expect(JSON.stringify(node)).not.toContain('hunter2')
  })

  test('keep the age of a sample in step with the clock', async () => {
    const { samples: before = [] } = collector.collect(10_000_000).metrics[0] ?? {}
    const { samples: after = [] } = collector.collect(10_000_250).metrics[0] ?? {}
    expect(after.map(([age]) => age)).toEqual(before.map(([age]) => age + 250))
  })

  test('tell no sample again from before the moment asked for', () => {
    const { metrics } = collector.collect(clock.uptimeMs())
    const newestMs = Math.max(...metrics.flatMap(({ samples }) => samples.map(([ageMs]) => -ageMs)))
    expect(metrics.length).toBeGreaterThan(0)
    expect(newestMs).toBeLessThanOrEqual(0)
    expect(collector.collect(clock.uptimeMs(), clock.uptimeMs() + 1000).metrics).toEqual([])
  })

  test('that hold connections outlive their end', async () => {
    const child = run('sleep', '777')
    const ref = await refOnceRunning(child, 'sleep 777')
    expect(collector.hold(ref)).toBe(`h;${child.pid}`)
    expect(collector.hasExited(ref)).toBe(false)
    await end(child)
    const node = await eventually('its end', () => collector.hasExited(ref) && nodeOf(collector, child.pid))
    expect(node.facts).toMatchObject({ exited: true, cmdline: 'sleep 777' })
    collector.release(ref)
    expect(nodeOf(collector, child.pid)).toBeUndefined()
  })

  test('that were gone before have a node, too', async () => {
    const child = run('sleep', '777')
    const ref = await refOnceRunning(child, 'sleep 777')
    await end(child)
    const other = make()
    expect(other.hold(ref)).toBe(`h;${child.pid}`)
    expect(other.nodeOf(ref)).toMatchObject({ name: 'sleep', facts: { exited: true, pid: child.pid } })
  })
})

test('processes are dated anew when the clock of the machine is set, the exited, too', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scope-proc-'))
  const [child, brief] = [run('sleep', '1000'), run('sleep', '1000')]
  for (const name of ['self', `${child.pid}`, `${brief.pid}`])
    symlinkSync(join('/proc', name), join(root, name))
  const BOOT_SECONDS = 1_700_000_000
  const bootedAt = (seconds: number) => writeFileSync(join(root, 'stat'), `btime ${seconds}\n`)
  bootedAt(BOOT_SECONDS)
  let scan = (): unknown => undefined
  const dated = createProcessCollector({
    ...{ procRoot: root, clock, hostId: 'h', log },
    every: (_, job) => {
      scan = job
      return () => {}
    },
  })
  const scans = () => {
    for (let i = 0; i < 20; i++) scan()
  }
  const nodes = () => [child, brief].map(({ pid }) => nodeOf(dated, pid))
  const starts = () => nodes().map((node) => Date.parse(String(node?.facts.started_at)))
  const ref = await refOnceRunning(brief, 'sleep 1000')
  await refOnceRunning(child, 'sleep 1000')
  await dated.start(() => {})
  try {
    dated.hold(ref)
    rmSync(join(root, `${brief.pid}`))
    scans()
    const [before, first] = [nodes(), starts()]
    expect(before.map((node) => node?.facts.exited)).toEqual([undefined, true])
    expect(first.map((ms) => ms > BOOT_SECONDS * 1000)).toEqual([true, true])

    // It moves by a second without that.
    bootedAt(BOOT_SECONDS + 1)
    scans()
    expect(nodes().map((node, i) => node === before[i])).toEqual([true, true])

    bootedAt(BOOT_SECONDS - 3600)
    scans()
    expect(starts()).toEqual(first.map((ms) => ms - 3_600_000))
    const after = nodes()
    expect(after.map((node) => ({ ...node?.facts, started_at: 0 }))).toEqual(
      before.map((node) => ({ ...node?.facts, started_at: 0 })),
    )
    scans()
    expect(nodes().map((node, i) => node === after[i])).toEqual([true, true])

    rmSync(join(root, 'stat'))
    scans()
    expect(nodes().map((node, i) => node === after[i])).toEqual([true, true])
  } finally {
    await dated.stop()
    rmSync(root, { recursive: true })
  }
})

test('a directory that is no proc file system is a status', async () => {
  const lost = make('/nowhere')
  await lost.start(() => {})
  const { nodes, status } = lost.collect(clock.uptimeMs())
  await lost.stop()
  expect(nodes).toEqual([])
  expect(status).toMatchObject({ state: 'degraded', reason: expect.stringMatching(/\/nowhere.*ENOENT/) })
  expect(lines.filter((line) => line.includes('/nowhere'))).toHaveLength(1)
})

describeWith(['root'], 'without root', () => {
  const UNPRIVILEGED = `
    const { createProcessCollector } = await import(process.argv[1])
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
    const collector = createProcessCollector({ procRoot: '/proc', clock, hostId: 'h', log: console })
    await collector.start(() => {})
    const { nodes, status } = collector.collect(clock.uptimeMs())
    console.log(JSON.stringify({ pids: nodes.map((n) => n.facts.pid), status }))
    await collector.stop()`

  test('it shows what it may read and says what not', () => {
    const module = new URL('../../../src/probe/process/collector.ts', import.meta.url).href
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', UNPRIVILEGED, module], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { pids, status } = JSON.parse(output)
    expect(pids).toContain(process.pid)
    expect(status).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('CAP_SYS_PTRACE'),
      counters: { unreadable: expect.any(Number) },
    })
    expect(status.counters.unreadable).toBeGreaterThan(0)
  })
})

describeWith(['docker'], 'processes of a container', () => {
  let docker: TestDocker
  let id: string
  let pid: number
  beforeAll(async () => {
    docker = await openTestDocker()
    id = await docker.run('process')
    pid = Number(await docker.docker('inspect', '--format', '{{.State.Pid}}', id))
  })
  afterAll(() => docker.close())

  test('belong to it', async () => {
    const node = await eventually('the process', () => nodeOf(collector, pid))
    expect(node.parents).toEqual({ host: ['h;<host>'], container: [`${id};<container>`] })
    expect(node.facts.network_namespace).not.toBe(statSync('/proc/self/ns/net').ino)
  })

  test('belong to it also when they were gone before they could be read, by network namespace', async () => {
    await eventually('the container', () => nodeOf(collector, pid))
    const netns = Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0])
    const gone = { pid: 4_194_303, startTicks: 1, comm: 'curl', cgroupId: 0, netns }
    collector.hold(gone)
    expect(collector.nodeOf(gone)?.parents.container).toEqual([`${id};<container>`])
  })

  test('do not when its network namespace is gone, since the kernel gives its number to the next', async () => {
    const netnsOf = async (container: string): Promise<number> => {
      const first = Number(await docker.docker('inspect', '--format', '{{.State.Pid}}', container))
      // At first it is the runtime’s, and has not entered the container.
      await eventually('its process in it', () => nodeOf(collector, first)?.parents.container?.length)
      return Number(nodeOf(collector, first)?.facts.network_namespace)
    }
    /** The container of a process that was in this namespace and ended unseen. */
    const containerOf = (netns: number): string | undefined => {
      const gone = { pid: 4_194_301, startTicks: 1, comm: 'curl', cgroupId: 0, netns }
      collector.hold(gone)
      const container = collector.nodeOf(gone)?.parents.container?.[0]
      collector.release(gone)
      return container
    }
    const former = await docker.run('former')
    const netns = await netnsOf(former)
    expect(containerOf(netns)).toBe(`${former};<container>`)
    await docker.docker('rm', '--force', former)
    const latter = await docker.run('latter')
    const now = await netnsOf(latter)
    expect(containerOf(now)).toBe(`${latter};<container>`)
    await eventually('that it belongs to the former no longer', () => {
      return containerOf(netns) !== `${former};<container>` || undefined
    })
  })

  test('and by cgroup, where cgroup v2 names it', async (context) => {
    const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
    const membership = parseMembership(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))
    if (mount === undefined || !membership.unifiedPath || !membership.unifiedPathNamesContainer) {
      context.skip('Docker makes no cgroup v2 directory here')
      return
    }
    await eventually('the container', () => nodeOf(collector, pid))
    const cgroupId = statSync(join(mount, membership.unifiedPath)).ino
    const gone = { pid: 4_194_303, startTicks: 1, comm: 'curl', cgroupId, netns: 0 }
    collector.hold(gone)
    expect(collector.nodeOf(gone)?.parents.container).toEqual([`${id};<container>`])
  })

  test('and by its new cgroup when it was started again, in the network of the host', async (context) => {
    const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
    const again = await docker.run('again', ['--network', 'host', '--stop-timeout', '1'])
    /** Waits until the container's process is known, for the cgroup of one that is gone. */
    const cgroupOnceKnown = async (): Promise<number | undefined> => {
      const pid = Number(await docker.docker('inspect', '--format', '{{.State.Pid}}', again))
      await eventually('its process', () => nodeOf(collector, pid)?.parents.container?.length)
      const { unifiedPath, unifiedPathNamesContainer } = parseMembership(
        readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
      )
      return mount === undefined || !unifiedPath || !unifiedPathNamesContainer
        ? undefined
        : statSync(join(mount, unifiedPath)).ino
    }
    const before = await cgroupOnceKnown()
    await docker.docker('restart', again)
    const cgroupId = await cgroupOnceKnown()
    if (cgroupId === undefined) {
      context.skip('Docker makes no cgroup v2 directory here')
      return
    }
    expect(cgroupId).not.toBe(before)
    const gone = { pid: 4_194_302, startTicks: 1, comm: 'curl', cgroupId, netns: 0 }
    collector.hold(gone)
    expect(collector.nodeOf(gone)?.parents.container).toEqual([`${again};<container>`])
  })
})
