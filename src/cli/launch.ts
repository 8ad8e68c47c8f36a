import { describeError } from '../log/log.ts'
import type { ProbeStatusDocument } from '../probe/status-file.ts'
import { ensureStateDir, token } from '../state/state-dir.ts'
import { ownAppUrl, probeTargets } from './app-urls.ts'
import { withLaunchLock } from './launch-lock.ts'
import { checkListenAddress } from './listen-check.ts'
import type { ScopeOptions } from './options.ts'
import type { ParsedOptions } from './parse-options.ts'
import { appArguments, probeArguments } from './part-arguments.ts'
import { partStates } from './parts.ts'
import { startPart } from './start-part.ts'
import { type AppStatus, type Part, readAppStatus, readProbeStatus } from './state-files.ts'
import { stopParts } from './stop.ts'
import { CommandError } from './usage-error.ts'

const appLimitMs = 30_000
const probeLimitMs = 30_000

/** What runs after a launch, and which parts this launch started. */
export interface Launched {
  readonly started: readonly Part[]
  readonly app: AppStatus | undefined
  readonly probe: ProbeStatusDocument | undefined
}

/**
 * Starts those of the wanted parts that do not run, and waits until the page answers and the probe says how it traces.
 *
 * @throws CommandError with the reason and the end of the log; then nothing runs that this launch started
 */
export async function launch(stateDir: string, parsed: ParsedOptions): Promise<Launched> {
  await ensureStateDir(stateDir)
  return withLaunchLock(stateDir, async () => {
    const started: Part[] = []
    try {
      return await Promise.race([startMissing(stateDir, parsed, started), interruption()])
    } catch (error) {
      await stopParts(stateDir, started)
      throw error
    }
  })
}

/** Rejects when the person at the terminal gives up waiting. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () =>
        reject(new CommandError(`interrupted by ${signal}; nothing was left running`)),
      )
    }
  })
}

async function startMissing(
  stateDir: string,
  { options, peers }: ParsedOptions,
  started: Part[],
): Promise<Launched> {
  const states = partStates(stateDir)
  const app =
    options.app && states.app.state !== 'running'
      ? await startApp(stateDir, options, started)
      : states.app.status
  const own = app?.localUrl ?? (options.app ? ownAppUrl(options) : undefined)
  if (!options.probe) return { started, app, probe: states.probe.status }

  if (states.probe.state === 'running') {
    if (own === undefined || publishesTo(states.probe.status, own))
      return { started, app, probe: states.probe.status }
    // The app came back on another port than the one this probe knows.
    await stopParts(stateDir, ['probe'])
  }
  return { started, app, probe: await startProbe(stateDir, options, probeTargets(own, peers), started) }
}

async function startApp(stateDir: string, options: ScopeOptions, started: Part[]): Promise<AppStatus> {
  await checkListenAddress(options.appAddress)
  started.push('app')
  const { record, waitFor } = await startPart(stateDir, 'app', appArguments(options))
  const page = new PageCheck()
  return waitFor(
    () => page.failure,
    appLimitMs,
    () => page.servingApp(stateDir, record.pid),
  )
}

async function startProbe(
  stateDir: string,
  options: ScopeOptions,
  targets: readonly string[],
  started: Part[],
): Promise<ProbeStatusDocument> {
  started.push('probe')
  const { record, waitFor } = await startPart(stateDir, 'probe', probeArguments(options, targets))
  return waitFor(
    () => 'did not say how it traces',
    probeLimitMs,
    () => tracingProbe(stateDir, record.pid),
  )
}

function publishesTo(status: ProbeStatusDocument | undefined, url: string): boolean {
  return status === undefined || status.apps.some((app) => app.url.replace(/\/$/, '') === url)
}

/** Asks an app for its page; what came instead is kept, to be told if it never comes. */
class PageCheck {
  #instead = 'it did not say where it listens'

  get failure(): string {
    return `did not serve the page (${this.#instead})`
  }

  async servingApp(stateDir: string, pid: number): Promise<AppStatus | undefined> {
    const status = readAppStatus(stateDir)
    if (status?.pid !== pid) return undefined
    const authorization = `Bearer ${await token(stateDir)}`
    try {
      const answer = await fetch(status.localUrl, {
        headers: { authorization },
        signal: AbortSignal.timeout(2000),
      })
      await answer.body?.cancel()
      if (answer.ok) return status
      this.#instead = `${status.localUrl} answered ${answer.status}`
    } catch (error) {
      this.#instead = `${status.localUrl}: ${describeError(error)}`
    }
    return undefined
  }
}

function tracingProbe(stateDir: string, pid: number): ProbeStatusDocument | undefined {
  const status = readProbeStatus(stateDir)
  if (status?.pid !== pid) return undefined
  const connections = status.collectors.find(({ id }) => id === 'connections')
  return connections === undefined || connections.state === 'waiting' ? undefined : status
}
