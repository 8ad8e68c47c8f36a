import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createOwnDaemon, openTestDocker } from '../../test/support/machine/docker.ts'
import { startScope } from '../../test/support/scope/running-scope.ts'
import {
  type AppAccess,
  type ControlTarget,
  openTerminal,
  type Terminal,
} from '../../test/support/scope/terminal-client.ts'
import { containerTarget } from './terminals/container-target.ts'
import { measureDirect } from './terminals/direct.ts'
import { measureEcho } from './terminals/echo.ts'
import { printTerminals, type TerminalResults, type Throughput } from './terminals/results.ts'
import { watchUsage } from './terminals/usage-of.ts'

const EXEC = 'docker_exec_container'
const WARM_UP_MS = 2000
/** What fills a terminal as fast as it is read. */
const flood = { command: JSON.stringify(['/bin/busybox', 'cat', '/dev/zero']), tty: 'false' }

/** Bytes per second through all of some terminals. */
const throughput = async (terminals: readonly Terminal[], ms: number): Promise<Throughput> => {
  await sleep(WARM_UP_MS)
  const before = terminals.map(({ arrived }) => arrived)
  const startedMs = performance.now()
  await sleep(ms)
  const seconds = (performance.now() - startedMs) / 1000
  const each = terminals.map(({ arrived }, i) => (arrived - (before[i] ?? 0)) / seconds)
  return { total: each.reduce((sum, one) => sum + one, 0), least: Math.min(...each), most: Math.max(...each) }
}

/**
 * What terminals carry and how soon they answer: bytes per second through one and through twenty, beside the same program read
 * directly from Docker; the memory of app and probe meanwhile; and from a key press to its echo, while nothing else happens, while
 * another terminal floods, and while one floods that nobody reads.
 *
 * `--seconds N`: how long each flood is measured (10). `--presses N`: how many keys (300).
 */
export const run = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      presses: { type: 'string', default: '300' },
    },
  })
  const floodMs = Number(values.seconds) * 1000
  const presses = Number(values.presses)
  // A daemon that runs already may have another priority than Scope, which would decide what is measured.
  const daemon = await createOwnDaemon(true)
  await daemon.start()
  process.env.DOCKER_HOST = daemon.host
  const docker = await openTestDocker()
  const scope = await startScope()
  try {
    const containerId = await docker.run('terminals')
    const access: AppAccess = { url: scope.url, token: (await scope.scope('token')).stdout.trim() }
    const target = await containerTarget(access, containerId)
    const open = (options: Readonly<Record<string, string>>) => openTerminal(access, target, EXEC, options)
    const usage = watchUsage({ app: await scope.pidOf('app'), probe: await scope.pidOf('probe') })

    const withFloods = async <T>(
      count: number,
      measure: (floods: readonly Terminal[]) => Promise<T>,
    ): Promise<T> => {
      const floods = await Promise.all(Array.from({ length: count }, () => open(flood)))
      for (const terminal of floods) terminal.onOutput = () => {}
      try {
        return await measure(floods)
      } finally {
        await Promise.all(floods.map((terminal) => terminal.close()))
      }
    }
    const step = async <T>(name: string, measure: () => Promise<T>) => {
      console.error(`measuring: ${name}`)
      const startedMs = performance.now()
      usage.take()
      const value = await measure()
      return { value, usage: usage.take(), tookMs: performance.now() - startedMs }
    }
    const echo = () => echoOf(access, target, presses)
    const results: TerminalResults = {
      direct: await measureDirect(docker, containerId, floodMs),
      idle: await step('key presses while nothing else happens', echo),
      one: await step('one terminal', () => withFloods(1, (floods) => throughput(floods, floodMs))),
      twenty: await step('twenty terminals', () => withFloods(20, (floods) => throughput(floods, floodMs))),
      beside: await step('key presses beside a flood', () => withFloods(1, echo)),
      unread: await step('key presses beside a flood that nobody reads', () =>
        withFloods(1, ([terminal]) => {
          if (terminal) terminal.paused = true
          return echo()
        }),
      ),
      after: await step('nothing', () => sleep(5000)),
    }
    usage.stop()
    printTerminals(results)
  } finally {
    await scope.stop()
    await docker.close()
    await daemon.close()
  }
}

const echoOf = async (
  access: AppAccess,
  target: ControlTarget,
  presses: number,
): Promise<readonly number[]> => {
  const command = JSON.stringify(['/bin/busybox', 'cat'])
  const terminal = await openTerminal(access, target, EXEC, { command, tty: 'true' })
  try {
    return await measureEcho(terminal, presses)
  } finally {
    await terminal.close()
  }
}
