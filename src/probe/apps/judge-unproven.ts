import type { Target } from '../targets/target.ts'

/** An app that has proved a key of its own, and that it holds another cluster key than the probe. */
export interface UnprovenApp {
  /** The address by which the probe reaches it, `host:port`. */
  readonly target: string
  /** The key that it has proved. */
  readonly shown: string
  readonly origin: Target['origin']
  readonly isThisMachine: boolean
  /** Whether nobody without the cluster key is to get anything. */
  readonly requiresClusterKey: boolean
  /** The keys that are known of the target. */
  readonly known: readonly string[]
}

/** What is to be done with such an app. */
export type UnprovenJudgement =
  | { readonly kind: 'reports_only'; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

const JOIN = '"scope token --join" where that app runs prints how to join it'

/**
 * Decides whether an app that holds another cluster key gets reports. Its orders are never taken.
 *
 * Whoever names an app on another machine wants it to see this host, also where nothing is set up yet. On this machine
 * the key is there to be read, and what is found on the network may be anybody's.
 */
export const judgeUnproven = (app: UnprovenApp): UnprovenJudgement => {
  const { target, shown, origin, isThisMachine, requiresClusterKey, known } = app
  const unproven = (why: string): UnprovenJudgement => ({
    kind: 'refused',
    code: 'unproven',
    reason: `it holds another cluster key than this probe, so it is sent nothing, since ${why}; ${JOIN}`,
  })
  if (requiresClusterKey) return unproven('--probe.require-cluster-key was given')
  if (isThisMachine || origin === 'local') return unproven('it is on this machine')
  if (origin === 'discovered') return unproven("it was found on the network, where it may be anybody's")
  if (known.length > 0 && !known.includes(shown))
    return {
      kind: 'refused',
      code: 'app_key_changed',
      reason:
        `it holds another cluster key than this probe, and proves the key ${shown}, not ${known.join(' or ')}, which is known of ${target}. ` +
        `It gets no reports and gives no orders; if the app was set up anew: scope forget-app ${target}; else somebody has taken its place`,
    }
  return {
    kind: 'reports_only',
    reason: `it holds another cluster key than this probe: it gets reports, and its orders are not taken; ${JOIN}`,
  }
}
