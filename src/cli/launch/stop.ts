import { pollUntil } from '../../pacing/poll-until.ts'
import { CommandError } from '../options/usage-error.ts'
import { identifyProcess, isAlive, type ProcessIdentity } from '../parts/process-identity.ts'
import { forgetPart, type Part, parts, readLaunchRecord } from '../parts/state-files.ts'

const politeMs = 10_000
const killMs = 5000

/**
 * Ends the parts that run, and forgets those that were launched: first asked, then killed.
 *
 * @returns the parts that ran
 * @throws CommandError when one may not be signalled, or does not go
 */
export async function stopParts(stateDir: string, which: readonly Part[] = parts): Promise<Part[]> {
  const stopped = await Promise.all(which.map((part) => stopPart(stateDir, part)))
  return which.filter((_, index) => stopped[index])
}

async function stopPart(stateDir: string, part: Part): Promise<boolean> {
  const record = readLaunchRecord(stateDir, part)
  if (record === undefined) return false
  const ran = isAlive(record)
  if (ran) await endProcess(record, part)
  forgetPart(stateDir, part)
  return ran
}

/** Ends one process and waits until it is gone. */
export async function endProcess(identity: ProcessIdentity, part: Part): Promise<void> {
  const gone = () => (isAlive(identity) ? undefined : true)
  signal(identity, 'SIGTERM', part)
  if (await pollUntil(politeMs, gone)) return
  signal(identity, 'SIGKILL', part)
  if (await pollUntil(killMs, gone)) return
  throw new CommandError(`the ${part} (pid ${identity.pid}) does not end, not even when killed`)
}

function signal(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL', part: Part): void {
  if (identifyProcess(identity.pid)?.startTicks !== identity.startTicks) return
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ESRCH') return
    throw new CommandError(
      `cannot stop the ${part} (pid ${identity.pid}): ${code === 'EPERM' ? 'not permitted; it belongs to another user' : String(error)}`,
    )
  }
}
