import { beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { CgroupFiles } from '../../../../src/probe/cgroup/usage/cgroup-files.ts'
import type { NotFound } from '../../../../src/probe/cgroup/usage/cgroup-reader.ts'
import { type StatsMessage, statsSchema } from '../../../../src/probe/docker/daemon/messages.ts'
import {
  type ContainerUsage,
  createContainerUsage,
} from '../../../../src/probe/docker/usage/container-usage.ts'
import type { MeasuredContainer } from '../../../../src/probe/docker/usage/measured-container.ts'
import { metrics } from '../../../../src/report/facts.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const machine = { cores: 2, memoryBytes: 1000 }
const local = { local: true, machine }

const container = (id: string, pid = 7): MeasuredContainer => ({
  ...{ id, pid, cpuLimit: 0.5, memoryLimitBytes: undefined },
  ...{ inHostNetwork: false, interfaces: [] },
})

/** Counters of a container, as its files show them. */
interface Counters {
  cpuNs: number | undefined
  memoryBytes: number | undefined
  received: number
}

/** A machine whose counters a test sets, and a daemon that notes whose streams are open. */
const world = () => {
  let nowMs = 0
  const counters = new Map<number, Counters>()
  const missing = new Map<number, NotFound>()
  const streams = new Map<string, { push(message: StatsMessage): void }>()
  const reads = { cpu: 0, memory: 0, block: 0, network: 0, open: 0 }
  let running: MeasuredContainer[] = []

  const filesOf = (pid: number): CgroupFiles => {
    reads.open++
    const of = () => counters.get(pid)
    return {
      cpuNs() {
        reads.cpu++
        return of()?.cpuNs
      },
      memoryBytes() {
        reads.memory++
        return of()?.memoryBytes
      },
      blockBytes() {
        reads.block++
        return undefined
      },
      close() {
        reads.open--
      },
    }
  }
  const usage: ContainerUsage = createContainerUsage({
    cgroups: {
      find: (pid) => missing.get(pid) ?? (counters.has(pid) ? filesOf(pid) : 'gone'),
      networkBytes(pid) {
        reads.network++
        return { received: counters.get(pid)?.received ?? 0, sent: 0 }
      },
    },
    client: {
      stats: async (id, signal) => {
        const waiting: ((message: StatsMessage | undefined) => void)[] = []
        streams.set(id, { push: (message) => waiting.shift()?.(message) })
        signal.addEventListener('abort', () => {
          streams.delete(id)
          waiting.shift()?.(undefined)
        })
        return (async function* () {
          while (!signal.aborted) {
            const message = await new Promise<StatsMessage | undefined>((resolve) => waiting.push(resolve))
            if (message !== undefined) yield message
          }
        })()
      },
    },
    clock: { uptimeMs: () => nowMs, nowMs: () => nowMs },
    log,
    containers: () => running,
    sampleWindowMs: 60_000,
  })
  return {
    ...{ usage, counters, missing, streams, reads },
    run(...list: MeasuredContainer[]) {
      running = list
      usage.changed()
    },
    /** Lets seconds pass. @param each is called before each sample */
    pass(seconds: number, each: (second: number) => void = () => {}) {
      for (let second = 0; second < seconds; second++) {
        nowMs += 1000
        each(second)
        usage.sample()
      }
    },
    values(id: string, metric: string): number[] {
      const found = usage.metrics(nowMs).find((one) => one.node === containerNodeId(id) && one.id === metric)
      return found?.samples.map(([, value]) => value) ?? []
    },
  }
}

let at: ReturnType<typeof world>
beforeEach(() => {
  at = world()
})

describe('from cgroup files', () => {
  const busy = (cpuNs = 0): Counters => ({ cpuNs, memoryBytes: 100, received: 0 })

  test('CPU and memory of what runs every second, its traffic every five', () => {
    const of = busy()
    at.counters.set(7, of)
    at.run(container('a'))
    at.usage.connected(local)
    at.pass(11, (second) => {
      of.cpuNs = (of.cpuNs ?? 0) + 1e8 * (second + 1)
      of.memoryBytes = 101 + second
      of.received += 1000
    })
    expect(at.values('a', metrics.containerCpu)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110])
    expect(at.values('a', metrics.containerMemory)).toEqual(Array.from({ length: 12 }, (_, i) => 100 + i))
    expect(at.values('a', metrics.containerNetworkReceived)).toEqual([1000, 1000])
    expect(at.usage.metrics(11_000).find(({ id }) => id === metrics.containerCpu)?.max).toBe(50)
    expect(at.streams.size).toBe(0)
    expect(at.usage.reason()).toBe('')
  })

  test('of what is idle only the CPU time is read every second, and what it does is seen at once', () => {
    const of = busy(5e9)
    at.counters.set(7, of)
    at.run(container('a'))
    at.usage.connected(local)
    at.pass(1)
    Object.assign(at.reads, { cpu: 0, memory: 0, block: 0, network: 0 })
    at.pass(20)
    expect(at.reads).toMatchObject({ cpu: 20, memory: 2, block: 2, network: 2 })
    of.cpuNs = 5.5e9
    of.memoryBytes = 300
    at.pass(1)
    expect(at.values('a', metrics.containerCpu).slice(-2)).toEqual([0, 50])
    expect(at.values('a', metrics.containerMemory).at(-1)).toBe(300)
  })

  test('one that runs again in another process begins anew', () => {
    at.counters.set(7, busy(9e9))
    at.run(container('a'))
    at.usage.connected(local)
    at.pass(2)
    at.counters.delete(7)
    at.pass(1)
    at.counters.set(8, busy(1e9))
    at.run(container('a', 8))
    at.pass(1)
    at.counters.set(8, busy(1.2e9))
    at.pass(1)
    expect(at.values('a', metrics.containerCpu).at(-1)).toBe(20)
    expect(at.values('a', metrics.containerCpu).every((percent) => percent <= 20)).toBe(true)
    expect(at.reads.open).toBe(1)
    expect(at.streams.size).toBe(0)
  })

  test('what ended is told no more, and its files are closed', () => {
    at.counters.set(7, busy())
    at.run(container('a'))
    at.usage.connected(local)
    at.pass(3)
    at.run()
    expect(at.usage.metrics(3000)).toEqual([])
    expect(at.reads.open).toBe(0)
  })

  test('goes on while the daemon does not answer', () => {
    const of = busy()
    at.counters.set(7, of)
    at.run(container('a'))
    at.usage.connected(local)
    at.usage.disconnected()
    at.pass(2)
    of.cpuNs = 1e9
    at.pass(1)
    expect(at.values('a', metrics.containerCpu).at(-1)).toBe(100)
    at.usage.stop()
    expect(at.reads.open).toBe(0)
  })
})

describe('from a stats stream', () => {
  const turn = () => new Promise((resolve) => setTimeout(resolve))

  test.each<[NotFound, RegExp]>([
    ['unreachable', /stats streams.*--cgroupns=host/],
    ['unnamed', /stats streams.*rootless/],
  ])('where the files are %s, which is told', async (why, reason) => {
    at.counters.set(8, { cpuNs: 0, memoryBytes: 1, received: 0 })
    at.missing.set(7, why)
    at.run(container('a'), container('b', 8))
    at.usage.connected(local)
    await turn()
    expect([...at.streams.keys()]).toEqual(['a'])
    expect(at.usage.counts()).toEqual({ statsStreams: 1, statsErrors: 0 })
    expect(at.usage.reason()).toMatch(reason)
    const message = (second: number) =>
      statsSchema.parse({
        read: new Date(second * 1000).toISOString(),
        cpu_stats: { cpu_usage: { total_usage: second * 3e8 } },
        memory_stats: { usage: 50 },
      })
    for (const second of [1, 2]) {
      at.streams.get('a')?.push(message(second))
      await turn()
    }
    expect(at.values('a', metrics.containerCpu)).toEqual([30])
    expect(at.values('a', metrics.containerMemory)).toEqual([50])
    at.usage.disconnected()
    expect(at.streams.size).toBe(0)
    at.usage.connected(local)
    await turn()
    expect([...at.streams.keys()]).toEqual(['a'])
    at.usage.stop()
    expect(at.streams.size).toBe(0)
  })

  test('when its process is not seen, but not when it has just ended', async () => {
    at.run(container('a'))
    at.usage.connected(local)
    await turn()
    expect(at.streams.size).toBe(0)
    at.pass(2)
    await turn()
    expect([...at.streams.keys()]).toEqual(['a'])
    expect(at.usage.reason()).toContain('--pid=host')
    at.usage.stop()
  })

  test('of a daemon on another machine, whose pids are others', async () => {
    at.counters.set(7, { cpuNs: 0, memoryBytes: 1, received: 0 })
    at.run(container('a'))
    at.usage.connected({ local: false, machine })
    await turn()
    expect([...at.streams.keys()]).toEqual(['a'])
    expect(at.reads.cpu).toBe(0)
    expect(at.usage.reason()).toBe('')
    at.usage.stop()
  })
})
