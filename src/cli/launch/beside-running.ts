import { type ParsedOptions, parseOptions } from '../options/parse-options.ts'
import type { PartPlan } from '../supervisor/plan.ts'
import { namedTargets } from './other-targets.ts'

/**
 * A command line that adds to a probe which runs already: what it does not say stays as it is, so that a probe which was
 * told to keep something to itself does not begin to tell it. The apps of both are reported to.
 *
 * @param plan of the probe that runs
 */
export const besideRunning = (
  { options, peers, over }: ParsedOptions,
  plan: PartPlan | undefined,
): Pick<ParsedOptions, 'options' | 'peers'> => {
  if (plan === undefined) return { options, peers }
  const running = parseOptions('probe', plan.args)
  return { options: over(running.options), peers: [...new Set([...peers, ...namedTargets({ probe: plan })])] }
}
