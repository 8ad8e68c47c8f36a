import type { Report } from '../report/schema.ts'

/** A report as the app holds it: the only input of every view. */
export interface HeldReport {
  readonly report: Report
  /**
   * When the probe's uptime was 0: ms since 1970 on the app's clock. The same for one epoch of the probe, so that dates
   * computed from it do not jitter, unless the latest reports took half a second more or less on their way than what it was reckoned by.
   */
  readonly startedAtMs: number
  /** When the app received this report: ms since 1970 on the app's clock. */
  readonly arrivedAtMs: number
  /**
   * An older report of the same epoch, from about three seconds or more before this one. Rates are computed from what
   * changed since; undefined when there is none yet.
   */
  readonly rateBase?: Report
  /** Whether the probe proved that it has the app's key. */
  readonly verified: boolean
  /** How far the probe's clock is ahead of the app's, ms; undefined when it does not tell. It is only shown. */
  readonly clockSkewMs?: number
  /** Of an unverified probe: the address that its report came from, or the /64 network of an IPv6 address. */
  readonly from?: string
}
