import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { builtPrograms, checkout } from '../../src/checkout.ts'
import { measureConnectTime } from './probe/connect-time.ts'
import { type ContainersPlan, measureContainers } from './probe/containers.ts'
import { measureLatency } from './probe/latency.ts'
import { type LoadFigures, measureLoad, type Pace } from './probe/load.ts'
import { type Mode, type ProbeProcess, startProbe } from './probe/probe-process.ts'
import { printContainers, printResults, type Results } from './probe/results.ts'
import { measureStorm } from './probe/storm.ts'
import { startHeld, startShort } from './probe/traffic.ts'
import { countKernelTime, countProcesses, memory } from './probe/usage.ts'

/** How much is measured. */
interface Plan {
  readonly pace: Pace
  readonly warmUpMs: number
  /** Between two loads; records of what ended are told for 15 s. */
  readonly coolDownMs: number
  readonly latencyTries: number
  readonly pairs: number
  readonly timedConnects: number
  readonly storm: number
  readonly containers: ContainersPlan
}

const WHOLE: Plan = {
  // the walk over counters comes every 3 s, and metrics of a process every 5 s
  pace: { windows: 5, windowMs: 3000, settleMs: 3000 },
  // what is done again and again is compiled by then
  warmUpMs: 45_000,
  coolDownMs: 5000,
  latencyTries: 20,
  pairs: 9,
  timedConnects: 3000,
  storm: 8000,
  // metrics of processes come every 5 s, and what rarely changes is read again each minute
  containers: { counts: [0, 10, 100, 300], warmUpMs: 20_000, windows: 3, windowMs: 10_000 },
}

const QUICK: Plan = {
  pace: { windows: 3, windowMs: 1500, settleMs: 1000 },
  warmUpMs: 3000,
  coolDownMs: 0,
  latencyTries: 5,
  pairs: 2,
  timedConnects: 1500,
  storm: 3000,
  containers: { counts: [0, 10, 100], warmUpMs: 8000, windows: 1, windowMs: 10_000 },
}

const SHORT_PER_SECOND = 100

const underHeld = async (probes: readonly ProbeProcess[], pace: Pace, pairs: number, each: number) => {
  const traffic = await startHeld(pairs, each)
  try {
    return await measureLoad(probes, pace, () => traffic.open())
  } finally {
    await traffic.end()
  }
}

const underShort = async (probes: readonly ProbeProcess[], pace: Pace, forked: boolean) => {
  const traffic = await startShort(forked)
  const seconds = Math.ceil((pace.settleMs + pace.windows * pace.windowMs) / 1000) + 1
  let made = Promise.resolve()
  try {
    const figures = await measureLoad(probes, pace, async () => {
      made = traffic.make(seconds * SHORT_PER_SECOND, SHORT_PER_SECOND)
    })
    await made
    return figures
  } finally {
    await traffic.end()
  }
}

/** Ten thousand connections held for so long, and the memory of the probe then. */
const soak = async (probe: ProbeProcess, minutes: number) => {
  const traffic = await startHeld(1, 10_000)
  try {
    await traffic.open()
    const timer = setInterval(() => probe.sink.clear(), 1000)
    await sleep(minutes * 60_000)
    clearInterval(timer)
    return memory(probe.pid)
  } finally {
    await traffic.end()
  }
}

const measureLoads = async (
  modes: readonly Mode[],
  plan: Plan,
): Promise<Pick<Results, 'loads' | 'storms'>> => {
  const probes: ProbeProcess[] = []
  const { pace } = plan
  const step = async <T>(name: string, measure: () => Promise<T>): Promise<[string, T]> => {
    console.error(`measuring: ${name}`)
    const measured = await measure()
    await sleep(plan.coolDownMs)
    return [name, measured]
  }
  try {
    for (const mode of modes) probes.push(await startProbe(mode))
    await sleep(plan.warmUpMs)
    const loads: [string, LoadFigures[]][] = [
      await step('1,000 connections of 2 processes', () => underHeld(probes, pace, 1, 1000)),
      await step('10,000 connections of 2 processes', () => underHeld(probes, pace, 1, 10_000)),
      await step('10,000 connections of 100 × 2 processes', () => underHeld(probes, pace, 100, 100)),
      await step('100 short connections/s of one client', () => underShort(probes, pace, false)),
      await step('100 short connections/s of forked clients', () => underShort(probes, pace, true)),
    ]
    const storm = (forked: boolean) => () => measureStorm(probes, { forked, count: plan.storm, perSecond: 0 })
    const storms = [
      await step(`a storm of ${plan.storm} of one client`, storm(false)),
      await step(`a storm of ${plan.storm} of forked clients`, storm(true)),
    ]
    return { loads: Object.fromEntries(loads), storms: Object.fromEntries(storms) }
  } finally {
    await Promise.all(probes.map((probe) => probe.stop()))
  }
}

const measureAlone = async (plan: Plan, soakMinutes: number) => {
  const probe = await startProbe('ebpf')
  try {
    console.error('measuring: connect() to report')
    const latencyMs = await measureLatency(probe, plan.latencyTries)
    if (soakMinutes > 0) console.error(`measuring: 10,000 connections for ${soakMinutes} minutes`)
    return { latencyMs, soaked: soakMinutes > 0 ? await soak(probe, soakMinutes) : undefined }
  } finally {
    await probe.stop()
  }
}

/**
 * What the probe costs and how soon it tells, against the targets. Both ways of seeing connections are measured side by side on the
 * same traffic.
 *
 * `--quick`: less of everything. `--json FILE`: the figures. `--soak MINUTES`: memory after so long at 10,000 connections.
 * `--containers`: idle containers alone. `--beside DIRECTORY`: with these, the probe of another checkout is measured, too.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      soak: { type: 'string', default: '0' },
      containers: { type: 'boolean', default: false },
      beside: { type: 'string' },
    },
  })
  const plan = values.quick ? QUICK : WHOLE
  const writeJson = (figures: unknown): void => {
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`)
  }
  const measureIdle = () =>
    measureContainers(plan.containers, {
      here: builtPrograms.main,
      ...(values.beside !== undefined && {
        beside: resolve(values.beside, relative(checkout.root, builtPrograms.main)),
      }),
    })
  if (values.containers) {
    const figures = await measureIdle()
    printContainers(figures)
    return writeJson(figures)
  }
  const startedMs = performance.now()
  const machine = {
    at: new Date().toISOString(),
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? '',
    kernel: release(),
    node: process.versions.node,
    processes: countProcesses(),
    loadBefore: loadavg(),
  }
  const stopCounting = countKernelTime()
  const measured = await measureLoads(['ebpf', 'proc'], plan).finally(stopCounting)
  const alone = await measureAlone(plan, Number(values.soak))
  console.error('measuring: connect() traced and untraced')
  const connectTimes = await measureConnectTime(plan.pairs, plan.timedConnects)
  const containers = await measureIdle()
  const results: Results = {
    machine: { ...machine, loadAfter: loadavg() },
    plan: { ...plan, quick: values.quick },
    ...measured,
    ...alone,
    connectTimes,
    containers,
    tookSeconds: (performance.now() - startedMs) / 1000,
  }
  printResults(results)
  writeJson(results)
}
