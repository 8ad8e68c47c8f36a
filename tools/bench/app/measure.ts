import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { builtPrograms } from '../../../src/checkout.ts'
import { appEnvironment, appNodeOptions } from '../../../src/cli/parts/probe-runtime.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { cpuMs, memory } from '../probe/usage.ts'
import { frameLatencies, sharedMs } from './beacons.ts'
import { type Answers, ask, noAnswers, openSockets, repeatUntil } from './clients.ts'
import { countReports, type HostCount } from './count.ts'
import type { HostsMessage } from './hosts.ts'
import { type IdleFound, watchIdle } from './idle.ts'
import type { Load } from './load.ts'
import { countsBetween, type PostCounts } from './posts.ts'

/** What was found under a load. */
export interface Found {
  readonly load: Load
  /** How long it was measured. */
  readonly durationS: number
  readonly cpuPercent: number
  /** Megabytes (10^6 bytes): the most that was seen while it was measured, and at the end of that. */
  readonly rssMb: Samples
  readonly pssMb: Samples
  readonly processes: Answers
  readonly details: Answers
  readonly grouped: Answers
  readonly frames: ReturnType<typeof frameLatencies>
  readonly posts: PostCounts
  /** To all clients with sockets, as sent. */
  readonly kilobytesPerSecond: number
  /** To one client with a socket, before compression, by view. */
  readonly plainKilobytesPerSecond: ReadonlyMap<string, number>
  readonly counts: readonly HostCount[]
  /** Of the process of the hosts, and of this one with sockets and reader, which run beside the app. */
  readonly besidePercent: { readonly hosts: number; readonly reader: number }
  /** Of the whole machine, over the last minute. */
  readonly loadAverage: number
}

/** Of a number that was looked at again and again. */
export interface Samples {
  readonly max: number
  readonly end: number
}

const HOSTS_PROGRAM = fileURLToPath(new URL('hosts.ts', import.meta.url))
/** In a network of its own all ports are free. */
const PORT = 4040
const URL_OF_APP = `http://127.0.0.1:${PORT}`
const TOPOLOGY = `${URL_OF_APP}/api/topology`
const BY_HOST = `${TOPOLOGY}/containers?group=host`
/** With more hosts, the reader asks for the containers grouped by host instead of all processes. */
const MOST_HOSTS_WHOLE = 200
const WARM_UP_MS = 10_000
const IDLE_WARM_UP_MS = 40_000
/** What preparing the hosts and their first reports may take, on a machine that does other things besides. */
const START_LIMIT_MS = 240_000
const START_LIMIT_PER_HOST_MS = 300
const SAMPLE_MS = 2000
const GROUPED_MS = 8000
/** What a report may take to reach a frame, so that it is known at the end. */
const SETTLING_MS = 3000

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

const isUp = (): Promise<boolean> =>
  fetch(`${URL_OF_APP}/api`).then(
    ({ ok }) => ok,
    () => false,
  )

/** What an app says, and why it ends. */
const logOf = (stateDir: string): string => join(stateDir, 'bench.log')
const LINES_SHOWN = 12

const startApp = (stateDir: string, profiles: string | undefined): ChildProcess => {
  const profile = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const log = openSync(logOf(stateDir), 'a')
  const app = spawn(
    process.execPath,
    [...appNodeOptions, ...profile, builtPrograms.main, 'app', `--app.http.address=0.0.0.0:${PORT}`],
    {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...appEnvironment, SCOPE_STATE_DIR: stateDir },
    },
  )
  closeSync(log)
  return app
}

/** Thrown when an app ends while it is measured. */
export class AppEndedError extends Error {
  override readonly name = 'AppEndedError'
}

/** @returns never resolves: rejects when the app ends */
const untilEnd = async (app: ChildProcess, stateDir: string): Promise<never> => {
  const [code, signal] = await once(app, 'exit')
  const said = readFileSync(logOf(stateDir), 'utf8').trim().split('\n').slice(-LINES_SHOWN)
  throw new AppEndedError(`the app ended (${signal ?? code}) and said at last:\n${said.join('\n')}`)
}

/** Room for what the simulated hosts make between two collections, megabytes. */
const YOUNG_MB = 128

/** The process of the simulated hosts, and what it has told. */
const startHosts = ({ hosts, intervalS, share }: Load, stateDir: string) => {
  const child = fork(HOSTS_PROGRAM, [PORT, stateDir, hosts, intervalS, share].map(String), {
    // Else collecting garbage takes two fifths of the time of many hosts.
    execArgv: [...process.execArgv, `--max-semi-space-size=${YOUNG_MB}`],
  })
  const sent = new Map<number, number>()
  let last: HostsMessage = { taken: 0, posts: { answers: {}, failed: 0 }, sent: [] }
  child.on('message', (message) => {
    last = message as HostsMessage
    for (const [beacon, atMs] of last.sent) sent.set(beacon, atMs)
  })
  return { child, sent, last: () => last }
}

const idsOf = async (view: string): Promise<string[]> => {
  const { nodes } = (await (await fetch(`${TOPOLOGY}/${view}`)).json()) as { nodes: Record<string, unknown> }
  return Object.keys(nodes)
}

const readCounts = async (): Promise<HostCount[]> => {
  const { ok, status, body } = await fetch(`${URL_OF_APP}/api/report`)
  if (!ok || body === null) throw new Error(`GET of the reports was answered by ${status}`)
  return countReports(body)
}

/** Looks at the memory of a process again and again. */
const watchMemory = (pid: number) => {
  const seen = [memory(pid)]
  const timer = setInterval(() => seen.push(memory(pid)), SAMPLE_MS)
  const of = (key: 'rssMb' | 'pssMb'): Samples => ({
    max: Math.max(...seen.map((one) => one[key])),
    end: seen.at(-1)?.[key] ?? Number.NaN,
  })
  return {
    stop: () => clearInterval(timer),
    found: () => ({ rssMb: of('rssMb'), pssMb: of('pssMb') }),
  }
}

/** Looks at an app that takes the reports of all hosts. */
const look = async (
  app: ChildProcess,
  hosts: ReturnType<typeof startHosts>,
  load: Load,
  seconds: number,
): Promise<Found> => {
  const sockets = await openSockets(URL_OF_APP, load.views)
  const containers = await idsOf('containers')
  await sleep(WARM_UP_MS)
  const [pid, pidOfHosts] = [app.pid ?? 0, hosts.child.pid ?? 0]
  const now = () => ({
    ...{ atMs: sharedMs(), cpuMs: cpuMs(pid), hostsMs: cpuMs(pidOfHosts), readerMs: cpuMs(process.pid) },
    ...{ bytes: sockets.bytes(), plain: sockets.plainBytes(), posts: hosts.last().posts },
  })
  const [processes, details, grouped] = [noAnswers(), noAnswers(), noAnswers()]
  const used = watchMemory(pid)
  app.once('exit', used.stop)
  const before = now()
  await repeatUntil(performance.now() + 1000 * seconds, async (round) => {
    // Nobody looks at the tens of thousands of processes of more hosts one by one.
    if (load.hosts <= MOST_HOSTS_WHOLE) await ask(`${TOPOLOGY}/processes`, processes)
    else await ask(BY_HOST, grouped)
    const id = containers[round % containers.length] ?? ''
    await ask(`${TOPOLOGY}/containers/${encodeURIComponent(id)}`, details)
  })
  const after = now()
  used.stop()
  const [loadAverage = Number.NaN] = loadavg()
  if (load.hosts <= MOST_HOSTS_WHOLE)
    await repeatUntil(performance.now() + GROUPED_MS, () => ask(BY_HOST, grouped))
  const tookMs = after.atMs - before.atMs
  const frames = frameLatencies(hosts.sent, sockets.seen, before.atMs, after.atMs - SETTLING_MS)
  sockets.close()
  return {
    ...{ load, ...used.found(), processes, details, grouped, frames, loadAverage },
    durationS: tookMs / 1000,
    cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / tookMs,
    besidePercent: {
      hosts: (100 * (after.hostsMs - before.hostsMs)) / tookMs,
      reader: (100 * (after.readerMs - before.readerMs)) / tookMs,
    },
    posts: countsBetween(before.posts, after.posts),
    kilobytesPerSecond: (after.bytes - before.bytes) / tookMs,
    plainKilobytesPerSecond: new Map(
      [...after.plain].map(([view, bytes]) => [view, (bytes - (before.plain.get(view) ?? 0)) / tookMs]),
    ),
    counts: await readCounts(),
  }
}

/**
 * Measures an app that is a process of its own. Sockets look on, and one reader asks for the processes and the details of a container, twice
 * a second; at the end, for the containers grouped by host. With more than 200 hosts it asks for these instead of the processes.
 *
 * @param seconds how long CPU, memory and frames are measured
 * @param profiles folder for a CPU profile of the app
 * @throws {AppEndedError} when the app does not stand it
 */
export const measure = (load: Load, seconds: number, profiles?: string): Promise<Found> =>
  underLoad(load, (app, hosts) => look(app, hosts, load, seconds), profiles)

/**
 * Measures an app that nobody looks at, window after window.
 *
 * @throws {AppEndedError} when the app does not stand it
 */
export const measureIdle = (load: Load, windows: number, windowS: number): Promise<IdleFound> =>
  underLoad(load, async (app) => {
    // For a while after it was asked something, an app has its probes tell it of every number.
    await sleep(IDLE_WARM_UP_MS)
    return watchIdle(app, load, windows, windowS)
  })

/** Starts an app and its hosts, and looks once it takes the reports of all of them. */
const underLoad = async <Result>(
  load: Load,
  look: (app: ChildProcess, hosts: ReturnType<typeof startHosts>) => Promise<Result>,
  profiles?: string,
): Promise<Result> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-bench-app-'))
  await clusterKey(stateDir)
  const app = startApp(stateDir, profiles)
  const ended = untilEnd(app, stateDir)
  let hosts: ReturnType<typeof startHosts> | undefined
  const work = async (): Promise<Result> => {
    await eventually('the start of the app', isUp)
    const started = startHosts(load, stateDir)
    hosts = started
    const allTaken = (): boolean => started.last().taken === load.hosts
    const startLimitMs = START_LIMIT_MS + START_LIMIT_PER_HOST_MS * load.hosts
    await eventually('reports of all hosts that the app takes', allTaken, startLimitMs).catch((cause) => {
      throw new Error(`the app takes reports of only ${started.last().taken} of ${load.hosts} hosts`, {
        cause,
      })
    })
    return look(app, started)
  }
  try {
    return await Promise.race([work(), ended])
  } finally {
    ended.catch(() => {})
    if (hosts) await end(hosts.child)
    await end(app)
    rmSync(stateDir, { recursive: true, force: true })
  }
}
