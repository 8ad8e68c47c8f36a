import type { AllowanceRate } from '../../../pacing/allowance.ts'
import { defaultLimits, type ReportLimits } from '../../../report/limits.ts'
import type { UploadLimits } from '../uploads.ts'
import { maxKnownHosts } from './known-hosts.ts'

const quarter = (limit: number): number => Math.max(1, Math.floor(limit / 4))

/** Limits of one report of an unverified probe: a quarter of those of a verified one. */
export const unverifiedLimitsOf = (verified: ReportLimits): ReportLimits => ({
  ...verified,
  bodyBytes: quarter(verified.bodyBytes),
  decodedBytes: quarter(verified.decodedBytes),
  values: quarter(verified.values),
  nodes: quarter(verified.nodes),
  metrics: quarter(verified.metrics),
  connections: quarter(verified.connections),
  addresses: quarter(verified.addresses),
  listeners: quarter(verified.listeners),
})

/** What unverified probes may take of an app, all together and from one address. */
export interface UnverifiedBounds {
  /** Most of them that report at a time. */
  readonly probes: number
  readonly probesPerAddress: number
  /** Most hosts of theirs that are remembered. */
  readonly knownHosts: number
  /** Most that all their reports have together, in entities and in bytes of MessagePack. */
  readonly held: Pick<ReportLimits, HeldPart>
  /** Requests. */
  readonly requests: AllowanceRate
  readonly requestsPerAddress: AllowanceRate
  /** What decoding costs: bytes of decompressed bodies, and some more for each entity (`costOf`). */
  readonly bytes: AllowanceRate
  readonly bytesPerAddress: AllowanceRate
  /** Probes, or hosts of a probe, that were not known before. */
  readonly newcomers: AllowanceRate
  readonly newcomersPerAddress: AllowanceRate
}

/** What is counted of held reports. */
export type HeldPart = 'nodes' | 'metrics' | 'connections' | 'addresses' | 'listeners' | 'decodedBytes'

const twice = (limit: number): number => 2 * limit
const MB = 1024 * 1024

/**
 * The bounds of an app unless told otherwise. All unverified probes together hold at most what two verified ones may.
 *
 * @param verified limits of one report of a verified probe
 */
export const unverifiedBoundsOf = (verified: ReportLimits): UnverifiedBounds => ({
  probes: 200,
  probesPerAddress: 50,
  knownHosts: maxKnownHosts.unverified,
  held: {
    nodes: twice(verified.nodes),
    metrics: twice(verified.metrics),
    connections: twice(verified.connections),
    addresses: twice(verified.addresses),
    listeners: twice(verified.listeners),
    decodedBytes: twice(verified.decodedBytes),
  },
  requests: { perSecond: 300, burst: 600 },
  requestsPerAddress: { perSecond: 60, burst: 150 },
  bytes: { perSecond: 12 * MB, burst: 64 * MB },
  bytesPerAddress: { perSecond: 4 * MB, burst: 32 * MB },
  newcomers: { perSecond: 0.1, burst: 200 },
  newcomersPerAddress: { perSecond: 1 / 60, burst: 50 },
})

/** The bounds with the default limits. */
export const defaultUnverifiedBounds: UnverifiedBounds = unverifiedBoundsOf(defaultLimits)

/** Limits of the bodies of unverified probes that are being received, apart from those of verified ones. */
export const unverifiedUploadLimits: UploadLimits = {
  bodies: 64,
  bodiesPerAddress: 16,
  heldBytes: 16 * MB,
  heldBytesPerAddress: 8 * MB,
  stallMs: 5000,
}
