import { rmSync } from 'node:fs'
import type { CertificateSource } from '../../app/tls/keeper.ts'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { version } from '../../version.ts'
import { checkout } from '../checkout.ts'
import { ownAppUrl } from '../launch/app-urls.ts'
import { viewingUsers } from '../launch/launching-users.ts'
import { accessOptionsOf } from '../options/access-choices.ts'
import type { ScopeOptions } from '../options/options.ts'
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
    const certificate = certificateSource(options, stateDir)
    const app = await startApp({
      address,
      ...(certificate && { certificate }),
      certificateRenewed: (served) => writeAppStatus(stateDir, { ...status, certificate: served }),
      stateDir,
      windowMs,
      namedServices,
      labelFilters,
      localUsers: viewingUsers(options, process),
      access: accessOptionsOf(options.access),
      webRoot: checkout.webRoot,
      log,
    })
    const status: AppStatus = {
      pid: process.pid,
      port: app.port,
      urls: app.urls,
      localUrl: ownAppUrl(options, app.port),
      startedAt: new Date().toISOString(),
      ...(app.certificate && { certificate: app.certificate }),
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

function certificateSource(
  { tls, tlsCert, tlsKey }: ScopeOptions,
  stateDir: string,
): CertificateSource | undefined {
  if (tls !== undefined) return { kind: tls, dir: stateDir }
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  return { kind: 'files', files: { cert: tlsCert, key: tlsKey } }
}
