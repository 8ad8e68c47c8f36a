import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { ensureStateDir } from '../../state/state-dir.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { appArguments, probeArguments } from '../options/part-arguments.ts'
import { CommandError } from '../options/usage-error.ts'
import { withLaunchLock } from '../parts/launch-lock.ts'
import { partStates } from '../parts/parts.ts'
import { startPart } from '../parts/start-part.ts'
import { type AppStatus, type Part, readProbeStatus } from '../parts/state-files.ts'
import { checkListenAddress } from '../port/listen-check.ts'
import { isLoopbackUrl, ownAppUrl, probeTargets } from './app-urls.ts'
import { PageCheck } from './page-check.ts'
import { stopParts } from './stop.ts'

const appLimitMs = 30_000
const probeLimitMs = 30_000

/** What runs after a launch, and which parts this launch started. */
export interface Launched {
  readonly started: readonly Part[]
  readonly app: AppStatus | undefined
  readonly probe: ProbeStatusDocument | undefined
}

/** A launch at work. */
interface Launching {
  readonly stateDir: string
  readonly options: ScopeOptions
  /** The parts that it started so far. */
  readonly started: Part[]
  readonly interrupted: AbortSignal
}

/**
 * Starts those of the wanted parts that do not run, and waits until the page answers and the probe says how it traces.
 *
 * @throws CommandError with the reason and the end of the log; then nothing runs that this launch started
 */
export async function launch(stateDir: string, { options, peers }: ParsedOptions): Promise<Launched> {
  await ensureStateDir(stateDir)
  return withLaunchLock(stateDir, async () => {
    const launching: Launching = { stateDir, options, started: [], interrupted: interruption() }
    try {
      return await startMissing(launching, peers)
    } catch (error) {
      await stopParts(stateDir, launching.started)
      throw error
    }
  })
}

/** Aborted when the person at the terminal gives up waiting. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () =>
      controller.abort(new CommandError(`interrupted by ${signal}; nothing was left running`)),
    )
  }
  return controller.signal
}

async function startMissing(launching: Launching, peers: readonly string[]): Promise<Launched> {
  const { stateDir, options, started } = launching
  const states = partStates(stateDir)
  const app = options.app && states.app.state !== 'running' ? await startApp(launching) : states.app.status
  const { state, status: probe } = states.probe
  if (!options.probe) return { started, app, probe }

  const own = app?.localUrl ?? (options.app ? ownAppUrl(options) : undefined)
  const known = probe?.apps.map(({ url }) => url) ?? []
  if (state === 'running') {
    if (probe === undefined || own === undefined || known.includes(own)) return { started, app, probe }
    // The app came back on another port than the one this probe knows.
    await stopParts(stateDir, ['probe'])
  }
  const elsewhere = known.filter((url) => !isLoopbackUrl(url))
  return { started, app, probe: await startProbe(launching, probeTargets(own, [...peers, ...elsewhere])) }
}

async function startApp(launching: Launching): Promise<AppStatus> {
  const { stateDir, options, started, interrupted } = launching
  await checkListenAddress(options.appAddress)
  interrupted.throwIfAborted()
  started.push('app')
  const { record, waitFor } = await startPart(stateDir, 'app', appArguments(options))
  const page = new PageCheck()
  return waitFor(
    () => page.failure,
    appLimitMs,
    () => {
      interrupted.throwIfAborted()
      return page.servingApp(stateDir, record.pid)
    },
  )
}

async function startProbe(launching: Launching, targets: readonly string[]): Promise<ProbeStatusDocument> {
  const { stateDir, options, started, interrupted } = launching
  interrupted.throwIfAborted()
  started.push('probe')
  const { record, waitFor } = await startPart(stateDir, 'probe', probeArguments(options, targets))
  return waitFor(
    () => 'did not say how it traces',
    probeLimitMs,
    () => {
      interrupted.throwIfAborted()
      return tracingProbe(stateDir, record.pid)
    },
  )
}

function tracingProbe(stateDir: string, pid: number): ProbeStatusDocument | undefined {
  const status = readProbeStatus(stateDir)
  if (status?.pid !== pid) return undefined
  const connections = status.collectors.find(({ id }) => id === 'connections')
  return connections === undefined || connections.state === 'waiting' ? undefined : status
}
