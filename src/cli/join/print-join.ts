import { networkInterfaces } from 'node:os'
import { isDockerBridge } from '../../report/address/docker-bridge.ts'
import { publicKeyText } from '../../report/proof/ed25519.ts'
import { appKey, checkStateDir, clusterKey } from '../../state/state-dir.ts'
import { withAccounts } from '../accounts/open.ts'
import { CommandError } from '../options/usage-error.ts'
import { readRunningApp } from '../parts/state-files.ts'
import { joinLine, urlAt } from './join-line.ts'
import { outwardAddresses, reachableUrls } from './reachable-urls.ts'

/** What `scope token --join` prints. */
export interface PrintedJoin {
  /** The line for the other machine. */
  readonly line: string
  /** What to know about it. */
  readonly remarks: readonly string[]
}

/**
 * Makes the line by which another machine joins the cluster of the app that runs here. It is noted in the app's audit log.
 *
 * @param addresses by which the other machine reaches the app; if there are none, one of those that this machine has
 * @throws {CommandError} when no app runs here, or none that another machine reaches
 * @throws {UsageError} {@link StateError}
 */
export const printJoin = async (stateDir: string, addresses: readonly string[]): Promise<PrintedJoin> => {
  const app = (await checkStateDir(stateDir)) ? readRunningApp(stateDir) : undefined
  if (app === undefined)
    throw new CommandError(
      `no app runs here that others could join (state: ${stateDir}); "scope launch" starts one. If another user launched it, run this as that user (sudo scope …)`,
    )
  const given = addresses.map((address) => urlAt(address, app))
  const [found, ...others] =
    given.length > 0 ? [] : reachableUrls(app.urls, await outwardAddresses(), bridgedAddresses())
  if (given.length === 0 && found === undefined)
    throw new CommandError(
      `the app listens only on ${app.localUrl}, where no other machine reaches it; launch it with --app.http.address=:4040, or say at which address others reach it, as through a tunnel: scope token --join HOST:PORT`,
    )
  const urls = found === undefined ? given : [found]
  const token = { clusterKey: await clusterKey(stateDir), appKey: publicKeyText(await appKey(stateDir)) }
  const line = await withAccounts(stateDir, ({ audited }) =>
    audited('join-token', urls.join(' '), () => joinLine(token, urls, app)),
  )
  return {
    line,
    remarks: [
      'run this on the other machine, in the directory of the script scope. It holds the cluster key: show it to nobody else',
      ...(others.length === 0
        ? []
        : [
            `if that machine reaches this one at another address (${others.map(hostOf).join(', ')}): scope token --join ADDRESS`,
          ]),
    ],
  }
}

const hostOf = (url: string): string => new URL(url).hostname

const bridgedAddresses = (): string[] =>
  Object.entries(networkInterfaces())
    .filter(([name]) => isDockerBridge(name))
    .flatMap(([, addresses]) => (addresses ?? []).map(({ address }) => address))
