import * as z from 'zod'
import { defaultLimits } from '../../report/limits.ts'
import {
  type Feature,
  featuresIn,
  type Terms,
  type ToldLimits,
  termsHeaderNames,
} from '../../report/terms.ts'
import type { HttpAnswer } from './http-client.ts'

/** The meaning of an app's answer to a report. */
export type Verdict =
  | {
      readonly kind: 'taken'
      /** The app wants the next report only so much later, if nothing but numbers changes until then. */
      readonly restMs?: number
    }
  /** The proof was for another challenge; this is the current one. */
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** The app does not have the report that the sent delta is based on. */
  | { readonly kind: 'need_full' }
  /** The app is overloaded, or a proxy in front of it answered. Try again later. */
  | { readonly kind: 'busy'; readonly reason: string }
  /** The report was too large. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** Another configured URL leads to the same app. */
  | { readonly kind: 'duplicate'; readonly of: string }
  /** The app refuses the report, and will refuse the next one unless something is changed. */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly reason: string
      /** Set when it is the probe that refuses the app, for the key that the app proved or did not. */
      readonly isAboutKey?: boolean
      /** Set when it asks for more than the proofs of a probe: it does not take the token that it got, or got none. */
      readonly isAboutAccess?: boolean
    }

const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
})

const needSchema = z.object({ need: z.literal('full') })
const restSchema = z.object({ restMs: z.int().min(0) })

const CHALLENGE = /^[\w-]{1,512}$/
const MAX_CODE_LENGTH = 100
const MAX_REASON_LENGTH = 500
/** What a terminal or a log acts on instead of showing it. Whoever is at the address of an app writes what it answers. */
const DANGEROUS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const ACCESS_CODES: ReadonlySet<string> = new Set(['http_403', 'forbidden', 'unauthorized', 'bad_token'])

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The answer does not come from a Scope app.
    return undefined
  }
}

/** The parts of an answer that are examined. */
type Answer = Pick<HttpAnswer, 'status' | 'text'>

const reasonOf = ({ status, text }: Answer): { code: string; reason: string } => {
  const { success, data } = errorSchema.safeParse(json(text))
  if (!success) return { code: `http_${status}`, reason: `it answered HTTP ${status}` }
  const { code, message, field } = data.error
  // Name the field when the report is invalid; not for a conflict with another probe (409).
  const isAside = field === undefined || status === 409 || message.includes(field)
  const reason = isAside ? message : `${message} (${field})`
  return { code: plain(code, MAX_CODE_LENGTH), reason: plain(reason, MAX_REASON_LENGTH) }
}

const plain = (text: string, maxLength: number): string =>
  text.slice(0, maxLength).replace(DANGEROUS, '\ufffd')

/**
 * Interprets the answer of an app.
 *
 * @param answer the answer to `POST /api/report`
 * @param challenge the app's challenge from the answer's header, if any
 */
export const judge = (answer: Answer, challenge: string | undefined): Verdict => {
  const { status } = answer
  if (status === 200) return { kind: 'taken', ...restSchema.safeParse(json(answer.text)).data }
  if (status === 401 && challenge !== undefined && CHALLENGE.test(challenge))
    return { kind: 'challenge', challenge }
  if (status === 409 && needSchema.safeParse(json(answer.text)).success) return { kind: 'need_full' }
  const { code, reason } = reasonOf(answer)
  if (status === 413) return { kind: 'too_large', reason }
  if (status === 408 || status === 429 || status >= 500) return { kind: 'busy', reason }
  // An app itself answers with a challenge, or with a code that says what is wrong with the proof or the report.
  const isAboutAccess = status === 401 || (status === 403 && ACCESS_CODES.has(code))
  return { kind: 'refused', code, reason, ...(isAboutAccess && { isAboutAccess }) }
}

const limit = z.int().min(1).optional()
const toldSchema = z.object(
  Object.fromEntries([...Object.keys(defaultLimits), 'postsPerSecond'].map((name) => [name, limit])),
)
const limitsSchema = z.object({ limits: toldSchema })
const unverifiedSchema = z.object({
  unverified: limitsSchema.extend({ takes: z.array(z.string()).catch([]) }),
})

const withDefaults = (told: z.infer<typeof toldSchema>): ToldLimits => ({
  ...defaultLimits,
  ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
})

const noFeatures: ReadonlySet<Feature> = new Set()

/**
 * Reads the terms of an app from the headers by which it proves itself.
 *
 * @returns undefined when it tells none, as an app of an earlier version
 */
export const termsFrom = (header: HttpAnswer['header']): Terms | undefined => {
  const { success, data } = toldSchema.safeParse(json(header(termsHeaderNames.limits) ?? ''))
  if (!success) return undefined
  return {
    limits: withDefaults(data),
    takes: featuresIn((header(termsHeaderNames.takes) ?? '').split(',')),
  }
}

/**
 * Reads the limits of an app of an earlier version from the answer to `GET /api`. Missing limits have their default, and an
 * invalid answer means the default for all.
 */
export const termsOfEarlier = (answer: Answer): Terms => {
  const { success, data } = limitsSchema.safeParse(answer.status === 200 ? json(answer.text) : undefined)
  return { limits: success ? withDefaults(data.limits) : defaultLimits, takes: noFeatures }
}

/**
 * Reads the terms for unverified probes from the refusal of an app that holds another cluster key.
 *
 * @returns undefined when it takes no reports of unverified probes
 */
export const unverifiedTermsFrom = (answer: Answer): Terms | undefined => {
  const { success, data } = unverifiedSchema.safeParse(answer.status === 403 ? json(answer.text) : undefined)
  if (!success) return undefined
  const { limits, takes } = data.unverified
  return { limits: withDefaults(limits), takes: featuresIn(takes) }
}

/** Scales the limits on the number of entities. @param share from 0 to 1 */
export const shrunken = (limits: ToldLimits, share: number): ToldLimits => {
  const of = (count: number): number => Math.max(1, Math.floor(count * share))
  return {
    ...limits,
    values: of(limits.values),
    nodes: of(limits.nodes),
    metrics: of(limits.metrics),
    connections: of(limits.connections),
    addresses: of(limits.addresses),
    listeners: of(limits.listeners),
  }
}
