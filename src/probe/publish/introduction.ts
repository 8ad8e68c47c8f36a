import type { KeyObject } from 'node:crypto'
import { checkAppProof } from '../../report/proof/app-proof.ts'
import { hashBody, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { REPORT_CONTENT_TYPE, REPORT_PATH } from '../../report/schema.ts'
import type { TrustApp } from '../apps/app-keys.ts'
import { judge, type Verdict } from './answer.ts'
import type { AppClaim } from './app-claims.ts'
import type { Epoch } from './epoch.ts'
import type { Connection, HttpClient } from './http-client.ts'

/** The probe's identity, and the client for the app. */
export interface IntroductionOptions {
  readonly client: HttpClient
  readonly probeId: string
  readonly epoch: Epoch
  readonly probeKey: KeyObject
  readonly clusterKey: Uint8Array
  /** Claims the app for this target; by default each claim succeeds. */
  readonly claim?: Pick<AppClaim, 'take' | 'lostTo' | 'release'>
  /** Decides how far the app is trusted; by default, each is sent reports and none may give orders. */
  readonly trust?: TrustApp
}

/** An app and a connection on which both sides have proved themselves. */
export interface Introduced {
  /** The app's challenge, which is part of each proof. */
  readonly challenge: string
  /** The connection to the app. */
  readonly connection: Connection
  /** The public key of the app, if its orders are taken. */
  readonly appKey: string | undefined
  /** Why its orders are not taken; empty when they are, or when nobody asked. */
  readonly distrust: string
}

const NO_BODY_SHA256 = hashBody(new Uint8Array())

const reportsOnly: TrustApp = async () => ({ kind: 'reports_only', reason: '' })

const unproven: Verdict = {
  kind: 'refused',
  code: 'unproven',
  reason:
    'it did not prove that it holds the cluster key of this probe, so it is sent nothing; give both the same cluster.key',
}

/**
 * Has the app prove that it holds the cluster key, and the key of its own that is expected of it, before any data is
 * sent, so that another program on its port learns nothing about this host. Both proofs are for an empty body.
 *
 * @param challenge the challenge of the previous app, or any text
 * @returns a verdict when the app gave no proof
 * @throws Error when there was no answer
 */
export const introduce = async (
  options: IntroductionOptions,
  challenge: string,
): Promise<Introduced | Verdict> => {
  const { client, probeId, epoch, probeKey, clusterKey, claim, trust = reportsOnly } = options

  const attempt = async (about: string): Promise<Introduced | Verdict> => {
    const subject = {
      challenge: about,
      probeId,
      epoch: epoch.id,
      seq: epoch.nextNumber(),
      bodySha256: NO_BODY_SHA256,
    }
    const headers = { 'content-type': REPORT_CONTENT_TYPE, ...proveReport(subject, probeKey, clusterKey) }
    const answer = await client.request({ method: 'POST', path: REPORT_PATH, headers })
    const proven = checkAppProof(subject, clusterKey, answer.header)
    if (answer.status === 204 && proven !== undefined) {
      const trusted = await trust(proven.key)
      if (trusted.kind === 'refused') return { ...trusted, isAboutKey: true }
      const other = claim?.take(about)
      if (other !== undefined) return { kind: 'duplicate', of: other }
      return {
        challenge: about,
        connection: answer.connection,
        ...(trusted.kind === 'trusted'
          ? { appKey: proven.key, distrust: '' }
          : { appKey: undefined, distrust: trusted.reason }),
      }
    }
    const verdict = judge(answer, answer.header(proofHeaders.challenge))
    const isTaken = answer.status === 204 || verdict.kind === 'taken' || verdict.kind === 'need_full'
    return isTaken ? unproven : verdict
  }

  const first = await attempt(challenge)
  return 'kind' in first && first.kind === 'challenge' ? attempt(first.challenge) : first
}
