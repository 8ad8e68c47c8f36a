import type { Target } from '../targets/target.ts'

/** How it stands with one target, or with a name that leads to none. */
export interface PublishStatus {
  /** As {@link Target.url}. */
  readonly url: string
  /**
   * `waiting`: no answer yet. `ok`: accepts reports. `away`: does not answer. `refused`: answers, but accepts no
   * reports or must not get any. `duplicate`: is the same app as that of another target, which gets the reports.
   * `failed`: no report can be made. `unresolved`: the name leads to no address, so there is nothing below.
   */
  readonly state: 'waiting' | 'ok' | 'away' | 'refused' | 'duplicate' | 'failed' | 'unresolved'
  /** Plain words; empty when there is nothing to say. */
  readonly reason: string
  /**
   * The app's own public key, while it accepts reports and has proved the key that is expected of it: orders are taken only
   * from such an app. Undefined otherwise.
   */
  readonly appKey?: string | undefined
  /** Why the app is not trusted with orders, or with anything; undefined when it is, or has not answered yet. */
  readonly distrust?: string | undefined
  /** The IP address that is dialled, IPv6 without brackets. */
  readonly address?: string | undefined
  readonly origin?: Target['origin'] | undefined
  /** True while the app accepts reports without having proved that it holds the cluster key. */
  readonly unproven?: boolean | undefined
  /** When the app last accepted a report; ISO 8601. */
  readonly lastSuccessAt?: string | undefined
  /** Size of that report as it was sent. */
  readonly lastBytes?: number | undefined
  /** Time from the first byte of that report to the app's answer. */
  readonly lastDurationMs?: number | undefined
  /** Longest pause until the app gets what changed: longer than that of the probe while the way to the app is slow. */
  readonly intervalMs?: number | undefined
  /** Reports that the app has accepted since the target is there. */
  readonly reports?: number | undefined
}

/** A target as people are told of it: `http://scope1:4030`, with its address where the URL has a name: `… (10.0.0.5)`. */
export const targetName = ({ url, address }: Pick<PublishStatus, 'url' | 'address'>): string =>
  address === undefined || new URL(url).hostname.replace(/^\[|\]$/g, '') === address
    ? url
    : `${url} (${address})`
