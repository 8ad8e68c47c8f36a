import { type PartStates, partStates } from '../parts/parts.ts'
import { parts } from '../parts/state-files.ts'
import { readPlan } from '../supervisor/plan.ts'
import { type Health, healthFacts, judgeOwnHealth } from './health.ts'

/** Docker and Kubernetes give the whole check 10 s, of which it takes some to start on a busy machine. */
const ANSWER_LIMIT_MS = 6000

/** The answer to a health check of the container that Scope runs in. */
export interface ContainerHealth {
  readonly healthy: boolean
  /** One line. */
  readonly words: string
}

/**
 * Whether all that is planned runs, answers and does not hang.
 *
 * @param planned the parts that are meant to run; none while they are being launched
 * @param health of the parts that run
 */
export const judgeContainer = (
  planned: readonly (typeof parts)[number][],
  states: PartStates,
  health: Health,
): ContainerHealth => {
  if (states.supervisor.state !== 'running') return { healthy: false, words: 'the supervisor does not run' }
  if (planned.length === 0) return { healthy: false, words: 'nothing was launched yet' }
  const problems = planned.flatMap((part) => {
    if (states[part].state !== 'running') return [`the ${part} does not run`]
    return health[part] === '' ? [] : [`the ${part}: ${health[part]}`]
  })
  return problems.length === 0
    ? { healthy: true, words: `${planned.join(' and ')} run${planned.length === 1 ? 's' : ''}` }
    : { healthy: false, words: problems.join('; ') }
}

/** Examines what runs with a state directory. @param nowMs in ms since 1970 */
export const lookAtContainer = async (stateDir: string, nowMs: number): Promise<ContainerHealth> => {
  const states = partStates(stateDir)
  const plan = readPlan(stateDir)
  const health = judgeOwnHealth(await healthFacts(stateDir, states, ANSWER_LIMIT_MS), nowMs)
  return judgeContainer(
    parts.filter((part) => plan[part] !== undefined),
    states,
    health,
  )
}
