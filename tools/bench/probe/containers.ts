import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createOwnDaemon, openTestDocker, type TestDocker } from '../../../test/support/machine/docker.ts'
import { latestReport } from './load.ts'
import { type ProbeProcess, startProbe } from './probe-process.ts'
import { median } from './statistics.ts'
import { countProcesses, cpuMs } from './usage.ts'

/** How much is measured of idle containers. */
export interface ContainersPlan {
  /** Numbers of containers, ascending. */
  readonly counts: readonly number[]
  readonly warmUpMs: number
  readonly windows: number
  readonly windowMs: number
}

/** What idle containers cost. CPU is in percent of one core. */
export interface ContainerFigures {
  readonly containers: number
  /** `here`, or the other checkout. */
  readonly checkout: string
  readonly processes: number
  readonly probeCpu: number
  /** All processes of Docker: dockerd, containerd and a shim for each container. */
  readonly dockerCpu: number
  /** The same just before, without a probe. */
  readonly dockerCpuAlone: number
  readonly statsStreams: number | undefined
  /** Metrics of containers in the newest report that has any. */
  readonly metrics: number
}

/** The processes of a daemon, by the directory that all of their command lines name. */
const daemonPids = (dir: string): number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const [program = '', ...args] = readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0')
      const isOfDocker = /(?:dockerd|containerd|containerd-shim[\w-]*)$/.test(program)
      return isOfDocker && args.some((arg) => arg.includes(dir)) ? [Number(name)] : []
    } catch {
      // It ended meanwhile.
      return []
    }
  })

/** CPU of each group of processes over a while. Those that end meanwhile do not count. */
const cpuOf = async (groups: readonly (readonly number[])[], ms: number): Promise<number[]> => {
  const take = (pid: number): number | undefined => {
    try {
      return cpuMs(pid)
    } catch {
      return undefined
    }
  }
  const before = groups.map((pids) => pids.map(take))
  const startedMs = performance.now()
  await sleep(ms)
  const tookMs = performance.now() - startedMs
  return groups.map((pids, group) => {
    const used = pids.map((pid, at) => {
      const [was, is] = [before[group]?.[at], take(pid)]
      return was === undefined || is === undefined ? 0 : is - was
    })
    return (100 * used.reduce((sum, each) => sum + each, 0)) / tookMs
  })
}

const overWindows = async (
  groups: readonly (readonly number[])[],
  plan: ContainersPlan,
): Promise<number[]> => {
  const windows: number[][] = []
  for (let i = 0; i < plan.windows; i++) windows.push(await cpuOf(groups, plan.windowMs))
  return groups.map((_, group) => median(windows.map((window) => window[group] ?? Number.NaN)))
}

const RUNS_AT_ONCE = 4

const runUpTo = async (docker: TestDocker, from: number, to: number): Promise<void> => {
  let next = from
  const work = async (): Promise<void> => {
    while (next < to) await docker.run(`idle${next++}`)
  }
  await Promise.all(Array.from({ length: RUNS_AT_ONCE }, work))
}

const metricsOf = async (probe: ProbeProcess): Promise<number> => {
  const of = (report: Awaited<ReturnType<typeof latestReport>>) =>
    new Set(
      report.metrics.filter(({ id }) => id.startsWith('docker_')).map(({ node, id }) => `${node} ${id}`),
    )
  const all = new Set<string>()
  for (const arrival of probe.sink.arrivals) for (const key of of(arrival.read())) all.add(key)
  return all.size
}

/**
 * Measures what probe and Docker use with idle containers (busybox, each with a network of its own), and Docker alone.
 *
 * @param checkouts main modules whose probes are measured one after the other, by name
 */
export const measureContainers = async (
  plan: ContainersPlan,
  checkouts: Readonly<Record<string, string>>,
): Promise<ContainerFigures[]> => {
  const daemon = await createOwnDaemon(false)
  const figures: ContainerFigures[] = []
  try {
    await daemon.start()
    const docker = await openTestDocker({ host: daemon.host })
    try {
      let running = 0
      for (const containers of plan.counts) {
        console.error(`measuring: ${containers} idle containers`)
        await runUpTo(docker, running, containers)
        running = containers
        const pids = daemonPids(dirname(daemon.socketPath))
        // What was just started is settled when the probe has warmed up, too.
        await sleep(plan.warmUpMs / 2)
        const [dockerCpuAlone = Number.NaN] = await overWindows([pids], plan)
        for (const [checkout, main] of Object.entries(checkouts)) {
          const probe = await startProbe('ebpf', [], { main, env: { DOCKER_HOST: daemon.host } })
          try {
            await sleep(plan.warmUpMs)
            probe.sink.clear()
            const [probeCpu = Number.NaN, dockerCpu = Number.NaN] = await overWindows(
              [[probe.pid], pids],
              plan,
            )
            const metrics = await metricsOf(probe)
            const { status } = await latestReport(probe)
            const { statsStreams } = status.find(({ id }) => id === 'docker')?.counters ?? {}
            figures.push({
              ...{ containers, checkout, processes: countProcesses(), probeCpu, dockerCpu, dockerCpuAlone },
              ...{ statsStreams, metrics },
            })
          } finally {
            await probe.stop()
          }
        }
      }
    } finally {
      await docker.close()
    }
  } finally {
    await daemon.close()
  }
  return figures
}
