import type { CertificateSource } from '../../app/tls/keeper.ts'
import { checkout } from '../../checkout.ts'
import { appDir } from '../../state/app-dir.ts'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { version } from '../../version.ts'
import { ownAppUrl } from '../launch/app-urls.ts'
import { usersWhoLaunched, viewingUsers } from '../launch/launching-users.ts'
import { accessOptionsOf } from '../options/access-choices.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { partLog } from '../parts/part-log.ts'
import { prepareApp, takeSecrets } from '../parts/prepare-app.ts'
import { identifyProcess } from '../parts/processes/process-identity.ts'
import { type AppStatus, removeAppStatus, writeAppStatus } from '../parts/state-files.ts'
import { announceIfAsked } from './announce.ts'
import { runAppAs } from './run-app-as.ts'
import { runUntilSignal } from './run-part.ts'
import { registerApp } from './weave-net.ts'

/** Runs the app in the foreground until a signal. */
export async function runApp({ options, warnings }: ParsedOptions): Promise<number> {
  const { appUser } = options
  if (appUser !== undefined && appUser.uid !== process.getuid?.()) return runAppAs(appUser, options)
  const log = partLog('app', options)
  for (const warning of warnings) log.warn(warning)
  log.info(`scope ${version} on Node ${process.versions.node}`)
  return runUntilSignal(log, async () => {
    const stateDir = defaultStateDir()
    await ensureStateDir(stateDir)
    const secrets = takeSecrets(process.env)
    await prepareApp(stateDir, undefined)
    const { startApp } = await import('../../app/app.ts')
    const { appAddress: address, windowMs, namedServices, labelFilters, metricsGraph } = options
    const certificate = certificateSource(options, stateDir)
    const tell = (more: Partial<AppStatus>): void => {
      status = { ...status, ...more }
      writeAppStatus(stateDir, status)
    }
    const app = await startApp({
      address,
      ...(certificate && { certificate }),
      certificateRenewed: (certificate) => tell({ certificate }),
      stateDir,
      secrets,
      windowMs,
      namedServices,
      labelFilters,
      metricsGraph,
      localUsers: viewingUsers(options, process),
      launchedBy: usersWhoLaunched(options, process),
      access: accessOptionsOf(options.access),
      limits: { intake: options.intake, clients: options.clients },
      webRoot: checkout.webRoot,
      log,
    })
    let status: AppStatus = {
      pid: process.pid,
      ...identifyProcess(process.pid),
      port: app.port,
      urls: app.urls,
      localUrl: ownAppUrl(options, app.port),
      startedAt: new Date().toISOString(),
      ...(app.certificate && { certificate: app.certificate }),
    }
    writeAppStatus(stateDir, status)
    const silence = await announceIfAsked(options, app, log)
    const withdraw = await registerApp({
      ...{ options, log, guard: app.guardOf('weave') },
      ...{ app: { port: app.port, isTls: app.certificate !== undefined } },
      changed: (weave) => tell({ weave }),
    })
    return {
      stop: async () => {
        removeAppStatus(stateDir, process.pid)
        await Promise.all([silence(), withdraw()])
        await app.stop()
      },
    }
  })
}

function certificateSource(
  { tls, tlsCert, tlsKey, appUser }: ScopeOptions,
  stateDir: string,
): CertificateSource | undefined {
  if (tls !== undefined) return { kind: tls, dir: appUser === undefined ? stateDir : appDir(stateDir) }
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  return { kind: 'files', files: { cert: tlsCert, key: tlsKey } }
}
