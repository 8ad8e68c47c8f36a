import type { Report } from '../report/schema.ts'

/** A report as the app holds it: the only input of every view. */
export interface HeldReport {
  readonly report: Report
  /** The app's clock (ms since 1970) at the probe's uptime 0; fixed for one epoch, so that dates do not jitter. */
  readonly startedAtMs: number
  /** When this report came, on the app's clock. */
  readonly arrivedAtMs: number
  /** An older report of the same epoch, at least about three seconds before this one: the base of rates. */
  readonly rateBase?: Report
  /** The probe proved that it holds the app's key. */
  readonly verified: boolean
}
