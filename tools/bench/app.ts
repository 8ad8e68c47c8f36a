import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkout } from '../../src/cli/checkout.ts'
import { appEnvironment, nodeOptions } from '../../src/cli/parts/probe-runtime.ts'
import { clusterKey } from '../../src/state/state-dir.ts'
import { eventually } from '../../test/support/eventually.ts'
import { openSockets, readUntil } from './app/clients.ts'
import { countReports, type HostCount, tellCounts } from './app/count.ts'
import type { HostsMessage } from './app/hosts.ts'
import { runInOwnNetwork } from './app/network.ts'
import { percentile } from './probe/statistics.ts'
import { cpuMs, memory } from './probe/usage.ts'

const VIEWS = ['containers', 'processes', 'hosts'] as const
const HOSTS_PROGRAM = fileURLToPath(new URL('app/hosts.ts', import.meta.url))
/** In a network of its own all ports are free. */
const PORT = 4040
const URL_OF_APP = `http://127.0.0.1:${PORT}`
const WARM_UP_MS = 5000
const START_LIMIT_MS = 120_000

/** Most that an app should use with so many hosts that report every 3 s. */
const TARGETS: Readonly<Record<number, { cpuPercent: number; rssMb: number; firstByteMs?: number }>> = {
  50: { cpuPercent: 10, rssMb: 200, firstByteMs: 30 },
  200: { cpuPercent: 35, rssMb: 400, firstByteMs: 80 },
  1000: { cpuPercent: 100, rssMb: 1500 },
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/api`).then(
    ({ ok }) => ok,
    () => false,
  )

const readCounts = async (): Promise<HostCount[]> => {
  const { ok, status, body } = await fetch(`${URL_OF_APP}/api/report`)
  if (!ok || body === null) throw new Error(`GET of the reports was answered by ${status}`)
  return countReports(body)
}

const beside = (value: number, most: number | undefined): string =>
  most === undefined ? '' : ` (at most ${most}: ${value <= most ? '✓' : '✗'})`

const measure = async (
  hosts: number,
  intervalS: number,
  seconds: number,
  views: readonly string[],
  profiles?: string,
) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-bench-app-'))
  await clusterKey(stateDir)
  const profile = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const app = spawn(
    process.execPath,
    [...nodeOptions, ...profile, checkout.main, 'app', `--app.http.address=0.0.0.0:${PORT}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...appEnvironment, SCOPE_STATE_DIR: stateDir },
    },
  )
  let told: HostsMessage = { taken: 0, failures: 0 }
  let simulation: ChildProcess | undefined
  try {
    await eventually('the start of the app', () => isUp(URL_OF_APP))
    simulation = fork(HOSTS_PROGRAM, [String(PORT), stateDir, String(hosts), String(intervalS)])
    simulation.on('message', (message) => {
      told = message as HostsMessage
    })
    const limitMs = performance.now() + START_LIMIT_MS
    while (told.taken < hosts && performance.now() < limitMs) await sleep(100)
    if (told.taken < hosts) throw new Error(`the app takes reports of ${told.taken} of ${hosts} hosts only`)
    const sockets = await openSockets(URL_OF_APP, views)
    await sleep(WARM_UP_MS)
    const { pid } = app
    if (pid === undefined) throw new Error('the app did not start')
    const before = { cpuMs: cpuMs(pid), bytes: sockets.bytes(), failures: told.failures }
    const startedMs = performance.now()
    const answers = await readUntil(URL_OF_APP, 'processes', startedMs + 1000 * seconds)
    const tookMs = performance.now() - startedMs
    const result = {
      cpuPercent: (100 * (cpuMs(pid) - before.cpuMs)) / tookMs,
      ...memory(pid),
      ...answers,
      kilobytesPerSecond: (sockets.bytes() - before.bytes) / tookMs,
      failures: told.failures - before.failures,
    }
    sockets.close()
    return { ...result, counts: await readCounts() }
  } finally {
    if (simulation) await end(simulation)
    await end(app)
    rmSync(stateDir, { recursive: true, force: true })
  }
}

/**
 * What simulated hosts of 20 containers, 60 processes and 150 connections cost an app that is a process of its own, while three sockets look on and a reader asks for
 * the processes twice a second.
 *
 * All of it runs in a network of its own, where each host has an address of its own. Takes root, or user namespaces for
 * others.
 *
 * `--hosts LIST` (10,50,200,1000). `--interval LIST`: seconds between two reports of a host (1,3). `--seconds N`: how long each
 * is measured (60). `--sockets N`: so many on the containers, instead of one on each view. `--cpu-prof DIR`: keeps a CPU profile of each app there.
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '10,50,200,1000' },
      interval: { type: 'string', default: '1,3' },
      seconds: { type: 'string', default: '60' },
      sockets: { type: 'string' },
      'cpu-prof': { type: 'string' },
      inside: { type: 'boolean', default: false },
    },
  })
  if (!values.inside) {
    const [program = ''] = process.argv.slice(1)
    return runInOwnNetwork([process.execPath, ...process.execArgv, program, 'app', ...args, '--inside'])
  }
  const views =
    values.sockets === undefined ? VIEWS : Array<string>(Number(values.sockets)).fill('containers')
  for (const interval of values.interval.split(',').map(Number))
    for (const hosts of values.hosts.split(',').map(Number)) {
      const found = await measure(hosts, interval, Number(values.seconds), views, values['cpu-prof'])
      const most = interval === 3 ? TARGETS[hosts] : undefined
      const firstMs = percentile(found.firstByteMs, 0.95)
      console.log(`${hosts} hosts, a report each ${interval} s`)
      console.log(`  held        ${tellCounts(found.counts, hosts)}`)
      console.log(
        `  CPU         ${found.cpuPercent.toFixed(1)} % of a core${beside(found.cpuPercent, most?.cpuPercent)}`,
      )
      console.log(
        `  memory      RSS ${found.rssMb.toFixed(0)} MB${beside(found.rssMb, most?.rssMb)}, PSS ${found.pssMb.toFixed(0)} MB`,
      )
      console.log(
        `  GET         first byte p50 ${percentile(found.firstByteMs, 0.5).toFixed(1)}, p95 ${firstMs.toFixed(1)} ms${beside(firstMs, most?.firstByteMs)}`,
      )
      console.log(
        `              whole p50 ${percentile(found.wholeMs, 0.5).toFixed(1)}, p95 ${percentile(found.wholeMs, 0.95).toFixed(1)} ms`,
      )
      console.log(`  to clients  ${found.kilobytesPerSecond.toFixed(0)} kB/s`)
      console.log(
        `  failures    ${found.failures} times that reports of a host began to be refused or not answered`,
      )
      if (found.failures > 0)
        console.log('              what is told above is not that of an app which takes all reports')
    }
}
