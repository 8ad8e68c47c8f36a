import type { Users } from '../../users/users.ts'
import { launchingUsers, type RunningProcess } from '../launch/launching-users.ts'

/**
 * Who runs this command, as the audit log names users of the machine: `uid 1000 (anna)`. With sudo, the person who called
 * it; only root is believed what `SUDO_UID` says.
 */
export const callerName = (process: RunningProcess, users: Pick<Users, 'nameOf'>): string => {
  const uid = process.getuid?.()
  const called = launchingUsers(process)
  const caller = (uid === 0 ? called.at(-1) : uid) ?? uid
  if (caller === undefined) return ''
  const name = users.nameOf(caller)
  return name === undefined ? `uid ${caller}` : `uid ${caller} (${name})`
}
