import { isIP } from 'node:net'
import { canonicalIp } from '../../../report/address/ip.ts'
import { addressKey } from '../../listen/address-key.ts'
import { isFromHere } from '../loopback.ts'
import type { AccessRules } from '../rules.ts'
import type { RequestFacts } from './request-facts.ts'

/** The way that a request took. */
export interface Connection {
  /**
   * The client, for people to read: the other end of the connection, or behind a trusted proxy the address that this has for it. On
   * this machine with the user whom the kernel names: `127.0.0.1 uid 1000`.
   */
  readonly from: string
  /** What failed attempts are counted for: the client's address or network, on this machine with the user, too. */
  readonly source: string
  /** Whether it came through a trusted proxy. */
  readonly viaProxy: boolean
  /** Whether the client speaks TLS, as far as that is known for certain. */
  readonly isTls: boolean
  /** Why passwords, sessions and tokens do not count on it, and what to do; undefined when they do. */
  readonly insecure: string | undefined
}

/**
 * How a request came. What passes a network counts as open to others unless it is under TLS, up to here or up to a trusted proxy.
 * A proxy that is not trusted makes even a loopback connection one from elsewhere.
 */
export const connectionOf = (facts: RequestFacts, rules: AccessRules): Connection => {
  const viaProxy = rules.proxies.has(facts.remoteAddress, facts.peer, facts.localAddress)
  const isTls = viaProxy ? proxySaysTls(facts) : facts.isTls
  const client = (viaProxy ? clientOf(facts, rules) : facts.remoteAddress) ?? ''
  // IPv4 addresses without the prefix that they have on a socket of both families.
  const address = canonicalIp(client) ?? client
  const localUser = viaProxy || facts.forwardedBy.length > 0 || 'why' in facts.peer ? undefined : facts.peer
  const ofUser = localUser === undefined ? '' : ` uid ${localUser.uid}`
  return {
    from: `${address}${ofUser}`,
    source: `${addressKey(address)}${ofUser}`,
    viaProxy,
    isTls,
    insecure: isTls || rules.insecure ? undefined : openWay(facts, viaProxy),
  }
}

// A proxy that says nothing of its client is believed to pass on what it gets.
const proxySaysTls = ({ forwardedProto, isTls }: RequestFacts): boolean =>
  forwardedProto === undefined
    ? isTls
    : forwardedProto.split(',').every((scheme) => scheme.trim().toLowerCase() === 'https')

/** The last address that no trusted proxy has: whatever is before it, the client may have made up. */
const clientOf = (
  { forwardedFor, remoteAddress }: RequestFacts,
  { proxies }: AccessRules,
): string | undefined => {
  const noPeer = { why: 'only the last proxy is connected' }
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  const client = hops.findLast((hop) => isIP(hop) === 0 || !proxies.has(hop, noPeer))
  return client !== undefined && isIP(client) !== 0 ? client : remoteAddress
}

const openWay = (facts: RequestFacts, viaProxy: boolean): string | undefined => {
  if (viaProxy)
    return (
      'the proxy does not say that the client uses https: let it serve https, and set "X-Forwarded-Proto: https", ' +
      'or start Scope with --app.insecure'
    )
  if (facts.forwardedBy.length > 0)
    return (
      `the request came through a proxy (${facts.forwardedBy.join(', ')}) that Scope does not know: name it with ` +
      '--app.trusted-proxies, and let it set "X-Forwarded-Proto: https"'
    )
  if (isFromHere(facts.remoteAddress, facts.localAddress)) return undefined
  return (
    'the connection is not encrypted: start Scope with --app.tls=self-signed or --app.tls.cert and --app.tls.key, use an SSH tunnel, ' +
    'or start it with --app.insecure'
  )
}
