import type { Guard } from '../../log/faults.ts'

/** An app to report to, at one address. */
export interface Target {
  /**
   * As it was asked for, with scheme and port filled in: `http://scope1:4030`, `https://[fd00::5]:443`. Its host is the name
   * in the `Host` header and that which a certificate must have, and the app's key is known under it.
   */
  readonly url: string
  /** The IP address that is dialled, IPv6 without brackets. Of a URL with a literal address, that address. */
  readonly address: string
  /**
   * Who named it. `local`: the app launched beside the probe. `named`: the command line. `discovered`: the network, so
   * anybody there. `service`: the hosted service.
   */
  readonly origin: 'local' | 'named' | 'discovered' | 'service'
  /** Sent as `Authorization: Scope-Probe token=…` with each request and socket. */
  readonly token?: string
  /**
   * The address appeared in DNS later than the first answer for its name, since this probe started. Only then is it of
   * interest whether another app answers there than before, see `createAppKeys`.
   */
  readonly isNew?: boolean
  /**
   * Nobody has asked for this app, nor to look for any: it gives orders only if its key is known from elsewhere, and it is not
   * met by this name.
   */
  readonly isUnasked?: boolean
}

/** A name that leads to no target at the moment. */
export interface UnresolvedTarget {
  /** As {@link Target.url}. */
  readonly url: string
  /** Why, in plain words. */
  readonly reason: string
}

/** All that a source knows at one moment. */
export interface FoundTargets {
  /** Each {@link targetId} once. */
  readonly targets: readonly Target[]
  readonly unresolved: readonly UnresolvedTarget[]
}

/** Finds apps to report to: from the command line, DNS, the local network, a service. */
export interface TargetSource {
  /**
   * Starts to look. What has gone away is left out only after a grace, so that a name server that fails for a moment
   * changes nothing.
   *
   * @param changed called with everything that is known: once before this returns, and later whenever it has changed
   * @param isAnswering whether an app answers at a target; asked about an address that has vanished, which is left out
   * without a grace when nobody answers there. By default all count as answering
   * @param guard records what goes wrong while it looks, and in `changed`, instead of ending the process; by default it is thrown
   * @returns stops looking
   */
  watch(
    changed: (found: FoundTargets) => void,
    isAnswering?: (target: Target) => boolean,
    guard?: Guard,
  ): () => void
}

/** Tells targets apart: `http://scope1:4030 10.0.0.5`. */
export const targetId = ({ url, address }: Pick<Target, 'url' | 'address'>): string => `${url} ${address}`
