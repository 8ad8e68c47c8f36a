import { errorCode } from '../../../log/error-code.ts'
import { pollUntil } from '../../../pacing/poll-until.ts'
import { CommandError } from '../../options/usage-error.ts'
import type { Member } from '../state-files.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'

const politeMs = 10_000
const killMs = 5000

/**
 * Ends a process and waits until it is gone: first with SIGTERM, then with SIGKILL. Another process that has since got
 * the same pid is left alone.
 *
 * @param patienceMs time between the two signals
 * @throws CommandError when it may not be signalled, or does not end
 */
export async function endProcess(
  identity: ProcessIdentity,
  member: Member,
  patienceMs = politeMs,
): Promise<void> {
  const gone = () => (isAlive(identity) ? undefined : true)
  signalProcess(identity, 'SIGTERM', member)
  // A stopped process has to continue to handle SIGTERM.
  signalProcess(identity, 'SIGCONT', member)
  if (await pollUntil(patienceMs, gone)) return
  signalProcess(identity, 'SIGKILL', member)
  if (await pollUntil(killMs, gone)) return
  throw new CommandError(`the ${member} (pid ${identity.pid}) does not end, not even when killed`)
}

/**
 * Sends a signal to a process, unless it is gone.
 *
 * @throws CommandError when it may not be signalled
 */
export function signalProcess(identity: ProcessIdentity, name: NodeJS.Signals, member: Member): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ESRCH') return
    const why = code === 'EPERM' ? 'not permitted; it belongs to another user' : String(error)
    throw new CommandError(`cannot signal the ${member} (pid ${identity.pid}): ${why}`)
  }
}
