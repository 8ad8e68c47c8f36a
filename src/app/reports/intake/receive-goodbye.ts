import type { Context } from 'hono'
import { NO_BODY_SHA256 } from '../../../report/proof/proof.ts'
import { proofHeaders } from '../../../report/proof/proof-headers.ts'
import { ApiError } from '../../http/api-error.ts'
import type { AppEnv } from '../../http/env.ts'
import type { Goodbye, ReportRefusal } from '../admission.ts'
import { wrongClusterKey } from '../unverified/gate.ts'
import type { Entrance } from './entrance.ts'

/** What {@link receiveGoodbyes} needs. */
export interface GoodbyeOptions {
  readonly enter: Entrance
  /** Takes a proven goodbye; returns why it was refused, if it was. */
  readonly take: (goodbye: Goodbye, verified: boolean) => ReportRefusal | undefined
}

/** Handler of `DELETE /api/report`, by which a probe that stops takes its report with it. */
export const receiveGoodbyes =
  ({ enter, take }: GoodbyeOptions): ((c: Context<AppEnv>) => Response) =>
  (c) => {
    const { proof, subject } = enter(c, 'goodbye')
    if (proof.kind === 'other_key') throw wrongClusterKey()
    if (subject.bodySha256 !== NO_BODY_SHA256)
      throw new ApiError(400, 'invalid_header', 'a goodbye has no body', { field: proofHeaders.bodySha256 })
    const refusal = take(subject, proof.kind === 'verified')
    if (refusal !== undefined)
      throw new ApiError(409, refusal.code, refusal.message, { field: refusal.field })
    return c.body(null, 204)
  }
