import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const startLimitMs = 120_000
const stopLimitMs = 60_000

/**
 * Runs before all tests: starts a Docker daemon if none answers and one can be started. Returns a function that stops
 * it.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (daemonAnswers() || process.getuid?.() !== 0 || !hasDaemon()) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'scope-dockerd-'))
  const host = `unix://${join(dir, 'docker.sock')}`
  const log = join(dir, 'dockerd.log')
  const output = openSync(log, 'a')
  const args = [
    '--host',
    host,
    '--data-root',
    join(dir, 'data'),
    '--exec-root',
    join(dir, 'exec'),
    '--pidfile',
    join(dir, 'pid'),
  ]
  const daemon = spawn('dockerd', args, { stdio: ['ignore', output, output] })
  // The workers that run the tests inherit it, and so does whatever those start.
  process.env.DOCKER_HOST = host
  const stop = async () => {
    await end(daemon)
    unmountBelow(dir)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
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

/**
 * The daemon leaves mounts behind (of its namespaces, of containers that were killed), which cannot be removed as
 * files.
 */
function unmountBelow(dir: string): void {
  const mountPoints = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${dir}/`))
  for (const path of mountPoints.reverse()) execFileSync('umount', ['--lazy', path])
}
