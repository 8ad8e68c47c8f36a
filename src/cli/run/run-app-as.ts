import { resolve } from 'node:path'
import { checkout } from '../../checkout.ts'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { launchingUsers } from '../launch/launching-users.ts'
import type { ScopeOptions } from '../options/options.ts'
import { appArguments } from '../options/part-arguments.ts'
import { exitCode } from '../options/usage-error.ts'
import { requireRoot, tryAsUser } from '../parts/app-user.ts'
import { prepareApp } from '../parts/prepare-app.ts'

/**
 * Runs the app as another user, in a process of its own: this one stays root and passes on signals.
 *
 * @returns the app's exit code
 */
export async function runAppAs(user: PasswdEntry, options: ScopeOptions): Promise<number> {
  requireRoot(user)
  const stateDir = resolve(defaultStateDir())
  await ensureStateDir(stateDir)
  await tryAsUser(user)
  const spawnApp = await prepareApp(stateDir, user)
  const app = spawnApp([checkout.programs.main, 'app', ...argumentsAs(options)], {
    stdio: ['inherit', 'inherit', 'inherit'],
    // Ctrl-C would reach the app from the terminal as well as from here, and the second signal would end it at once.
    detached: true,
    env: { ...process.env, SCOPE_STATE_DIR: stateDir },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.kill(signal))
  return new Promise((done, failed) => {
    app.once('error', failed)
    app.once('exit', (code) => done(code ?? exitCode.failed))
  })
}

/** Arguments for an app that runs as another user, and so cannot tell who has launched it. */
export const argumentsAs = (options: ScopeOptions): string[] => {
  const { appUser, launchedBy } = options
  return appArguments(
    appUser === undefined || launchedBy.length > 0
      ? options
      : { ...options, launchedBy: launchingUsers(process) },
  )
}
