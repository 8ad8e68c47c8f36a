import { rmSync } from 'node:fs'
import { checkout } from '../../checkout.ts'
import { pollUntil } from '../../pacing/poll-until.ts'
import { ensureStateDir } from '../../state/state-dir.ts'
import { CommandError } from '../options/usage-error.ts'
import { livingRecord } from '../parts/parts.ts'
import { probeEnvironment, probeNodeOptions } from '../parts/probe-runtime.ts'
import { members, stateFiles } from '../parts/state-files.ts'
import type { OwnContainer } from './own-container.ts'
import { isRestarted, ownContainerId } from './restarted.ts'

const READY_MS = 60_000

/**
 * Runs the supervisor as the main process of a container, until a signal. "scope launch", run in the same container, tells it what
 * to run. A container that is started again runs what it ran before; a new one forgets what an earlier one ran.
 *
 * @throws CommandError when Scope runs already with this state directory
 */
export async function runSupervisor(stateDir: string): Promise<never> {
  await refuseSecond(stateDir)
  if (!isRestarted(stateDir, ownContainerId())) rmSync(stateFiles.plan(stateDir), { force: true })
  return becomeSupervisor(stateDir, 'stay')
}

/**
 * Makes the state directory if it is missing.
 *
 * @throws CommandError when Scope runs already with it
 */
export async function refuseSecond(stateDir: string): Promise<void> {
  await ensureStateDir(stateDir)
  const running = members
    .map((member) => livingRecord(stateDir, member))
    .find((record) => record !== undefined)
  if (running !== undefined)
    throw new CommandError(
      `Scope runs already with the state directory ${stateDir} (pid ${running.pid}); "scope stop" ends it`,
    )
}

/**
 * Makes this process the supervisor, so that nothing stays in memory of what only the beginning needs.
 *
 * @param how as `supervisor/main.ts` takes it
 */
export async function becomeSupervisor(stateDir: string, ...how: readonly string[]): Promise<never> {
  if (process.execve === undefined) throw new CommandError('this Node cannot replace itself (process.execve)')
  return process.execve(
    process.execPath,
    [process.execPath, ...probeNodeOptions, checkout.programs.supervisor, stateDir, ...how],
    { ...process.env, ...probeEnvironment },
  )
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
