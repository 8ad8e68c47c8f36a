import { MAX_UID } from '../../users/passwd.ts'
import type { ScopeOptions } from '../options/options.ts'

/** What is asked of this process: who runs it, and in what environment. */
export interface RunningProcess {
  readonly env: NodeJS.ProcessEnv
  getuid?(): number
}

/**
 * The ids of the users who run this command: the process's own and, with sudo, that of the person who called it. A
 * `SUDO_UID` that is no user id is passed over.
 */
export const launchingUsers = ({ env, getuid }: RunningProcess): readonly number[] => {
  const { SUDO_UID: sudo = '' } = env
  const isUid = /^\d{1,10}$/.test(sudo) && Number(sudo) <= MAX_UID
  return [...new Set([...(getuid ? [getuid()] : []), ...(isUid ? [Number(sudo)] : [])])]
}

/** The ids of the users who launched the app with these options. */
export const usersWhoLaunched = (
  { launchedBy }: Pick<ScopeOptions, 'launchedBy'>,
  process: RunningProcess,
): readonly number[] => (launchedBy.length > 0 ? launchedBy : launchingUsers(process))

/** The ids of the users who, besides root, may see the map of an app with these options without signing in. */
export const viewingUsers = (options: ScopeOptions, process: RunningProcess): readonly number[] => [
  ...options.localUsers,
  ...usersWhoLaunched(options, process),
]
