import type { Accounts } from '../../app/accounts/accounts.ts'
import { openAccounts } from '../../app/accounts/open-accounts.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import { openAppAudit } from '../../audit/places.ts'
import { createFaults } from '../../log/faults.ts'
import { createLogger } from '../../log/log.ts'
import { asOwnerOf, ensureAppDir } from '../../state/app-dir.ts'
import { checkStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { createUsers } from '../../users/users.ts'
import { callerName } from './caller.ts'

/** Several commands may run at once. */
const BUSY_TIMEOUT_MS = 10_000

const log = createLogger({ format: 'text', debug: false })
const silent = createLogger({ format: 'text', debug: false, write: () => undefined })

/** What a command does to the accounts, with the audit log in which it is noted. */
export interface OpenedAccounts {
  readonly accounts: Accounts
  /**
   * Does something and notes it, also when it fails.
   *
   * @param action as in `AuditEntry`: `user-add`
   * @param target what it is done to: the name of a user
   */
  audited<Result>(action: string, target: string, work: () => Result | Promise<Result>): Promise<Result>
}

/**
 * Does something with the accounts of a state directory, whether or not the app runs. Root does it with the rights of the
 * user to whom the app's directory belongs.
 *
 * @throws {StateError} when the accounts cannot be used
 */
export const withAccounts = async <Result>(
  stateDir: string,
  work: (opened: OpenedAccounts) => Result | Promise<Result>,
): Promise<Result> => {
  if (!(await checkStateDir(stateDir))) await ensureStateDir(stateDir)
  const directory = await ensureAppDir(stateDir)
  const nowMs = () => performance.now()
  const who = callerName(process, createUsers('/proc', nowMs))
  return asOwnerOf(directory, async () => {
    const accounts = openAccounts({ directory, nowMs: Date.now, busyTimeoutMs: BUSY_TIMEOUT_MS })
    const faults = createFaults({ nowMs, log: silent })
    const audit = openAppAudit(stateDir, faults)
    try {
      return await work({ accounts, audited: auditedBy(who, audit) })
    } finally {
      await audit.stop()
      // Not earlier: what could not be written at first, as while another process was writing, may have been written by now.
      for (const { reason } of faults.of('audit')) log.error(`audit ${reason}`)
      accounts.close()
    }
  })
}

const auditedBy =
  (who: string, audit: AuditLog): OpenedAccounts['audited'] =>
  async (action, target, work) => {
    const entry = { who, from: 'command line', action, target }
    try {
      const result = await work()
      audit.record({ ...entry, result: 'done' })
      return result
    } catch (error) {
      audit.record({ ...entry, result: 'failed', reason: (error as Error).message })
      throw error
    }
  }
