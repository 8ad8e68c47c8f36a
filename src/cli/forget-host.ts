import {
  KnownHostsError,
  knownHostsPath,
  readKnownHosts,
  writeKnownHosts,
} from '../app/reports/unverified/known-hosts-file.ts'
import { appDir, asOwnerOf, ensureAppDir } from '../state/app-dir.ts'
import { checkStateDir } from '../state/state-dir.ts'
import { CommandError, UsageError } from './options/usage-error.ts'

const UNVERIFIED = '--unverified'

/**
 * Forgets which probe a host belongs to, so that the next one that reports it to the app has it; or all hosts of unverified
 * probes.
 *
 * @param args what follows the command: the id of a host, as the map has it, or `--unverified`
 * @returns the text to print
 * @throws UsageError for anything but one of the two
 * @throws CommandError when no such host is known, or what is known cannot be used
 * @throws StateError when the state directory cannot be used
 */
export async function forgetHost(stateDir: string, args: readonly string[]): Promise<string> {
  const [host, ...more] = args
  if (host === undefined || more.length > 0 || (host.startsWith('-') && host !== UNVERIFIED))
    throw new UsageError(
      '"scope forget-host" takes one HOST, or --unverified for all hosts of unverified probes',
    )
  const isThere = await checkStateDir(stateDir)
  const forgotten = isThere ? await forget(stateDir, host) : []
  if (forgotten.length > 0)
    return `${forgotten.join(', ')}: forgotten; the next probe that reports it to the app has it`
  throw new CommandError(
    host === UNVERIFIED
      ? `no host of an unverified probe is known (state: ${stateDir})`
      : `no host ${host} is known (state: ${stateDir}); ids of hosts are as in "scope status" there, such as name~1a2b3c4d`,
  )
}

/** @returns the ids of the hosts that were forgotten */
async function forget(stateDir: string, host: string): Promise<readonly string[]> {
  const directory = await ensureAppDir(stateDir)
  return asOwnerOf(directory, async () => {
    const path = knownHostsPath(appDir(stateDir))
    try {
      const hosts = readKnownHosts(path)
      const forgotten = host === UNVERIFIED ? hosts.forgetUnverified() : hosts.forget(host) ? [host] : []
      if (forgotten.length > 0) await writeKnownHosts(path, hosts)
      return forgotten
    } catch (error) {
      if (error instanceof KnownHostsError) throw new CommandError(error.message, { cause: error })
      throw error
    }
  })
}
