import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { type ParsedOptions, parseOptions } from '../options/parse-options.ts'
import { requireRoot, tryAsUser } from '../parts/app-user.ts'
import type { PartStates } from '../parts/parts.ts'
import { type AppStatus, type Part, parts } from '../parts/state-files.ts'
import { checkListenAddress } from '../port/listen-check.ts'
import type { PartPlan, Plan } from '../supervisor/plan.ts'
import { isOfLostContainer, mendable } from './mendable.ts'
import { type Starting, startPlannedApp, startPlannedProbe } from './planned-parts.ts'

/**
 * Whether a launch brings back what has died, the supervisor included, instead of launching what is missing: when its command line
 * tells nothing of how the parts are to run, or which.
 */
export const bringsBack = (
  { options, peers, given }: Pick<ParsedOptions, 'options' | 'peers' | 'given'>,
  plan: Plan,
  states: PartStates,
): boolean => {
  const isTold = [...given].some((name) => {
    // The image names its user with each launch.
    if (name === 'app.user') return plan.app !== undefined && plan.app.user?.name !== options.appUser?.name
    return name !== 'native'
  })
  if (isTold || peers.length > 0 || isOfLostContainer(states)) return false
  const isUnsupervised =
    states.supervisor.state === 'dead' &&
    parts.some((part) => plan[part] !== undefined && states[part].state === 'running')
  return isUnsupervised || mendable(plan, states).length > 0
}

/** What runs after parts were brought back. */
export interface BroughtBack {
  readonly started: readonly Part[]
  readonly app: AppStatus | undefined
  readonly probe: ProbeStatusDocument | undefined
}

/**
 * Starts the parts that died, as they were planned, and looks after those that run.
 *
 * @throws CommandError with the reason; everything is as it was before then: what died is dead, and is planned still
 */
export async function bringBack(starting: Starting, states: PartStates): Promise<BroughtBack> {
  const { background } = starting
  const { plan } = background
  const started = mendable(plan, states)
  try {
    // What died may be started again by its supervisor at any moment, and would then hold the port that is looked at next.
    if (states.supervisor.state === 'running') await background.end(started)
    await background.resume(parts.filter((part) => plan[part] !== undefined && !started.includes(part)))
    const app = plan.app && started.includes('app') ? await startAgain(starting, plan.app) : states.app.status
    starting.interrupted.throwIfAborted()
    const probe =
      plan.probe && started.includes('probe')
        ? await startPlannedProbe(starting, plan.probe)
        : states.probe.status
    return { started, app, probe }
  } catch (error) {
    await background.end(started)
    await background.leaveDead(plan, states)
    throw error
  }
}

async function startAgain(starting: Starting, plan: PartPlan): Promise<AppStatus> {
  if (plan.user !== undefined) {
    requireRoot(plan.user)
    await tryAsUser(plan.user)
  }
  await checkListenAddress(parseOptions('app', plan.args).options.appAddress)
  starting.interrupted.throwIfAborted()
  return startPlannedApp(starting, plan)
}
