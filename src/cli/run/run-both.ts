import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { pollUntil } from '../../pacing/poll-until.ts'
import { defaultStateDir, ensureStateDir } from '../../state/state-dir.ts'
import { checkout } from '../checkout.ts'
import { ownAppUrl, probeTargets } from '../launch/app-urls.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { probeArguments } from '../options/part-arguments.ts'
import { CommandError, exitCode } from '../options/usage-error.ts'
import { requireRoot, tryAsUser } from '../parts/app-user.ts'
import { prepareApp, spawnNode } from '../parts/prepare-app.ts'
import {
  appEnvironment,
  fillCompileCache,
  probeEnvironment,
  probeNodeOptions,
} from '../parts/probe-runtime.ts'
import { keepServiceToken } from '../parts/service-token.ts'
import { readAppStatus } from '../parts/state-files.ts'
import { argumentsAs } from './run-app-as.ts'

const appLimitMs = 30_000

/**
 * Runs the parts in the foreground until a signal, as in a container. When one of them ends, the other is ended too,
 * and it is left to the container runtime to restart both.
 *
 * @returns the exit code
 */
export async function runBoth({ options, peers }: ParsedOptions): Promise<number> {
  if (options.appUser !== undefined) requireRoot(options.appUser)
  const stateDir = resolve(defaultStateDir())
  await ensureStateDir(stateDir)
  const children: ChildProcess[] = []
  let stopping = false
  let failed = false
  const stopAll = () => {
    stopping = true
    for (const child of children) child.kill('SIGTERM')
  }
  const start = (
    args: string[],
    nodeOptions: readonly string[],
    environment: Readonly<Record<string, string>>,
    spawnPrepared = spawnNode,
  ) => {
    const child = spawnPrepared([...nodeOptions, checkout.main, ...args], {
      stdio: ['inherit', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    })
    child.once('exit', (code) => {
      if (!stopping || code !== 0) failed = true
      stopAll()
    })
    children.push(child)
    return child
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopAll)

  let own: string | undefined
  if (options.app) {
    const { appUser } = options
    if (appUser !== undefined) await tryAsUser(appUser)
    const spawnApp = await prepareApp(stateDir, appUser)
    const app = start(
      ['app', ...argumentsAs(options)],
      [],
      { ...appEnvironment, SCOPE_STATE_DIR: stateDir },
      spawnApp,
    )
    own = await urlOfApp(stateDir, app, ownAppUrl(options), () => stopping)
  }
  if (options.probe) await fillCompileCache(stateDir)
  if (options.probe && !stopping)
    start(
      [
        'probe',
        ...probeArguments(await keepServiceToken(options, stateDir), probeTargets(own, peers, options)),
      ],
      probeNodeOptions,
      probeEnvironment(stateDir),
    )
  await Promise.all(children.map(ended))
  return failed ? exitCode.failed : exitCode.ok
}

async function urlOfApp(
  stateDir: string,
  app: ChildProcess,
  wanted: string,
  isStopping: () => boolean,
): Promise<string> {
  const url = await pollUntil(appLimitMs, () => {
    const status = readAppStatus(stateDir)
    if (status?.pid === app.pid) return status?.localUrl
    return isStopping() ? wanted : undefined
  })
  if (url !== undefined) return url
  app.kill('SIGKILL')
  throw new CommandError(`the app did not say within ${appLimitMs / 1000} s where it listens`)
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => child.once('exit', () => done()))
}
