import { execFile } from 'node:child_process'
import { checkout } from '../../checkout.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { CommandError, UsageError } from '../options/usage-error.ts'

/**
 * What the command to run an app as another user begins with. Whatever that app executes, such as a program with the
 * set-user-ID bit, then gets no more rights than the app.
 */
export const noNewPrivileges: readonly string[] = ['setpriv', '--no-new-privs']

const OF_EVERYBODY = /^(PATH|LANG|LC_\w+|TZ|TMPDIR|NO_COLOR|(NODE|MALLOC|SCOPE)_\w+|SSL_CERT_(FILE|DIR))$/

/** The part of root's environment that an app of another user gets: what it needs. The rest may hold secrets. */
export const environmentFor = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => OF_EVERYBODY.test(name)))

/** Long enough for a machine that is busy. */
const TRIAL_LIMIT_MS = 60_000

/**
 * Tries whether a user can run Scope at all.
 *
 * @throws {CommandError} when not, such as for want of permission to read the checkout
 */
export const tryAsUser = ({ name, uid, gid }: PasswdEntry): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { uid, gid, cwd: '/', timeout: TRIAL_LIMIT_MS, env: environmentFor(process.env) }
    const [file = '', ...args] = [...noNewPrivileges, process.execPath, checkout.programs.main, 'version']
    execFile(file, args, options, (error, _stdout, stderr) => {
      if (error === null) return resolve()
      if (error.code === 'ENOENT')
        return reject(new CommandError('--app.user: cannot run setpriv (package util-linux)'))
      const why = /^(?:\w*Error|setpriv): .*$/m.exec(stderr)?.[0] ?? error.message
      const what = `--app.user: the user ${name} cannot run Scope from ${checkout.root} with ${process.execPath}`
      reject(
        new CommandError(`${what} (${why}); it needs to read both, and to get into all directories above`),
      )
    })
  })

/** @throws {UsageError} unless this process may start another as any user */
export const requireRoot = ({ name, uid }: PasswdEntry): void => {
  const own = process.getuid?.()
  if (own !== 0 && own !== uid)
    throw new UsageError(`--app.user=${name}: only root can run the app as another user; use sudo`)
}
