import type { PartStates } from '../parts/parts.ts'
import { type Part, parts } from '../parts/state-files.ts'
import type { Plan } from '../supervisor/plan.ts'

/**
 * The parts that died and can be started again as they were planned. Those of a container that is gone cannot: what their options
 * name, such as files, may not be in another one, or not here.
 */
export const mendable = (plan: Plan, states: PartStates): readonly Part[] =>
  isOfLostContainer(states)
    ? []
    : parts.filter((part) => plan[part] !== undefined && states[part].state === 'dead')

/** Whether what was launched last ran in a container that has ended. */
export const isOfLostContainer = ({ supervisor }: PartStates): boolean =>
  supervisor.state !== 'running' && supervisor.record?.stays === true
