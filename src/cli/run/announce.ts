import { isIPv4 } from 'node:net'
import { parseListenAddress } from '../../app/listen/address.ts'
import type { Guard } from '../../log/faults.ts'
import type { Logger } from '../../log/log.ts'
import { isLoopback } from '../../report/address/ip.ts'
import type { ScopeOptions } from '../options/options.ts'

/** Where an app that listens at an address can be found by the local network, or why it cannot. */
export const announcement = (
  appAddress: string,
): { readonly address: string | undefined } | { readonly reason: string } => {
  const { host } = parseListenAddress(appAddress)
  if (host === undefined || host === '0.0.0.0' || host === '::') return { address: undefined }
  if (isLoopback(host)) return { reason: 'it listens only on loopback, where no other machine reaches it' }
  return isIPv4(host)
    ? { address: host }
    : { reason: 'apps are announced by IPv4 addresses: let it listen on one, or on all addresses (:4040)' }
}

/**
 * Announces the app on the local network, if that is asked for.
 *
 * @returns ends that
 */
export const announceIfAsked = async (
  { discover, appAddress }: ScopeOptions,
  app: {
    readonly port: number
    readonly certificate?: unknown
    /** Runs the jobs of a part, and records what they throw. */
    guardOf(part: string): Guard
  },
  log: Logger,
): Promise<() => Promise<void>> => {
  if (discover !== 'mdns') return async () => {}
  const where = announcement(appAddress)
  if ('reason' in where) {
    log.warn('the app is not announced on the local network', { reason: where.reason })
    return async () => {}
  }
  const { announceApp } = await import('../../mdns/announce.ts')
  const { stop } = announceApp({
    ...where,
    port: app.port,
    tls: app.certificate !== undefined,
    log: log.child('mdns'),
    guard: app.guardOf('mdns'),
  })
  return stop
}
