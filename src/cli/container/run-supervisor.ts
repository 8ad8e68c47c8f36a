import { existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { boundedFile } from '../../log/bounded-file.ts'
import { createLogger } from '../../log/log.ts'
import { pollUntil } from '../../pacing/poll-until.ts'
import { ensureStateDir } from '../../state/state-dir.ts'
import { CommandError, exitCode } from '../options/usage-error.ts'
import { livingRecord } from '../parts/parts.ts'
import { members, stateFiles } from '../parts/state-files.ts'
import { supervise } from '../supervisor/supervise.ts'
import type { OwnContainer } from './own-container.ts'

const READY_MS = 20_000
const MAX_LOG_BYTES = 1024 * 1024
/** In the container itself, so that it is there when the same container is started again, and not in a new one. */
const STARTED = '/run/scope-started'

/**
 * Runs the supervisor as the main process of a container, until a signal. "scope launch", run in the same container, tells it what
 * to run. A container that is started again runs what it ran before; a new one forgets what an earlier one ran.
 *
 * @returns the exit code
 * @throws CommandError when Scope runs already with this state directory
 */
export async function runSupervisor(stateDir: string, startedPath = STARTED): Promise<number> {
  await ensureStateDir(stateDir)
  const running = members
    .map((member) => livingRecord(stateDir, member))
    .find((record) => record !== undefined)
  if (running !== undefined)
    throw new CommandError(
      `Scope runs already with the state directory ${stateDir} (pid ${running.pid}); "scope stop" ends it`,
    )
  if (!existsSync(startedPath)) {
    rmSync(stateFiles.plan(stateDir), { force: true })
    writeFileSync(startedPath, '')
  }
  const path = stateFiles.log(stateDir, 'supervisor')
  const toFile = boundedFile({ fd: openSync(path, 'a', 0o600), path, maxBytes: MAX_LOG_BYTES })
  const write = (line: string) => {
    toFile(line)
    // For those who ask the container runtime for the log.
    process.stderr.write(line)
  }
  await supervise(stateDir, createLogger({ format: 'text', debug: false, write }).child('supervisor'), true)
  return exitCode.ok
}

/**
 * Waits until the supervisor of this container follows the plan.
 *
 * @throws CommandError when it does not begin to
 */
export async function supervisorOf({ name }: OwnContainer, stateDir: string): Promise<void> {
  if (await pollUntil(READY_MS, () => livingRecord(stateDir, 'supervisor'))) return
  throw new CommandError(`no supervisor runs in the container ${name}; "docker logs ${name}" tells why`)
}

/**
 * Refuses to launch natively what runs in a container already.
 *
 * @throws CommandError
 */
export function refuseBesideContainer(stateDir: string): void {
  const supervisor = livingRecord(stateDir, 'supervisor')
  if (supervisor?.stays)
    throw new CommandError(
      `Scope runs already, in a container (its main process is ${supervisor.pid}); end it with "SCOPE_RUNTIME=docker scope stop"`,
    )
}
