import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import type { PasswdEntry } from '../../users/passwd.ts'
import { checkout } from '../checkout.ts'
import { launchingUsers } from '../launch/launching-users.ts'
import type { ScopeOptions } from '../options/options.ts'
import { appArguments } from '../options/part-arguments.ts'
import { exitCode } from '../options/usage-error.ts'
import { prepareApp, requireRoot, tryAsUser } from '../parts/app-user.ts'

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
  const start = await prepareApp(stateDir, user)
  const [file = '', ...args] = [...start.via, process.execPath, checkout.main, 'app', ...argumentsAs(options)]
  const app = spawn(file, args, {
    stdio: ['inherit', 'inherit', 'inherit', ...start.stdio],
    ...start.ids,
    // Ctrl-C would reach the app from the terminal as well as from here, and the second signal would end it at once.
    detached: true,
    env: { ...process.env, SCOPE_STATE_DIR: stateDir, ...start.env },
  })
  start.handOver(app)
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
