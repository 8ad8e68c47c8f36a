import type { JoinToken } from './join-token.ts'

/** What a machine has before it joins. */
export interface BeforeJoin {
  /** Its cluster key; undefined when it has none yet. */
  readonly clusterKey: Buffer | undefined
  /**
   * Whether that key is of some use: an app ran here with it, or one elsewhere has proved that it holds it. A probe that was only
   * seen until now made it for itself.
   */
  readonly isKeyInUse: boolean
  /** The apps known under each of the names and addresses (`host:port`) that it is to report to. */
  readonly apps: ReadonlyMap<string, readonly { readonly key: string; readonly since: string }[]>
}

/** What joining changes, or why it must not. */
export type JoinDecision =
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'join'
      /** Whether the cluster key is written, and whether another one is put aside for it. */
      readonly clusterKey: 'make' | 'keep' | 'replace'
      /** Addresses at which the app's key is to be known from now on. */
      readonly pins: readonly string[]
    }

/**
 * Decides what a join token changes. Nothing that the machine has is replaced unasked: a token of another cluster, pasted
 * by mistake, must not take a machine out of its own.
 *
 * @param replace whether it was asked for
 */
export const decideJoin = (token: JoinToken, before: BeforeJoin, replace: boolean): JoinDecision => {
  const isSame = before.clusterKey?.equals(token.clusterKey) === true
  if (before.clusterKey !== undefined && before.isKeyInUse && !isSame && !replace)
    return {
      kind: 'refused',
      reason:
        'this machine has another cluster key already: an app ran here, or it has joined another. Nothing was changed. --join-replace takes the key of the token and keeps the old one beside it; what runs here is started again with the new one, and machines that have joined this one no longer belong to it',
    }
  const unknown = [...before.apps].filter(([, apps]) => !apps.some(({ key }) => key === token.appKey))
  const [other] = unknown.flatMap(([target, apps]) => apps.map((app) => ({ target, ...app })))
  if (other !== undefined && !replace)
    return {
      kind: 'refused',
      reason: `the token is of the app with the key ${token.appKey}, but another app has been known at ${other.target} since ${other.since}, with the key ${other.key}. Nothing was changed. If that app was set up anew, or another has its address now: --join-replace`,
    }
  const change = before.clusterKey === undefined ? 'make' : isSame ? 'keep' : 'replace'
  return { kind: 'join', clusterKey: change, pins: unknown.map(([target]) => target) }
}
