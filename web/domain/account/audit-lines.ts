import type { AuditEntry } from '../../../src/api/audit.ts'
import { count } from '../words/format.ts'
import { duration } from '../words/time.ts'

/** An entry of the audit log as it is shown. */
export interface AuditLine {
  readonly at: string
  readonly who: string
  readonly from: string
  /** What was asked for, and of what: `New password: anna`. */
  readonly what: string
  readonly result: AuditEntry['result']
  /** The result with its reason and how often: `refused: wrong password (12 times)`. */
  readonly outcome: string
}

const actions: Readonly<Record<string, string>> = {
  'sign-in': 'Sign-in',
  'sign-out': 'Sign-out',
  'user-add': 'New user',
  'user-remove': 'User removed',
  'user-role': 'New role',
  'user-password': 'New password',
  link: 'Link made',
  'app-start': 'Scope started',
  'app-stop': 'Scope stopped',
  'audit-lost': 'Entries lost',
  'audit-damaged': 'Log damaged',
  refused: 'Request',
}

/** An entry in words. Actions that are not known are shown as they are. */
export function auditLine(entry: AuditEntry): AuditLine {
  const action = Object.hasOwn(actions, entry.action) ? actions[entry.action] : entry.action
  const reason = entry.reason === undefined ? '' : `: ${entry.reason}`
  const lasted = entry.durationMs === undefined ? '' : ` (after ${duration(entry.durationMs / 1000)})`
  const times = entry.count === undefined ? '' : ` (${count(entry.count)} times)`
  return {
    at: entry.at,
    who: entry.who === '' ? 'nobody signed in' : entry.who,
    from: entry.from,
    what: entry.target === undefined ? `${action}` : `${action}: ${entry.target}`,
    result: entry.result,
    outcome: `${entry.result}${reason}${lasted}${times}`,
  }
}
