import type { AuditLog } from '../../audit/audit-log.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { readAppPublicKey } from '../../state/state-dir.ts'
import { type ExpectedKey, judgeAppKey } from './judge-app-key.ts'
import { createKnownApps, type KnownApp, KnownAppsError } from './known-apps.ts'
import { isThisMachine, targetOf } from './targets.ts'

/** Whether an app gets reports, and whether its orders are taken. */
export type AppTrust =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'reports_only'; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/**
 * Decides how far one app is trusted.
 *
 * @param shown the key that it has proved to hold; undefined when it proved the cluster key alone
 */
export type TrustApp = (shown: string | undefined) => Promise<AppTrust>

/** What {@link createAppKeys} needs. */
export interface AppKeysOptions {
  readonly stateDir: string
  /** Keys given with `--app-key`, by address (`host:port`). */
  readonly named: ReadonlyMap<string, string>
  readonly nowMs: () => number
  readonly log: Logger
  /** Gets each refusal. */
  readonly audit: Pick<AuditLog, 'record'>
}

const NO_KEY = 'it has no key of its own: it gets reports, and its orders are not taken'

/**
 * Knows which key each app must prove: the one given by option, else that of the app of the same state directory if the
 * address is of this machine, else the one which was proved at the first meeting.
 *
 * @returns makes the decision for the app at a URL
 */
export const createAppKeys = (options: AppKeysOptions): ((url: string) => TrustApp) => {
  const { stateDir, named, nowMs, log, audit } = options
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

  const meet = async (target: string, key: string): Promise<void> => {
    const app = { key, since: new Date(nowMs()).toISOString().slice(0, 10) }
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

  return (url) => {
    const target = targetOf(url)
    return async (shown) => {
      let expected: ExpectedKey | undefined
      try {
        expected = await expectedAt(url, target)
      } catch (error) {
        const reason = `the keys of apps cannot be read: ${describeError(error)}`
        return { kind: 'refused', code: 'known_apps_unusable', reason }
      }
      const judgement = judgeAppKey(target, expected, shown)
      if (judgement.kind === 'refused') {
        const { reason } = judgement
        audit.record({ who: '', from: url, action: 'refused', target: 'app key', result: 'refused', reason })
        return judgement
      }
      if (judgement.kind === 'keyless') return { kind: 'reports_only', reason: NO_KEY }
      if (judgement.kind === 'met' && shown !== undefined) await meet(target, shown)
      return { kind: 'trusted' }
    }
  }
}
