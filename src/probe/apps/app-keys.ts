import type { AuditLog } from '../../audit/audit-log.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { readAppPublicKey } from '../../state/state-dir.ts'
import type { Target } from '../targets/target.ts'
import { type ExpectedKey, judgeAppKey } from './judge-app-key.ts'
import { judgeUnproven } from './judge-unproven.ts'
import { createKnownApps, type KnownApp, KnownAppsError } from './known-apps.ts'
import { isThisMachine, targetOf } from './targets.ts'

/** Whether an app gets reports, and whether its orders are taken. */
export type AppTrust =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'reports_only'; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/** What an app has proved. */
export interface ShownApp {
  /** Its own key; undefined when it proved the cluster key alone. */
  readonly key: string | undefined
  readonly holdsClusterKey: boolean
}

/** Decides how far one app is trusted. */
export type TrustApp = (shown: ShownApp) => Promise<AppTrust>

/** What {@link createAppKeys} needs. */
export interface AppKeysOptions {
  readonly stateDir: string
  /** Keys given with `--app-key`, by address (`host:port`). */
  readonly named: ReadonlyMap<string, string>
  /** Whether an app that does not hold the cluster key gets nothing. */
  readonly requiresClusterKey?: boolean
  readonly nowMs: () => number
  readonly log: Logger
  /** Gets each refusal. */
  readonly audit: Pick<AuditLog, 'record'>
}

const NOTHING_PROVEN = 'it proves neither the cluster key nor a key of its own'
const NO_KEY = 'it has no key of its own: it gets reports, and its orders are not taken'

/**
 * Knows which key each app must prove: the one given by option, else that of the app of the same state directory if the
 * address is of this machine, else the one which was proved at the first meeting.
 *
 * @returns makes the decision for the app at a URL
 */
export const createAppKeys = (
  options: AppKeysOptions,
): ((url: string, origin?: Target['origin']) => TrustApp) => {
  const { stateDir, named, requiresClusterKey = false, nowMs, log, audit } = options
  const known = createKnownApps(stateDir)
  /** Keys that could not be written, for as long as this probe runs. */
  const unwritten = new Map<string, KnownApp>()

  const expectedAt = async (url: string, target: string): Promise<ExpectedKey | undefined> => {
    const given = named.get(target)
    if (given !== undefined) return { key: given, from: 'option' }
    const own = isThisMachine(url) ? await readAppPublicKey(stateDir) : undefined
    if (own !== undefined) return { key: own, from: 'own' }
    const met = (await known.find(target)) ?? unwritten.get(target)
    return met && { ...met, from: 'met' }
  }

  const meet = async (target: string, key: string, unproven: boolean): Promise<void> => {
    const since = new Date(nowMs()).toISOString().slice(0, 10)
    const app: KnownApp = { key, since, ...(unproven && { unproven }) }
    log.info('an app is met for the first time; it must prove the same key from now on', { app: target, key })
    try {
      await known.add(target, app)
    } catch (error) {
      if (!(error instanceof KnownAppsError)) throw error
      unwritten.set(target, app)
      log.warn('the key of an app is kept only until this probe ends', {
        app: target,
        error: describeError(error),
      })
    }
  }

  return (url, origin = 'named') => {
    const target = targetOf(url)
    return async ({ key: shown, holdsClusterKey }) => {
      let expected: ExpectedKey | undefined
      try {
        expected = await expectedAt(url, target)
      } catch (error) {
        const reason = `the keys of apps cannot be read: ${describeError(error)}`
        return { kind: 'refused', code: 'known_apps_unusable', reason }
      }
      const refuse = (judgement: AppTrust & { readonly kind: 'refused' }): AppTrust => {
        const { reason } = judgement
        audit.record({ who: '', from: url, action: 'refused', target: 'app key', result: 'refused', reason })
        return judgement
      }
      if (!holdsClusterKey) {
        if (shown === undefined) return refuse({ kind: 'refused', code: 'unproven', reason: NOTHING_PROVEN })
        const judgement = judgeUnproven({
          target,
          shown,
          origin,
          isThisMachine: isThisMachine(url),
          requiresClusterKey,
          known: expected === undefined ? [] : [expected.key],
        })
        if (judgement.kind === 'refused') return refuse(judgement)
        if (expected === undefined) await meet(target, shown, true)
        return judgement
      }
      // Who holds the cluster key takes the place of who has proved nothing but some key of its own.
      const isPassing = expected?.from === 'met' && expected.unproven === true && shown !== undefined
      const judgement = judgeAppKey(target, isPassing ? undefined : expected, shown)
      if (judgement.kind === 'refused') return refuse(judgement)
      if (judgement.kind === 'keyless') return { kind: 'reports_only', reason: NO_KEY }
      if (judgement.kind === 'met' && shown !== undefined) await meet(target, shown, false)
      return { kind: 'trusted' }
    }
  }
}
