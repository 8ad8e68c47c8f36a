import type { ReportLimits } from './limits.ts'

/**
 * What an app may take beside what every app takes, and a probe sends only to an app that says that it takes it.
 * `absorbed`: which records were added to a connection record (`absorbed`). `cut-texts`: how many texts were cut (`omitted.texts`). `goodbye`: that the probe stops (`DELETE` of its report).
 * `zstd`: bodies compressed by it.
 */
export const features = ['absorbed', 'cut-texts', 'goodbye', 'zstd'] as const

export type Feature = (typeof features)[number]

/** Limits of the reports of one probe, as an app tells them. */
export interface ToldLimits extends ReportLimits {
  /** Posts of one probe; an app of an earlier version says nothing of it. */
  readonly postsPerSecond?: number
}

/** What an app takes of one probe. */
export interface Terms {
  readonly limits: ToldLimits
  readonly takes: ReadonlySet<Feature>
}

/**
 * The headers by which an app tells its terms to a probe that proves the cluster key, in the answer to the proof of an empty
 * body: the probe has no right to ask `GET /api`. Nothing proves them: whoever can change them on the way can keep reports
 * from the app anyway.
 */
export const termsHeaderNames = {
  /** {@link ToldLimits} as JSON. */
  limits: 'scope-report-limits',
  /** {@link features}, with commas between them. */
  takes: 'scope-report-takes',
} as const

export const termsHeaders = (limits: ToldLimits): Record<string, string> => ({
  [termsHeaderNames.limits]: JSON.stringify(limits),
  [termsHeaderNames.takes]: features.join(','),
})

/** Those of some names that are features; others are of a later version. */
export const featuresIn = (names: readonly string[]): ReadonlySet<Feature> =>
  new Set(features.filter((feature) => names.includes(feature)))
