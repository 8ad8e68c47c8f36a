import type { ChildProcess } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { checkout } from '../../../checkout.ts'
import { CommandError } from '../../options/usage-error.ts'
import type { PartPlan } from '../../supervisor/plan.ts'
import { lastLines } from '../log-tail.ts'
import { prepareApp, spawnNode } from '../prepare-app.ts'
import { appEnvironment, probeEnvironment, probeNodeOptions } from '../probe-runtime.ts'
import { type Part, stateFiles, writeLaunchRecord } from '../state-files.ts'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'

/** A part running as a child of this process. */
export interface SpawnedPart {
  readonly identity: ProcessIdentity
  /** Resolves when it ends, with how: `was ended by SIGKILL`. */
  readonly ended: Promise<string>
  /** Last line of its log; empty when it wrote none. */
  lastWords(): string
}

/**
 * Starts a part that logs to the state directory, and writes its launch record there.
 *
 * @throws CommandError when it cannot be started or recorded; it does not run then
 */
export async function spawnPart(stateDir: string, part: Part, plan: PartPlan): Promise<SpawnedPart> {
  const { args, env, user } = plan
  const isProbe = part === 'probe'
  const spawnPrepared = isProbe ? spawnNode : await prepareApp(stateDir, user)
  const log = stateFiles.log(stateDir, part)
  const fd = openSync(log, 'a', 0o600)
  const logStart = fstatSync(fd).size
  const command = [...(isProbe ? probeNodeOptions : []), checkout.programs.main, part, ...args]
  const child = spawnPrepared(command, {
    stdio: ['ignore', fd, fd],
    cwd: '/',
    env: {
      ...process.env,
      ...env,
      ...(isProbe ? probeEnvironment : appEnvironment),
      SCOPE_STATE_DIR: stateDir,
      SCOPE_LOG_FILE: log,
    },
  })
  closeSync(fd)
  const ended = endOf(child)
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
  if (identity === undefined) throw new CommandError(await ended)
  try {
    writeLaunchRecord(stateDir, part, { ...identity, launchedAt: new Date().toISOString() })
  } catch (cause) {
    // Without a record no command could find and stop it.
    child.kill('SIGKILL')
    await ended
    throw new CommandError(`could not be recorded: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
  return { identity, ended, lastWords: () => lastLines(log, 1, logStart)[0] ?? '' }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    )
  })
}
