import { errorCode } from '../../log/error-code.ts'
import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { ensureStateDir } from '../../state/state-dir.ts'
import { ownContainer } from '../container/own-container.ts'
import { refuseBesideContainer, supervisorOf } from '../container/run-supervisor.ts'
import { type Joined, joinCluster } from '../join/join-cluster.ts'
import type { JoinToken } from '../join/join-token.ts'
import { settledProbe } from '../join/settled-probe.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { appArguments, probeArguments } from '../options/part-arguments.ts'
import { CommandError } from '../options/usage-error.ts'
import { requireRoot, tryAsUser } from '../parts/app-user.ts'
import { withLaunchLock } from '../parts/launch-lock.ts'
import { type PartStates, partStates } from '../parts/parts.ts'
import { keepServiceToken } from '../parts/service-token.ts'
import { type AppStatus, type Part, parts } from '../parts/state-files.ts'
import { checkListenAddress } from '../port/listen-check.ts'
import { plannedEnvironment } from '../supervisor/plan.ts'
import { isLoopbackUrl, ownAppUrl, probeTargets } from './app-urls.ts'
import { Background } from './background.ts'
import { besideRunning } from './beside-running.ts'
import { bringBack, bringsBack } from './bring-back.ts'
import { launchingUsers } from './launching-users.ts'
import { refuseOtherTargets } from './other-targets.ts'
import { type Starting, startPlannedApp, startPlannedProbe } from './planned-parts.ts'

/** Time for an app that was joined to answer; that it does not is told, and is no failure of the launch. */
const appsLimitMs = 15_000

/** Result of a launch: the status of what runs, and which parts this launch started. */
export interface Launched {
  readonly started: readonly Part[]
  /** What joining has changed; undefined when it was not asked for. */
  readonly joined?: Joined | undefined
  readonly app: AppStatus | undefined
  readonly probe: ProbeStatusDocument | undefined
  /** Whether what had died was brought back as it was planned, and nothing else was launched. */
  readonly broughtBack?: true
}

/** State of a launch in progress. */
interface Launching extends Starting {
  readonly options: ScopeOptions
  /** Parts that it has started so far. */
  readonly started: Part[]
}

/**
 * Starts those of the wanted parts that do not run, and waits until the page answers and the probe reports how it
 * traces. A command line that tells nothing brings back what has died as it was, see {@link bringsBack}.
 *
 * @param token with which this machine joins the cluster of the given apps: the keys in the state directory become those of
 *   the token, and what runs with other keys is started again
 * @throws CommandError with the reason and the end of the log; the parts that this launch started have been ended by
 * then
 */
export async function launch(stateDir: string, parsed: ParsedOptions, token?: JoinToken): Promise<Launched> {
  const { appUser } = parsed.options
  if (appUser !== undefined) requireRoot(appUser)
  await ensureStateDir(stateDir)
  return withLaunchLock(stateDir, async () => {
    const container = ownContainer(process.env)
    if (container !== undefined) await supervisorOf(container, stateDir)
    else refuseBesideContainer(stateDir)
    const background = new Background(stateDir)
    const { options, peers } = token === undefined ? parsed : besideRunning(parsed, background.plan.probe)
    const launching = { stateDir, options, background, started: [], interrupted: interruption() }
    try {
      if (token === undefined) {
        const states = partStates(stateDir)
        if (!bringsBack(parsed, background.plan, states)) return await startMissing(launching, parsed, peers)
        return { ...(await bringBack(launching, states)), broughtBack: true }
      }
      const join = { token, replace: options.joinReplace, appUrls: parsed.peers }
      const joined = await joinCluster(stateDir, join, Date.now())
      const launched = await startMissing(launching, parsed, peers, joined)
      const probe =
        launched.probe && (await settledProbe(stateDir, launched.probe, join.appUrls, appsLimitMs))
      return { ...launched, probe, joined }
    } catch (error) {
      await background.end(launching.started)
      throw isFull(error) ? new CommandError(fullText(stateDir, error), { cause: error }) : error
    }
  })
}

const isFull = (error: unknown): error is Error =>
  ['ENOSPC', 'EDQUOT', 'EROFS'].includes(errorCode(error) ?? '')

const fullText = (stateDir: string, { message }: Error): string =>
  `cannot write to the state directory ${stateDir}: ${message}. Make room there, or set SCOPE_STATE_DIR to another directory; nothing was left running`

/** Aborted when the user interrupts the launch. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () =>
      controller.abort(new CommandError(`interrupted by ${signal}; nothing was left running`)),
    )
  }
  return controller.signal
}

async function startMissing(
  launching: Launching,
  parsed: ParsedOptions,
  peers: readonly string[],
  joined?: Joined,
): Promise<Launched> {
  const { stateDir, options, started, background } = launching
  const states = partStates(stateDir)
  if (joined === undefined && options.probe && states.probe.state === 'running')
    refuseOtherTargets(peers, background.plan, expectedAppUrl(launching, states))
  // Parts whose supervisor died are put under a new one. What is neither wanted nor runs is left to a supervisor that tries to start it.
  const isSupervised = states.supervisor.state === 'running'
  await background.resume(
    parts.filter((part) => states[part].state === 'running' || (!options[part] && isSupervised)),
  )
  const app = await appFor(launching, states, joined?.keyChanged === true)
  const { state, status: probe } = states.probe
  if (!options.probe) return { started, app, probe }

  const own = app?.localUrl ?? (options.app ? ownAppUrl(options) : undefined)
  const known = (probe?.apps ?? []).filter(({ origin }) => origin !== 'discovered').map(({ url }) => url)
  const isOther = joined !== undefined && (joined.keyChanged || peers.some((url) => !known.includes(url)))
  // A running probe that publishes to another port than the app now has is restarted, and so is one with other keys.
  if (state === 'running' && !isOther && (probe === undefined || own === undefined || known.includes(own)))
    return { started, app, probe }
  // Those that a name or the network led to are found again, and a service is asked for anew.
  const named = probe?.apps.filter(({ origin = 'named' }) => origin === 'named') ?? []
  const elsewhere = named.map(({ url }) => url).filter((url) => !isLoopbackUrl(url))
  const ofProbe = state === 'running' ? besideRunning(parsed, background.plan.probe).options : options
  const targets = probeTargets(own, [...peers, ...elsewhere], ofProbe)
  return { started, app, probe: await startProbe(launching, targets, ofProbe) }
}

/** Where the app will be found when this is done; undefined when there is none. */
const expectedAppUrl = ({ options }: Launching, { app }: PartStates): string | undefined =>
  app.state === 'running' ? app.status?.localUrl : options.app ? ownAppUrl(options) : undefined

/** The app that runs when this is done. @param keyChanged whether one that runs has an old cluster key */
async function appFor(
  launching: Launching,
  { app }: PartStates,
  keyChanged: boolean,
): Promise<AppStatus | undefined> {
  if (app.state !== 'running') return launching.options.app ? startApp(launching) : app.status
  const { plan } = launching.background
  return keyChanged && plan.app !== undefined ? startPlannedApp(launching, plan.app) : app.status
}

async function startApp(launching: Launching): Promise<AppStatus> {
  const { started, background, interrupted } = launching
  const options = { ...launching.options, launchedBy: launchingUsers(process) }
  // A dead app may be started again at any moment, and would then hold the port that is looked at next.
  await background.end(['app'])
  await checkListenAddress(options.appAddress)
  interrupted.throwIfAborted()
  const env = plannedEnvironment(process.env)
  started.push('app')
  const as = options.appUser && { user: options.appUser }
  if (as !== undefined) await tryAsUser(as.user)
  const status = await startPlannedApp(launching, { args: appArguments(options), env, ...as })
  // Plan the app with the port it got: if it is restarted, it must be found at the same address.
  const appAddress = options.appAddress.replace(/:0+$/, `:${status.port}`)
  await background.replan('app', { args: appArguments({ ...options, appAddress }), env, ...as })
  return status
}

async function startProbe(
  launching: Launching,
  targets: readonly string[],
  options: ScopeOptions,
): Promise<ProbeStatusDocument> {
  const { stateDir, started, interrupted } = launching
  interrupted.throwIfAborted()
  const args = probeArguments(await keepServiceToken(options, stateDir), targets)
  started.push('probe')
  return startPlannedProbe(launching, { args, env: plannedEnvironment(process.env) })
}
