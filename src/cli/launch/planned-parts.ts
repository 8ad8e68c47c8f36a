import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import { type AppStatus, readProbeStatus } from '../parts/state-files.ts'
import type { PartPlan } from '../supervisor/plan.ts'
import type { Background } from './background.ts'
import { PageCheck } from './page-check.ts'

/** Time for a part that lives to serve, or to say how it traces. On a machine that is starting, or busy, it takes a minute or more. */
const startLimitMs = 120_000

/** What starting a part takes. */
export interface Starting {
  readonly stateDir: string
  readonly background: Background
  readonly interrupted: AbortSignal
}

/**
 * Starts the app, and waits until it serves its page.
 *
 * @throws CommandError with the reason and the end of its log; it may run then
 */
export async function startPlannedApp(
  { stateDir, background, interrupted }: Starting,
  plan: PartPlan,
): Promise<AppStatus> {
  const { waitFor } = await background.start('app', plan)
  const page = new PageCheck()
  return waitFor(
    () => page.failure,
    startLimitMs,
    (app) => {
      interrupted.throwIfAborted()
      return page.servingApp(stateDir, app)
    },
  )
}

/**
 * Starts the probe, and waits until it says how it traces.
 *
 * @throws CommandError with the reason and the end of its log; it may run then
 */
export async function startPlannedProbe(
  { stateDir, background, interrupted }: Starting,
  plan: PartPlan,
): Promise<ProbeStatusDocument> {
  const { waitFor } = await background.start('probe', plan)
  return waitFor(
    () => 'did not say how it traces',
    startLimitMs,
    ({ pid }) => {
      interrupted.throwIfAborted()
      return tracingProbe(stateDir, pid)
    },
  )
}

function tracingProbe(stateDir: string, pid: number): ProbeStatusDocument | undefined {
  const status = readProbeStatus(stateDir)
  if (status?.pid !== pid) return undefined
  const connections = status.collectors.find(({ id }) => id === 'connections')
  return connections === undefined || connections.state === 'waiting' ? undefined : status
}
