import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unmountAt } from './mounts.ts'
import { currentRun } from './run.ts'

const DIRECTORY = /^scopetest-\d+-\d+-dockerd-/
const REMOVAL_LIMIT_MS = 60_000

/** Makes a directory for the files of a Docker daemon, by which it is found when the run did not end it. */
export const makeDaemonDirectory = (): string =>
  mkdtempSync(join(tmpdir(), `scopetest-${currentRun()}-dockerd-`))

/** Whether a directory's name is one of {@link makeDaemonDirectory}. */
export const isDaemonDirectory = (name: string): boolean => DIRECTORY.test(name)

/** Where the daemon of a directory listens, as `DOCKER_HOST`. */
export const daemonHost = (dir: string): string => `unix://${join(dir, 'docker.sock')}`

/** What {@link daemonHost} and its command line need to agree on. */
export const daemonArguments = (dir: string): string[] => [
  ...['--host', daemonHost(dir), '--data-root', join(dir, 'data')],
  ...['--exec-root', join(dir, 'exec'), '--pidfile', join(dir, 'pid')],
]

const docker = (dir: string, ...args: string[]): readonly string[] => {
  const said = execFileSync('docker', ['--host', daemonHost(dir), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: REMOVAL_LIMIT_MS,
  })
  return said.split('\n').filter(Boolean)
}

/** Removes the containers and networks of a daemon; does nothing when it does not answer. */
export const emptyDaemon = (dir: string): void => {
  try {
    const containers = docker(dir, 'ps', '--all', '--quiet')
    if (containers.length > 0) docker(dir, 'rm', '--force', '--volumes', ...containers)
    docker(dir, 'network', 'prune', '--force')
  } catch {
    // It has ended, or hangs: its processes are killed, and its bridges removed.
  }
}

/** Removes what a daemon that has ended leaves of the kernel's: bridges of its networks, and mounts; then its files. */
export const removeDaemonDirectory = (dir: string): void => {
  for (const bridge of bridgesOf(dir))
    if (existsSync(`/sys/class/net/${bridge}`)) execFileSync('ip', ['link', 'delete', bridge])
  // Mounts of its namespaces, and of containers that were killed.
  unmountAt(dir)
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
}

/** The bridges that the daemon has noted for networks of its own; not the common `docker0`. */
const bridgesOf = (dir: string): ReadonlySet<string> => {
  try {
    const networks = readFileSync(join(dir, 'data/network/files/local-kv.db'), 'latin1')
    return new Set([...networks.matchAll(/br-[0-9a-f]{12}/g)].map(([bridge]) => bridge))
  } catch {
    return new Set()
  }
}
