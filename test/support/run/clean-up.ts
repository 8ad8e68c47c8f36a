import { execFileSync } from 'node:child_process'
import { rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  knownRuns,
  markedCgroups,
  markedDirectories,
  markedInterfaces,
  markedNamespaces,
  markedProcesses,
  markedRules,
  notedPrograms,
  withDescendants,
} from './belongings.ts'
import { emptyDaemon, isDaemonDirectory, removeDaemonDirectory } from './docker-daemon.ts'
import { imagesOf, removeImages } from './images.ts'
import { unmountAt } from './mounts.ts'
import { isAlive, type Run } from './run.ts'

/** How long hosts made of namespaces get to end by themselves, as they do without those who made them. */
const ENDS_BY_ITSELF_MS = 5000
const KILL_LIMIT_MS = 30_000
const PAUSE_MS = 100

/** Does what may fail because somebody else has done it already. */
const attempt = (step: () => unknown): void => {
  try {
    step()
  } catch {
    // It is gone: what is left is found by the next look.
  }
}

const processesOf = (run: Run): ReadonlySet<number> => {
  const marked = markedProcesses().filter((one) => one.run === run)
  const all = new Set(withDescendants([...marked.map(({ pid }) => pid), ...notedPrograms(run)]))
  all.delete(process.pid)
  return all
}

const kill = (pids: Iterable<number>): void => {
  for (const pid of pids) attempt(() => process.kill(pid, 'SIGKILL'))
}

const commandOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })

const runs = (pid: number, what: RegExp): boolean => {
  let is = false
  attempt(() => {
    is = what.test(commandOf(pid))
  })
  return is
}

/** A process of vitest that runs test files. */
const isWorker = (pid: number) => runs(pid, /vitest\S*\/workers\//)

/** What removes the cgroups of a host that is made of namespaces, when the host has ended with those who made it. */
const isKeeperOfHost = (pid: number) => runs(pid, /\/sys\/fs\/cgroup/)

const killAll = async (run: Run): Promise<void> => {
  const deadline = performance.now() + KILL_LIMIT_MS
  for (let left = processesOf(run); left.size > 0; left = processesOf(run)) {
    if (performance.now() > deadline)
      throw new Error(`processes of a run of the tests do not end: ${[...left].join(', ')}`)
    kill(left)
    await sleep(PAUSE_MS)
  }
}

const letHostsEnd = async (run: Run): Promise<void> => {
  const deadline = performance.now() + ENDS_BY_ITSELF_MS
  while (performance.now() < deadline && [...processesOf(run)].some(isKeeperOfHost)) await sleep(PAUSE_MS)
}

const removeDirectory = (path: string): void => {
  unmountAt(path)
  rmSync(path, { recursive: true, force: true, maxRetries: 5 })
}

/**
 * Removes all that a run of the tests has left: processes, containers, network namespaces, cgroups, interfaces, rules of iptables,
 * mounts and files. Only what is marked as that run's is touched. It may be done twice at the same time.
 */
export const cleanUp = async (run: Run): Promise<void> => {
  const stateDirs = new Set(
    markedProcesses().flatMap((one) => (one.run === run && one.stateDir ? [one.stateDir] : [])),
  )
  kill([...processesOf(run)].filter(isWorker))
  const directories = markedDirectories().filter((one) => one.run === run)
  const daemons = directories.filter(({ path }) => isDaemonDirectory(basename(path)))
  for (const { path } of daemons) emptyDaemon(path)
  await letHostsEnd(run)
  await killAll(run)
  for (const { command, table, rule, run: of } of markedRules())
    if (of === run) attempt(() => execFileSync(command, ['-w', '-t', table, '-D', ...rule.slice(1)]))
  for (const { name, run: of } of markedInterfaces())
    if (of === run) attempt(() => execFileSync('ip', ['link', 'delete', name], { stdio: 'ignore' }))
  for (const { name, run: of } of markedNamespaces())
    if (of === run) attempt(() => execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' }))
  for (const { path, run: of } of markedCgroups()) if (of === run) attempt(() => rmdirSync(path))
  for (const { path } of daemons) attempt(() => removeDaemonDirectory(path))
  if (directories.some(({ path }) => path === imagesOf(run))) attempt(() => removeImages(run))
  for (const { path } of directories) removeDirectory(path)
  for (const dir of stateDirs)
    if (dirname(dir) === tmpdir() && basename(dir).startsWith('scope-')) removeDirectory(dir)
}

/** Removes what runs have left that are over. @returns those runs */
export const cleanUpDeadRuns = async (): Promise<readonly Run[]> => {
  const dead = [...knownRuns()].filter((run) => !isAlive(run))
  for (const run of dead) await cleanUp(run)
  return dead
}
