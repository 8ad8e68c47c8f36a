import * as z from 'zod'
import { defaultLimits, type ReportLimits } from '../../report/limits.ts'
import type { HttpAnswer } from './http-client.ts'

/** What an app's answer to a report means for the next one. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** The proof was about another challenge than this one. */
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** It does not hold the report that this one is a change of. */
  | { readonly kind: 'need_full' }
  /** Something lies before the app, or it has too much to do: to be tried again. */
  | { readonly kind: 'busy'; readonly reason: string }
  /** Less has to be sent. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** It is the app that another target has come to, under another name. */
  | { readonly kind: 'duplicate'; readonly of: string }
  /** As long as nobody does something about it, the next report fares no better. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
})

const needSchema = z.object({ need: z.literal('full') })

const CHALLENGE = /^[\w-]{1,512}$/
const MAX_REASON_LENGTH = 500

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // an answer that is not the app's own
    return undefined
  }
}

/** What of an answer is judged. */
type Answer = Pick<HttpAnswer, 'status' | 'text'>

const reasonOf = ({ status, text }: Answer): { code: string; reason: string } => {
  const { success, data } = errorSchema.safeParse(json(text))
  if (!success) return { code: `http_${status}`, reason: `it answered HTTP ${status}` }
  const { code, message, field } = data.error
  // what is wrong with a report is in a field; that another probe is in the way is not
  const isAside = field === undefined || status === 409 || message.includes(field)
  const reason = isAside ? message : `${message} (${field})`
  return { code, reason: reason.slice(0, MAX_REASON_LENGTH) }
}

/**
 * @param answer to `POST /api/report`
 * @param challenge the app's challenge, as far as its header names one
 */
export const judge = (answer: Answer, challenge: string | undefined): Verdict => {
  const { status } = answer
  if (status === 200) return { kind: 'taken' }
  if (status === 401 && challenge !== undefined && CHALLENGE.test(challenge))
    return { kind: 'challenge', challenge }
  if (status === 409 && needSchema.safeParse(json(answer.text)).success) return { kind: 'need_full' }
  const { code, reason } = reasonOf(answer)
  if (status === 413) return { kind: 'too_large', reason }
  if (status === 408 || status === 429 || status >= 500) return { kind: 'busy', reason }
  return { kind: 'refused', code, reason }
}

const limit = z.int().min(1)
const limitsSchema = z.object({
  limits: z.object(Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, limit.optional()]))),
})

/** The limits an app tells in `GET /api`; what it does not tell, or not sensibly, is as usual. */
export const limitsFrom = (answer: Answer): ReportLimits => {
  const { success, data } = limitsSchema.safeParse(answer.status === 200 ? json(answer.text) : undefined)
  if (!success) return defaultLimits
  const told = Object.entries(data.limits).filter(([, value]) => value !== undefined)
  return { ...defaultLimits, ...Object.fromEntries(told) }
}

/** The same with room for a part of the entities. @param share from 0 to 1 */
export const shrunken = (limits: ReportLimits, share: number): ReportLimits => {
  const of = (count: number): number => Math.max(1, Math.floor(count * share))
  return {
    ...limits,
    values: of(limits.values),
    nodes: of(limits.nodes),
    metrics: of(limits.metrics),
    connections: of(limits.connections),
    addresses: of(limits.addresses),
  }
}
