import type { KeyObject } from 'node:crypto'
import { appHoldsClusterKey, hashBody, proofHeaders, proveReport } from '../../report/proof/proof.ts'
import { REPORT_CONTENT_TYPE, REPORT_PATH } from '../../report/schema.ts'
import { judge, type Verdict } from './answer.ts'
import type { ClaimApp } from './app-claims.ts'
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
  readonly claim?: ClaimApp
}

/** An app and a connection on which both sides have proved that they hold the cluster key. */
export interface Introduced {
  /** The app's challenge, which is part of each proof. */
  readonly challenge: string
  /** The connection to the app. */
  readonly connection: Connection
}

const NO_BODY_SHA256 = hashBody(new Uint8Array())

const unproven: Verdict = {
  kind: 'refused',
  code: 'unproven',
  reason:
    'it did not prove that it holds the cluster key of this probe, so it is sent nothing; give both the same cluster.key',
}

/**
 * Has the app prove that it holds the cluster key before any data is sent, so that another program on its port learns
 * nothing about this host. Both proofs are for an empty body.
 *
 * @param challenge the challenge of the previous app, or any text
 * @returns a verdict when the app gave no proof
 * @throws Error when there was no answer
 */
export const introduce = async (
  options: IntroductionOptions,
  challenge: string,
): Promise<Introduced | Verdict> => {
  const { client, probeId, epoch, probeKey, clusterKey, claim = () => undefined } = options

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
    const proof = answer.header(proofHeaders.appProof)
    if (proof !== undefined && appHoldsClusterKey(subject, clusterKey, proof)) {
      const other = claim(about)
      if (other !== undefined) return { kind: 'duplicate', of: other }
      return { challenge: about, connection: answer.connection }
    }
    const verdict = judge(answer, answer.header(proofHeaders.challenge))
    return verdict.kind === 'taken' || verdict.kind === 'need_full' ? unproven : verdict
  }

  claim(undefined)
  const first = await attempt(challenge)
  return 'kind' in first && first.kind === 'challenge' ? attempt(first.challenge) : first
}
