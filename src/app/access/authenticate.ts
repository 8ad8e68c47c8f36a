import type { Role } from '../../api/session.ts'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'
import { type Peer, whySignIn } from './peer/local-peers.ts'
import { type Claim, claimsOf, type InVain } from './request/claims.ts'
import { type Connection, connectionOf } from './request/connection.ts'
import { credentialsOf } from './request/credentials.ts'
import type { RequestFacts } from './request/request-facts.ts'
import type { AccessRules } from './rules.ts'
import type { Subject } from './subject.ts'

/** Whom a claim has proved, or why it proves nobody (worded to follow "since"). */
export type Proof =
  | {
      readonly user: string
      readonly role: Role
      readonly sessionId?: string
      /** Of a session: it was opened over TLS. */
      readonly secure?: boolean
      /** Of a password: see `Users.stampOf`. */
      readonly stamp?: string
    }
  | { readonly why: string }

/** Looks up what a claim proves. */
export type Prove = (claim: Claim, connection: Connection) => Promise<Proof> | Proof

/** Who asks, how the request came, and what it carried in vain. */
export interface Authentication {
  readonly subject: Subject
  readonly connection: Connection
  readonly inVain: readonly InVain[]
  /** The user whom a trusted proxy names, who can sign in as such. */
  readonly proxyUser: string | undefined
}

/**
 * Finds out who sends a request: by a session (cookie and secret, or a ticket), a token, a password, a trusted proxy's header, or
 * what the kernel says of the other end of the connection. The first claim that holds counts; one that does not hold takes nothing
 * away.
 */
export const authenticate = async (
  facts: RequestFacts,
  rules: AccessRules,
  prove: Prove,
): Promise<Authentication> => {
  const connection = connectionOf(facts, rules)
  const { claims, inVain } = claimsOf(facts, credentialsOf(facts), connection)
  const failed: InVain[] = [...inVain]
  const proxyUser = claims.find((claim) => claim.kind === 'proxy')?.name
  const common = { connection, inVain: failed, proxyUser }
  for (const claim of claims) {
    const proof = checked(await prove(claim, connection), connection)
    if ('why' in proof) failed.push({ kind: claim.kind, why: proof.why })
    else return { subject: subjectBy(claim, proof), ...common }
  }
  return { subject: subjectByKernel(facts, connection), ...common }
}

const checked = (proof: Proof, { isTls }: Connection): Proof =>
  'secure' in proof && proof.secure && !isTls
    ? { why: 'the session was opened over TLS, and counts only there' }
    : proof

const subjectBy = (
  { kind }: Claim,
  { user, role, sessionId, stamp }: Exclude<Proof, { why: string }>,
): Subject => ({
  by: kind === 'ticket' ? 'session' : kind,
  name: user,
  role,
  // A proxy adds its header to whatever a browser sends, also for another page.
  mayAct: kind !== 'proxy',
  sessionId,
  stamp,
  why: undefined,
})

const subjectByKernel = (facts: RequestFacts, connection: Connection): Subject => {
  const why = whyNotFree(facts, connection)
  return {
    by: why === undefined ? 'kernel' : 'nothing',
    name: why === undefined ? userText(facts.peer) : '',
    role: why === undefined ? 'viewer' : undefined,
    mayAct: false,
    sessionId: undefined,
    why,
  }
}

const whyNotFree = (facts: RequestFacts, { viaProxy }: Connection): string | undefined => {
  const { remoteAddress, localAddress, forwardedBy, host, peer } = facts
  if (!isLoopbackAddress(remoteAddress))
    return remoteAddress !== undefined && remoteAddress === localAddress
      ? 'it does not come over the loopback address'
      : 'it comes from another machine'
  if (forwardedBy.length > 0) return `it came through a proxy (${forwardedBy.join(', ')})`
  if (viaProxy) return `it came through the proxy of ${userText(peer)}`
  if (!isLoopbackHost(host)) return 'its Host is not a loopback name'
  return whySignIn(peer)
}

/** `uid 1000 (anna)` */
const userText = (peer: Peer): string =>
  'why' in peer ? '' : peer.name === undefined ? `uid ${peer.uid}` : `uid ${peer.uid} (${peer.name})`
