import { isIPv4 } from 'node:net'
import { parseListenAddress } from '../../app/listen/address.ts'
import type { Guard } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import type { RouterWatch } from '../../probe/weave/router-watch.ts'
import { isLoopback } from '../../report/address/ip.ts'
import type { RouterAddress } from '../../weave/router-client.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { WeaveStatus } from '../parts/state-files.ts'

const clientAt = async (address: RouterAddress) => {
  const { createRouterClient } = await import('../../weave/router-client.ts')
  const { onlyRoot } = await import('../../weave/only-root.ts')
  const { openSocketOwners } = await import('../../native/netlink/socket-owner.ts')
  const owners = openSocketOwners()
  return createRouterClient({
    ...{ address, distrust: onlyRoot(owners, process.getuid?.()), closed: owners.close },
  })
}

/** The Weave router that a probe watches; undefined when it shall not. Nothing is asked until it is started. */
export const weaveRouter = async (
  { weaveNet }: Pick<ScopeOptions, 'weaveNet'>,
  log: Logger,
): Promise<RouterWatch | undefined> => {
  if (!weaveNet.isUsed) return undefined
  const { createRouterWatch } = await import('../../probe/weave/router-watch.ts')
  return createRouterWatch({ client: await clientAt(weaveNet.probeRouter), log: log.child('weave') })
}

/** A running app, as far as others have to know to find it. */
export interface FoundApp {
  readonly port: number
  readonly isTls: boolean
}

/**
 * With which addresses of the machine an app can be found by a name in weaveDNS, which tells an IPv4 address, and neither port
 * nor scheme.
 *
 * @param appAddress where it listens, `host:port`
 * @param appUrl by which others look for it
 * @returns the only address; undefined when any that the machine has or gets will do; or why none will
 */
export const registration = (
  appAddress: string,
  appUrl: string,
  app: FoundApp,
): { readonly address: string | undefined } | { readonly reason: string } => {
  const { host } = parseListenAddress(appAddress)
  const isEverywhere = host === undefined || host === '0.0.0.0' || host === '::'
  if (!isEverywhere && isLoopback(host))
    return { reason: 'it listens only on loopback, where no other machine reaches it' }
  if (!isEverywhere && !isIPv4(host))
    return { reason: 'weaveDNS tells IPv4 addresses: let it listen on one, or on all addresses (:4040)' }
  const own = `${app.isTls ? 'https' : 'http'}://${new URL(appUrl).hostname}:${app.port}`
  if (own !== appUrl)
    return {
      reason: `others look for it at ${appUrl}; --weave.hostname=${own} for all apps and probes has them look there`,
    }
  return { address: isEverywhere ? undefined : host }
}

const MAX_WORDS = 300

const inOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_WORDS)

/** What {@link registerApp} needs. */
export interface RegisterAppOptions {
  readonly options: Pick<ScopeOptions, 'weaveNet' | 'appAddress'>
  readonly app: FoundApp
  readonly log: Logger
  /** See `registerInWeave`. */
  readonly guard: Guard
  readonly changed: (now: WeaveStatus) => void
}

/**
 * Registers an app in the weaveDNS of its machine, for as long as it runs, if there is one.
 *
 * @returns ends that
 */
export const registerApp = async ({
  options: { weaveNet, appAddress },
  app,
  log,
  guard,
  changed,
}: RegisterAppOptions): Promise<() => Promise<void>> => {
  if (!weaveNet.isUsed) return async () => {}
  const name = new URL(weaveNet.appUrl).hostname
  const where = registration(appAddress, weaveNet.appUrl, app)
  const { bridgeAddresses } = await import('../../weave/bridge.ts')
  if ('reason' in where || (where.address !== undefined && !bridgeAddresses().includes(where.address))) {
    const why =
      'reason' in where
        ? where.reason
        : `it listens only on ${where.address}, which is no address of a Weave network`
    log.debug('the app is not registered in weaveDNS', { since: why })
    changed({ name, why, wasAsked: false })
    return async () => {}
  }
  const { address } = where
  const { registerInWeave } = await import('../../app/weave/register.ts')
  const { ownId } = await import('../../app/weave/own-id.ts')
  const { stop } = registerInWeave({
    client: await clientAt(weaveNet.appRouter),
    name,
    id: ownId(app.port),
    log: log.child('weave'),
    guard,
    changed: (now) =>
      changed('why' in now ? { name, why: inOneLine(now.why), wasAsked: true } : { name, ...now }),
    ...(address !== undefined && { ownAddresses: () => [address] }),
  })
  return stop
}
