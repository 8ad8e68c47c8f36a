import { type ChildProcess, execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { rotatedFile } from '../../log/bounded-file.ts'
import {
  type AppSecrets,
  formatAppSecrets,
  parseAppSecrets,
  readAppSecrets,
} from '../../state/app-secrets.ts'
import { giveAppDir, giveFile, type Owner } from '../../state/give-app-dir.ts'
import { writeSteadyFile } from '../../state/steady-file.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { checkout } from '../checkout.ts'
import { CommandError, UsageError } from '../options/usage-error.ts'
import { APP_STATUS_BYTES, stateFiles } from './state-files.ts'

/** How to start an app as the user whom it is to run as. */
export interface AppStart {
  /** Options for `spawn`; `stdio` is what follows the three standard streams. */
  /** What the command to run begins with. */
  readonly via: readonly string[]
  readonly ids: { readonly uid?: number; readonly gid?: number }
  readonly stdio: readonly 'pipe'[]
  readonly env: Readonly<Record<string, string>>
  /** To be called with the process that was started: hands it the secrets. */
  handOver(app: ChildProcess): void
}

/** Whatever the app executes, such as a program with the set-user-ID bit, gets no more rights than the app. */
const noNewPrivileges = ['setpriv', '--no-new-privs']

const ROOT: Owner = { uid: 0, gid: 0 }
const SECRETS_FD = 3
const SECRETS_VARIABLE = 'SCOPE_SECRETS_FD'

/** Starts an app as the user who runs this process. */
const asSelf: AppStart = { via: [], ids: {}, stdio: [], env: {}, handOver: () => {} }

/**
 * Prepares the state directory for an app that runs as another user, and tells how to start it: what the app writes is
 * given to that user, and secrets are handed over through a descriptor. Without a user, what an earlier app wrote as
 * another is taken back. Only root can do this; for others it is always their own app.
 *
 * The process that is started has no capabilities and no supplementary groups, and can get none by executing a program.
 *
 * @throws {StateError}
 */
export const prepareApp = async (stateDir: string, user: PasswdEntry | undefined): Promise<AppStart> => {
  if (process.getuid?.() !== 0) return asSelf
  const owner = user ?? ROOT
  await giveAppDir(stateDir, owner)
  const [status, log] = [stateFiles.status(stateDir, 'app'), stateFiles.log(stateDir, 'app')]
  if (user === undefined) {
    for (const path of [status, log, rotatedFile(log)]) if (existsSync(path)) giveFile(path, ROOT)
    return asSelf
  }
  // The user cannot create files in the state directory, only write to those that are there.
  writeSteadyFile(status, '{}\n', APP_STATUS_BYTES)
  for (const path of [status, log, rotatedFile(log)]) giveFile(path, owner)
  const secrets = formatAppSecrets(await readAppSecrets(stateDir))
  return {
    via: noNewPrivileges,
    ids: { uid: user.uid, gid: user.gid },
    stdio: ['pipe'],
    env: { [SECRETS_VARIABLE]: String(SECRETS_FD) },
    handOver: (app) => {
      const pipe = app.stdio[SECRETS_FD]
      if (!pipe || !('end' in pipe)) return
      // An app that ends at once leaves nobody to read them; that it ended is told elsewhere.
      pipe.on('error', () => {})
      pipe.end(secrets)
    },
  }
}

/** The secrets that this process was handed by who started it; undefined when it is to read them itself. */
export const takeSecrets = (env: NodeJS.ProcessEnv): AppSecrets | undefined => {
  if (env[SECRETS_VARIABLE] !== String(SECRETS_FD)) return undefined
  delete env[SECRETS_VARIABLE]
  return parseAppSecrets(readFileSync(SECRETS_FD, 'utf8'))
}

const TRIAL_LIMIT_MS = 20_000

/**
 * Tries whether a user can run Scope at all.
 *
 * @throws {CommandError} when not, such as for want of permission to read the checkout
 */
export const tryAsUser = ({ name, uid, gid }: PasswdEntry): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { uid, gid, cwd: '/', timeout: TRIAL_LIMIT_MS }
    const [file = '', ...args] = [...noNewPrivileges, process.execPath, checkout.main, 'version']
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
