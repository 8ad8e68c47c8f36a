import type { AuditLog } from '../../audit/audit-log.ts'
import { describeError, type Logger } from '../../log/log.ts'
import { isOwnAddress } from '../../sockets/own-address.ts'
import { readAppPublicKey } from '../../state/state-dir.ts'
import type { Target } from '../targets/target.ts'
import { type ExpectedKeys, isAt, judgeAppKey } from './judge-app-key.ts'
import { judgeUnproven } from './judge-unproven.ts'
import { createKnownApps, type KnownApp, withApp } from './known-apps.ts'
import { KnownAppsError } from './known-apps-error.ts'
import { targetOf } from './targets.ts'

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
  /** Keys given with `--app-key`, by name (`host:port`). */
  readonly named: ReadonlyMap<string, readonly string[]>
  /** Whether an app that does not hold the cluster key gets nothing. */
  readonly requiresClusterKey?: boolean
  readonly nowMs: () => number
  readonly log: Logger
  /** Gets each refusal. */
  readonly audit: Pick<AuditLog, 'record'>
}

const NOTHING_PROVEN = 'it proves neither the cluster key nor a key of its own'

/** Where an app is, and by whom it was named. */
export type AppTarget = Pick<Target, 'url' | 'address' | 'origin' | 'isNew' | 'isUnasked'>

const UNASKED =
  'it was found by a name to which anybody can add an app: it gets reports, and its orders are not taken, since its key is not known here; ' +
  '"scope token --join" where it runs prints how to join it'

/**
 * What is expected of an app that holds the cluster key: it takes the place of those that have proved nothing but some key of
 * their own, and where one of these was, a new one may be met.
 */
const withoutUnproven = (
  expected: ExpectedKeys | undefined,
  address: string,
  shown: string | undefined,
): ExpectedKeys | undefined => {
  if (expected?.from !== 'met' || shown === undefined) return expected
  const [passing, apps] = [
    expected.apps.filter(({ key, unproven }) => unproven && key !== shown),
    expected.apps.filter(({ key, unproven }) => !unproven || key === shown),
  ]
  if (apps.length === 0) return undefined
  const isOfFirstAnswer = expected.isOfFirstAnswer || passing.some((app) => isAt(app, address))
  return { from: 'met', apps, isOfFirstAnswer }
}

/** The keys that an app must prove which does not hold the cluster key; empty when any will do. */
const keysAt = (expected: ExpectedKeys | undefined, address: string): readonly string[] => {
  if (expected?.from !== 'met') return expected?.keys ?? []
  const here = expected.apps.filter((app) => isAt(app, address))
  if (here.length === 0 && expected.isOfFirstAnswer) return []
  return (here.length > 0 ? here : expected.apps).map(({ key }) => key)
}

/**
 * Knows which keys the apps of each name may prove: those given by option, else that of the app of the same state directory
 * if the address is of this machine, else those which were proved at the first meeting. While the name itself is met for the first
 * time, each address of the first answer of DNS may be met; an app that turns up later at another address gives no orders,
 * nor does one that nobody has asked for, unless its key is known by another name.
 *
 * @returns makes the decision for the app at a target
 */
export const createAppKeys = (options: AppKeysOptions): ((target: AppTarget) => TrustApp) => {
  const { stateDir, named, requiresClusterKey = false, nowMs, log, audit } = options
  const known = createKnownApps(stateDir)
  /** Apps that could not be written, for as long as this probe runs. */
  const unwritten = new Map<string, readonly KnownApp[]>()
  /** Names of which no app was known until this probe met one. */
  const firstMet = new Set<string>()

  const expectedAt = async (name: string, target: AppTarget): Promise<ExpectedKeys | undefined> => {
    const { address, isNew = false } = target
    const given = named.get(name)
    if (given !== undefined) return { keys: given, from: 'option' }
    const own = isOwnAddress(address) ? await readAppPublicKey(stateDir) : undefined
    if (own !== undefined) return { keys: [own], from: 'own' }
    const apps = (unwritten.get(name) ?? []).reduce(withApp, await known.find(name))
    if (apps.length > 0) return { apps, isOfFirstAnswer: !isNew && firstMet.has(name), from: 'met' }
    return undefined
  }

  const remember = async (name: string, app: KnownApp): Promise<void> => {
    try {
      await known.add(name, app)
    } catch (error) {
      if (!(error instanceof KnownAppsError)) throw error
      unwritten.set(name, withApp(unwritten.get(name) ?? [], app))
      log.warn('the key of an app is kept only until this probe ends', {
        app: name,
        error: describeError(error),
      })
    }
  }

  /** Remembers an app that was met, or seen at one more address. */
  const note = async (
    name: string,
    app: { readonly key: string; readonly address: string; readonly unproven?: true },
    expected: ExpectedKeys | undefined,
  ): Promise<void> => {
    if (expected !== undefined && expected.from !== 'met') return
    const { key, address } = app
    if (!expected?.apps.some((one) => one.key === key))
      log.info('an app is met for the first time; it must prove the same key from now on', {
        app: name,
        address,
        key,
      })
    if (expected === undefined) firstMet.add(name)
    const since = new Date(nowMs()).toISOString().slice(0, 10)
    await remember(name, { key, since, addresses: [address], ...(app.unproven && { unproven: true }) })
  }

  /** Whether a person has told of an app, or joined one, that has this key. */
  const isKnown = async (key: string): Promise<boolean> =>
    [...named.values()].flat().includes(key) ||
    [...(await known.all()), ...[...unwritten.values()].flat()].some(
      (app) => app.key === key && !app.unproven,
    )

  return (target) => {
    const { url, address, origin, isUnasked = false } = target
    const name = targetOf(url)
    return async ({ key: shown, holdsClusterKey }) => {
      let expected: ExpectedKeys | undefined
      let isMet = !isUnasked
      try {
        expected = await expectedAt(name, target)
        isMet ||= shown !== undefined && (await isKnown(shown))
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
          ...{ target: name, shown, origin, requiresClusterKey },
          isThisMachine: isOwnAddress(address),
          known: keysAt(expected, address),
        })
        if (judgement.kind === 'refused') return refuse(judgement)
        await note(name, { key: shown, address, unproven: true }, expected)
        return judgement
      }
      const judgement = judgeAppKey({ name, address }, withoutUnproven(expected, address, shown), shown)
      if (judgement.kind === 'refused') return refuse(judgement)
      if (judgement.kind === 'reports_only') return judgement
      if (judgement.kind === 'met' && !isMet) return { kind: 'reports_only', reason: UNASKED }
      if (shown !== undefined && !isUnasked) await note(name, { key: shown, address }, expected)
      return { kind: 'trusted' }
    }
  }
}
