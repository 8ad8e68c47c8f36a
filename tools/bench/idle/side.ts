import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeStatusDocument } from '../../../src/probe/status-file.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { type Host, startHost } from '../../../test/support/machine/hosts/host.ts'
import { childrenOf } from '../../../test/support/machine/hosts/init.ts'
import { cpuMs, memory } from '../probe/usage.ts'

/** Scope of one checkout, idle on a host of its own. */
export interface IdleSide {
  /** `here`, or the other checkout. */
  readonly name: string
  /** Pids outside of the host. */
  readonly pids: Readonly<Record<Part, number>>
  end(): Promise<void>
}

/** What is measured of Scope. */
export type Part = 'app' | 'probe' | 'supervisor'

/** What a part used in each window, and its memory at the end of each. */
export interface PartFigures {
  readonly checkout: string
  readonly part: Part
  /** Shares of one core, in percent. */
  readonly cpu: readonly number[]
  /** Times a second that a thread of it was given a CPU after it had waited. */
  readonly wakeUps: readonly number[]
  readonly pssMb: readonly number[]
  readonly anonymousMb: readonly number[]
}

/** How long and how often is measured. */
export interface IdlePlan {
  readonly warmUpMs: number
  readonly windows: number
  readonly windowMs: number
}

const PARTS: readonly Part[] = ['app', 'probe', 'supervisor']

const descendants = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendants(child)])

const isPart = (pid: number, part: Part): boolean => {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return part === 'supervisor'
    ? args.some((arg) => /\/supervisor(\/main)?\.[jt]s$/.test(arg))
    : args.includes(part) && args.some((arg) => /\/main\.[jt]s$/.test(arg))
}

const find = (host: Host, part: Part): number => {
  const pid = descendants(host.pid).find((each) => isPart(each, part))
  if (pid === undefined) throw new Error(`no ${part} runs on ${host.name}`)
  return pid
}

const publishes = (host: Host): boolean => {
  const text = readFileSync(host.path('/var/lib/scope/probe.status.json'), 'utf8')
  return (JSON.parse(text) as ProbeStatusDocument).apps.some(({ state }) => state === 'ok')
}

/** Launches Scope on a new host. @param root the checkout */
export const startSide = async (
  name: string,
  root: string,
  options: { readonly processes: number; readonly dockerHost: string | undefined },
): Promise<IdleSide> => {
  const host = await startHost(`idle-${name}`)
  try {
    const scope = async (...args: string[]) => {
      const env = options.dockerHost === undefined ? {} : { DOCKER_HOST: options.dockerHost }
      const { code, stdout, stderr } = await host.run([join(root, 'scope'), ...args], env)
      if (code !== 0)
        throw new Error(`scope ${args.join(' ')} of ${root} failed (${code}):\n${stdout}${stderr}`)
      return stdout
    }
    host.exec('chmod', '700', '/var/lib/scope')
    // What the first start compiles is in the cache when it has ended.
    await scope('launch', '--native')
    await scope('stop')
    await scope('launch', '--native')
    const others = options.processes - descendants(host.pid).length - 1
    host.exec('sh', '-c', `for i in $(seq ${others}); do sleep infinity >/dev/null 2>&1 & done`)
    const pids = { app: find(host, 'app'), probe: find(host, 'probe'), supervisor: find(host, 'supervisor') }
    await eventually(`a report of ${name}`, () => publishes(host))
    return { name, pids, end: host.end }
  } catch (error) {
    await host.end()
    throw error
  }
}

const switches = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) =>
      /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')),
    )
    .reduce((sum, found) => sum + Number(found?.[1]), 0)

/** Measures all of them at once, so that what else the machine does concerns all alike. */
export const measureSides = async (sides: readonly IdleSide[], plan: IdlePlan): Promise<PartFigures[]> => {
  await sleep(plan.warmUpMs)
  const all = sides.flatMap(({ name, pids }) =>
    PARTS.map((part) => ({
      checkout: name,
      part,
      pid: pids[part],
      cpu: [] as number[],
      wakeUps: [] as number[],
      pssMb: [] as number[],
      anonymousMb: [] as number[],
    })),
  )
  for (let window = 0; window < plan.windows; window++) {
    const before = all.map(({ pid }) => ({
      atMs: performance.now(),
      cpu: cpuMs(pid),
      switches: switches(pid),
    }))
    await sleep(plan.windowMs)
    for (const [at, { pid, cpu, wakeUps, ...used }] of all.entries()) {
      const start = before[at] as (typeof before)[number]
      const tookMs = performance.now() - start.atMs
      cpu.push((100 * (cpuMs(pid) - start.cpu)) / tookMs)
      wakeUps.push((1000 * (switches(pid) - start.switches)) / tookMs)
      const { pssMb, anonymousMb } = memory(pid)
      used.pssMb.push(pssMb)
      used.anonymousMb.push(anonymousMb)
    }
  }
  return all.map(({ pid, ...figures }) => figures)
}
