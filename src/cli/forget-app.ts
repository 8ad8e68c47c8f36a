import { createKnownApps } from '../probe/apps/known-apps.ts'
import { targetOf } from '../probe/apps/targets.ts'
import { checkStateDir } from '../state/state-dir.ts'
import { peerValue } from './options/app-url.ts'
import { CommandError, UsageError } from './options/usage-error.ts'

/**
 * Forgets the keys of the apps under a name, so that those which they prove next are taken for theirs.
 *
 * @param args what follows the command: the name or address of the app, as the probe publishes to it
 * @returns the text to print
 * @throws UsageError for anything but one address
 * @throws CommandError when no key is known for that address
 * @throws KnownAppsError, StateError when the state directory cannot be used
 */
export async function forgetApp(stateDir: string, args: readonly string[]): Promise<string> {
  const [app, ...more] = args
  if (app === undefined || more.length > 0) throw new UsageError('"scope forget-app" takes one HOST[:PORT]')
  const target = targetOf(peerValue(app, 'the app to forget'))
  const count = (await checkStateDir(stateDir)) ? await createKnownApps(stateDir).forget(target) : 0
  if (count === 1)
    return `the key of ${target} is forgotten; the probe takes the one that it proves next, within 30 s`
  if (count > 1)
    return `the keys of all ${count} apps under ${target} are forgotten; the probe takes those that they prove next, within 30 s`
  throw new CommandError(
    `no key of ${target} is known (state: ${stateDir}); addresses are as the probe publishes to them, see "scope status"`,
  )
}
