/**
 * Limits of one report, told to probes in `GET /api` and enforced where a report enters the app.
 * A probe keeps to them by leaving out the least busy entities and saying how many it left out.
 */
export interface ReportLimits {
  /** Size of the request body as sent, compressed. */
  readonly bodyBytes: number
  /** Size of the body once decompressed. */
  readonly decodedBytes: number
  /** Nesting of arrays and maps. */
  readonly depth: number
  /** Values (scalars, arrays and maps) in the whole body. */
  readonly values: number
  readonly nodes: number
  readonly metrics: number
  readonly connections: number
  readonly addresses: number
  readonly listeners: number
  /** Facts, labels or parents of one node. */
  readonly entriesPerNode: number
  /** Characters of a name, id or fact key. */
  readonly nameLength: number
  /** Characters of a fact or label value. */
  readonly valueLength: number
}

/** The limits an app has unless told otherwise. */
export const defaultLimits: ReportLimits = {
  bodyBytes: 8 * 1024 * 1024,
  decodedBytes: 64 * 1024 * 1024,
  depth: 16,
  values: 4_000_000,
  nodes: 20_000,
  metrics: 60_000,
  connections: 20_000,
  addresses: 50_000,
  listeners: 10_000,
  entriesPerNode: 256,
  nameLength: 1024,
  valueLength: 8192,
}

/** To these lengths a probe may cut what it reads: still longer than what any app takes, so that the cut is counted. */
export const beyondLimits = {
  nameLength: defaultLimits.nameLength + 1,
  valueLength: defaultLimits.valueLength + 1,
} as const

/**
 * Longest allowed `intervalMs` of a probe. The app keeps a silent probe's report for up to three intervals, so this
 * also bounds how long a dead probe occupies its host id.
 */
export const MAX_INTERVAL_MS = 60_000
