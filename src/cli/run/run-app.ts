import { rmSync } from 'node:fs'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { version } from '../../version.ts'
import { checkout } from '../checkout.ts'
import { ownAppUrl } from '../launch/app-urls.ts'
import { viewingUsers } from '../launch/launching-users.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { partLog } from '../parts/part-log.ts'
import { type AppStatus, readAppStatus, stateFiles, writeAppStatus } from '../parts/state-files.ts'
import { runUntilSignal } from './run-part.ts'

/** Runs the app in the foreground until a signal. */
export async function runApp({ options, warnings }: ParsedOptions): Promise<number> {
  const log = partLog('app', options)
  for (const warning of warnings) log.warn(warning)
  log.info(`scope ${version} on Node ${process.versions.node}`)
  return runUntilSignal(log, async () => {
    const stateDir = defaultStateDir()
    await ensureStateDir(stateDir)
    const { startApp } = await import('../../app/app.ts')
    const { appAddress: address, windowMs, namedServices, labelFilters } = options
    const app = await startApp({
      address,
      stateDir,
      windowMs,
      namedServices,
      labelFilters,
      localUsers: viewingUsers(options, process),
      webRoot: checkout.webRoot,
      log,
    })
    const status: AppStatus = {
      pid: process.pid,
      port: app.port,
      urls: app.urls,
      localUrl: ownAppUrl(options, app.port),
      startedAt: new Date().toISOString(),
    }
    writeAppStatus(stateDir, status)
    return {
      stop: async () => {
        if (readAppStatus(stateDir)?.pid === process.pid)
          rmSync(stateFiles.status(stateDir, 'app'), { force: true })
        await app.stop()
      },
    }
  })
}
