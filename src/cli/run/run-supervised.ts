import { resolve } from 'node:path'
import { defaultStateDir } from '../../state/state-dir.ts'
import { becomeSupervisor, refuseSecond } from '../container/run-supervisor.ts'
import type { ParsedOptions } from '../options/parse-options.ts'
import { requireRoot } from '../parts/app-user.ts'

/**
 * Launches the parts and supervises them in the foreground until a signal, as in a container.
 *
 * @param args the command line that was parsed
 * @throws {CommandError} when Scope runs already with this state directory
 */
export async function runSupervised({ options }: ParsedOptions, args: readonly string[]): Promise<never> {
  if (options.appUser !== undefined) requireRoot(options.appUser)
  const stateDir = resolve(defaultStateDir())
  await refuseSecond(stateDir)
  return becomeSupervisor(stateDir, 'run', ...args)
}
