import { parseOptions } from '../options/parse-options.ts'
import { CommandError } from '../options/usage-error.ts'
import type { Plan } from '../supervisor/plan.ts'
import { probeTargets } from './app-urls.ts'

/** The apps that a planned probe was told of by name, without the one to which it reports when it is told of none. */
export const namedTargets = ({ probe }: Pick<Plan, 'probe'>): readonly string[] => {
  if (probe === undefined) return []
  const { peers } = parseOptions('probe', probe.args)
  const byDefault = probeTargets(undefined, [])
  return peers.filter((url) => peers.length > 1 || !byDefault.includes(url))
}

/**
 * Refuses a launch that names apps to which the probe that runs does not report: it would change nothing, and whoever asked
 * for it would wait in vain for this machine to appear there.
 *
 * @param own the app beside the probe when the launch is done; it needs no name
 * @throws CommandError that names the commands which do it
 */
export const refuseOtherTargets = (
  peers: readonly string[],
  plan: Pick<Plan, 'app' | 'probe'>,
  own: string | undefined,
): void => {
  if (plan.probe === undefined) return
  const told = parseOptions('probe', plan.probe.args).peers
  const others = peers.filter((url) => !told.includes(url))
  // A probe that is started again, because its own app is elsewhere now, is told of them all.
  const isRestarted = own !== undefined && !told.includes(own)
  if (others.length === 0 || isRestarted) return
  const all = [...new Set([...namedTargets(plan), ...others])].filter((url) => url !== own)
  const launch = ['scope launch', ...(plan.app === undefined ? ['--probe-only'] : []), ...all].join(' ')
  throw new CommandError(
    `Scope runs already, and does not report to ${others.join(' and ')}; nothing was changed. To report there, too, stop it and launch it with all apps (and the options that it had): scope stop && ${launch}`,
  )
}
