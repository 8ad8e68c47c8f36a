import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { HashedProofSubject } from '../../../report/proof/proof.ts'
import type { Peer } from '../../access/peer/local-peers.ts'
import type { AppEnv } from '../../http/env.ts'
import { checkSignature, type ReportProof, readReportProof } from '../proof-check.ts'
import { type UnverifiedGate, wrongClusterKey } from '../unverified/gate.ts'
import type { IntakeLimits } from './intake-limits.ts'
import { PostGate } from './post-gate.ts'
import { ProbeKeys } from './probe-keys.ts'

/** What {@link makeEntrance} needs. */
export interface EntranceOptions {
  /** The challenge that proofs must cover; random per start of the app. */
  readonly challenge: string
  readonly clusterKey: Uint8Array
  readonly limits: Pick<IntakeLimits, 'postsPerSecond' | 'inAll'>
  /** Lets unverified probes pass; undefined while none may. */
  readonly unverified: () => UnverifiedGate | undefined
  /** Asks the kernel whose process of this machine has the other end of a request's connection. */
  readonly ownerOf: (request: IncomingMessage) => Peer
  readonly nowMs: () => number
}

/** The sender of a request. */
export interface Entered {
  readonly proof: ReportProof
  readonly subject: HashedProofSubject
  /** By which an unverified probe is limited; undefined for a verified one. */
  readonly address: string | undefined
}

/**
 * Lets the requests of probes pass by what their headers prove, before anything of a body is read.
 *
 * @throws {ApiError} 400, 401, 403 or 429, see `readReportProof`, `checkSignature`, `UnverifiedGate` and `PostGate`
 */
export type Entrance = (c: Context<AppEnv>, purpose: 'report' | 'goodbye') => Entered

/** Makes the entrance of an app. */
export const makeEntrance = (options: EntranceOptions): Entrance => {
  const { challenge, clusterKey, ownerOf } = options
  const posts = new PostGate(options.limits, options.nowMs)
  // Whoever has no cluster key could have keys without end.
  const keys = new ProbeKeys(options.limits.inAll.probes)

  const addressOf = (c: Context<AppEnv>, { kind }: ReportProof): string | undefined => {
    if (kind === 'verified') return undefined
    const gate = options.unverified()
    if (gate === undefined) throw wrongClusterKey()
    return gate.pass(c.get('facts'), () => ownerOf(c.env.incoming))
  }

  return (c, purpose) => {
    const header = (name: string) => c.req.header(name)
    const proof = readReportProof(header, challenge, clusterKey, purpose)
    const { subject } = proof
    const address = addressOf(c, proof)
    checkSignature(header, subject, proof.kind === 'verified' ? keys.from : undefined)
    if (proof.kind === 'verified') posts.pass(subject.probeId)
    c.header('cache-control', 'no-store')
    return { proof, subject, address }
  }
}
