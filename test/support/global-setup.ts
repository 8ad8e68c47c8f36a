import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { buildAhead } from './image/build-ahead.ts'
import { needImage } from './image/need-image.ts'
import { cleanUpDeadRuns } from './run/clean-up.ts'
import {
  daemonArguments,
  daemonHost,
  makeDaemonDirectory,
  removeDaemonDirectory,
} from './run/docker-daemon.ts'
import { beginRun, hasBegun, RUN_VARIABLE } from './run/run.ts'

const startLimitMs = 120_000
const stopLimitMs = 60_000

/**
 * Runs before all tests: removes what interrupted runs have left, sees to it that nothing is left of this one, however it ends,
 * starts a Docker daemon if none answers and one can be started, and begins to build the image if tests that run need it. Returns a
 * function that ends all of it.
 *
 * @param project one of the tests; nothing when there are none, and something else makes what tests make
 */
export async function setup(project?: TestProject): Promise<(() => Promise<void>) | undefined> {
  // Each project of the tests calls this.
  if (hasBegun()) return undefined
  const dead = await cleanUpDeadRuns()
  if (dead.length > 0)
    process.stderr.write(`tests: removed what was left of ${dead.length} interrupted runs\n`)
  const keeper = startKeeper(beginRun())
  // Inherited by all that tests start. Those of the launcher's Docker runtime set it to something else.
  process.env.SCOPE_RUNTIME = 'native'
  const stopDaemon = await startDaemon()
  const files = project?.vitest.state.getPaths() ?? []
  const stopBuilding = isRoot() && needImage(files) && daemonAnswers() ? buildAhead() : undefined
  return async () => {
    await stopBuilding?.()
    await stopDaemon?.()
    if (keeper.exitCode !== null || keeper.signalCode !== null) return
    const gone = new Promise((resolve) => keeper.once('exit', resolve))
    keeper.ref()
    keeper.stdin?.end()
    await gone
  }
}

/** Starts what removes the rest of a run when this process has ended. */
function startKeeper(run: string): ChildProcess {
  const { [RUN_VARIABLE]: _, ...env } = process.env
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'run/keeper.ts'), run], {
    // In a session of its own: a signal that is sent to end the tests is not for it.
    ...{ detached: true, env },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  keeper.unref()
  ;(keeper.stdin as unknown as Socket).unref()
  return keeper
}

async function startDaemon(): Promise<(() => Promise<void>) | undefined> {
  if (daemonAnswers() || !isRoot() || !hasDaemon()) return undefined
  const dir = makeDaemonDirectory()
  const log = join(dir, 'dockerd.log')
  const output = openSync(log, 'a')
  const daemon = spawn('dockerd', daemonArguments(dir), { stdio: ['ignore', output, output] })
  // The workers that run the tests inherit it, and so does whatever those start.
  process.env.DOCKER_HOST = daemonHost(dir)
  const stop = async () => {
    await end(daemon)
    removeDaemonDirectory(dir)
  }
  const deadline = performance.now() + startLimitMs
  while (!daemonAnswers()) {
    if (daemon.exitCode !== null || performance.now() > deadline) {
      const said = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')
      await stop()
      delete process.env.DOCKER_HOST
      process.stderr.write(`tests: dockerd could not be started:\n${said}\n`)
      return undefined
    }
    await sleep(200)
  }
  return stop
}

const isRoot = (): boolean => process.getuid?.() === 0

function hasDaemon(): boolean {
  try {
    execFileSync('dockerd', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function daemonAnswers(): boolean {
  try {
    execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], {
      stdio: 'ignore',
      timeout: 60_000,
    })
    return true
  } catch {
    return false
  }
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill('SIGTERM')
  const late = setTimeout(() => daemon.kill('SIGKILL'), stopLimitMs)
  await gone
  clearTimeout(late)
}
