import type { KeyObject } from 'node:crypto'
import { checkAppProof, checkRefusal } from '../../report/proof/app-proof.ts'
import { NO_BODY_SHA256, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { REPORT_CONTENT_TYPE, REPORT_PATH } from '../../report/schema.ts'
import type { Terms } from '../../report/terms.ts'
import type { ShownApp, TrustApp } from '../apps/app-keys.ts'
import type { Epoch } from '../feed/epoch.ts'
import { judge, termsFrom, unverifiedTermsFrom, type Verdict } from './answer.ts'
import type { AppClaim } from './app-claims.ts'
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

/** An app and a connection on which it has proved its key, and the cluster key unless it is `unproven`. */
export interface Introduced {
  /** The app's challenge, which is part of each proof. */
  readonly challenge: string
  /** The connection to the app. */
  readonly connection: Connection
  /** The public key of the app, if its orders are taken. */
  readonly appKey: string | undefined
  /** Why its orders are not taken; empty when they are, or when nobody asked. */
  readonly distrust: string
  /** True when it holds another cluster key: it takes reports without a proof of that, as those of an unverified probe. */
  readonly unproven: boolean
  /** What it takes; undefined when it did not say, as an app of an earlier version. */
  readonly terms: Terms | undefined
}

const reportsOnly: TrustApp = async () => ({ kind: 'reports_only', reason: '' })

const unproven: Verdict = {
  kind: 'refused',
  code: 'unproven',
  reason:
    'it did not prove that it holds the cluster key of this probe, so it is sent nothing; give both the same cluster.key',
}

/**
 * Has the app prove that it holds the cluster key, and the key of its own that is expected of it, before any data is
 * sent, so that another program on its port learns nothing about this host. Both proofs are for an empty body. Whether an app
 * that holds another cluster key, and proves its own key alone, is sent reports is for `trust` to decide.
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
    const proofs = proveReport(subject, probeKey, clusterKey)
    const headers = { 'content-type': REPORT_CONTENT_TYPE, ...proofs }
    const answer = await client.request({ method: 'POST', path: REPORT_PATH, headers })
    const meet = async (shown: ShownApp, terms: Terms | undefined): Promise<Introduced | Verdict> => {
      const trusted = await trust(shown)
      if (trusted.kind === 'refused') return { ...trusted, isAboutKey: true }
      const other = claim?.take(about, shown.holdsClusterKey)
      if (other !== undefined) return { kind: 'duplicate', of: other }
      return {
        challenge: about,
        connection: answer.connection,
        unproven: !shown.holdsClusterKey,
        terms,
        ...(trusted.kind === 'trusted'
          ? { appKey: shown.key, distrust: '' }
          : { appKey: undefined, distrust: trusted.reason }),
      }
    }
    const proven = checkAppProof(subject, clusterKey, answer.header)
    if (answer.status === 204 && proven !== undefined)
      return meet({ key: proven.key, holdsClusterKey: true }, termsFrom(answer.header))
    // It says so of the very proof that it was sent, so nobody on the way has made it another.
    const otherKey = checkRefusal(subject, proofs[proofHeaders.clusterProof] ?? '', answer.header)
    const terms = unverifiedTermsFrom(answer)
    if (otherKey !== undefined && terms !== undefined)
      return meet({ key: otherKey, holdsClusterKey: false }, terms)
    const verdict = judge(answer, answer.header(proofHeaders.challenge))
    const isTaken = answer.status === 204 || verdict.kind === 'taken' || verdict.kind === 'need_full'
    return isTaken ? unproven : verdict
  }

  const first = await attempt(challenge)
  return 'kind' in first && first.kind === 'challenge' ? attempt(first.challenge) : first
}
