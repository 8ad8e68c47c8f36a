/** The service type by which apps are found: `_scope._tcp` in DNS-SD (RFC 6763). */
export const SERVICE_TYPE = 'scope'

const VERSION = '1'

/** An app as it is announced. */
export interface AnnouncedApp {
  readonly port: number
  /** Whether it speaks https. */
  readonly tls: boolean
}

/** The TXT record of an app. */
export const txtOf = ({ tls }: AnnouncedApp): Record<string, string> => ({ v: VERSION, tls: tls ? '1' : '0' })

/** What anybody on the network may have sent as the announcement of an app. */
export interface HeardService {
  readonly port?: unknown
  readonly txt?: unknown
  /** Who sent it. */
  readonly referer?: { readonly address?: unknown } | undefined
}

/**
 * Reads an announcement. An app is where its announcement came from: what that says of addresses is not looked at, since among
 * them are some that lead nowhere, and nobody shall have a probe knock at the doors of others.
 *
 * @param isNeighbour whether an IPv4 address is on a network that this machine is on
 * @returns undefined when it is none, or not to be believed
 */
export const readService = (
  { port, txt, referer }: HeardService,
  isNeighbour: (address: string) => boolean,
): { readonly url: string; readonly address: string } | undefined => {
  const { v, tls } = Object(txt) as Record<string, unknown>
  const address = referer?.address
  if (v !== VERSION || typeof address !== 'string' || !isNeighbour(address)) return undefined
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  return { url: `${tls === '1' ? 'https' : 'http'}://${address}:${port}`, address }
}
