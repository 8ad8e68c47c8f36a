import type { KnownApp } from './known-apps.ts'

/** The keys of which an app is expected to prove one, and how the probe knows them. */
export type ExpectedKeys =
  /** Given with `--app-key`, all that count under this name. */
  | { readonly from: 'option'; readonly keys: readonly string[] }
  /** That of the app which uses the probe's state directory. */
  | { readonly from: 'own'; readonly keys: readonly string[] }
  /** Those of the apps met under this name. */
  | {
      readonly from: 'met'
      readonly apps: readonly KnownApp[]
      /** The address is one of those that the name had when its first app was met, by this probe. */
      readonly isOfFirstAnswer: boolean
    }

/** Where an app answers. */
export interface AppPlace {
  /** The name by which the probe reaches it, `host:port`. */
  readonly name: string
  /** The IP address at which it does. */
  readonly address: string
}

/** What is to be done with an app that has proved that it holds the cluster key. */
export type KeyJudgement =
  /** It has proved an expected key: it gets reports, and its orders are taken. */
  | { readonly kind: 'known' }
  /** No key was expected: the one that it has proved is expected from now on. */
  | { readonly kind: 'met' }
  /** It has no key and none was expected, or it is a further app under a known name: reports, and no orders. */
  | { readonly kind: 'reports_only'; readonly reason: string }
  /** It has not proved the key that was expected: neither reports nor orders. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

const KEYLESS = 'it has no key of its own: it gets reports, and its orders are not taken'

const appKeyOptions = (name: string, keys: readonly string[]): string =>
  keys.map((key) => `--app-key=${name}=${key}`).join(' ')

const refusal = (shown: string | undefined, expected: string, remedy: string): KeyJudgement => {
  const what = shown === undefined ? 'it proves no key of its own' : `it proves the key ${shown}`
  return {
    kind: 'refused',
    code: shown === undefined ? 'app_key_missing' : 'app_key_changed',
    reason: `${what}, and not ${expected}. It gets no reports and gives no orders; ${remedy}`,
  }
}

/** Whether an app was met at an address. */
export const isAt = ({ addresses }: KnownApp, address: string): boolean =>
  addresses?.includes(address) ?? true

const judgeMet = (
  { name, address }: AppPlace,
  { apps, isOfFirstAnswer }: Extract<ExpectedKeys, { from: 'met' }>,
  shown: string | undefined,
): KeyJudgement => {
  if (apps.some(({ key }) => key === shown)) return { kind: 'known' }
  const here = apps.filter((app) => isAt(app, address))
  if (here.length > 0) {
    const expected = here.map(({ key, since }) => `${key}, known since ${since}`).join(', or ')
    const remedy = `if the app was set up anew: scope forget-app ${name}; else somebody has taken its place`
    return refusal(shown, expected, remedy)
  }
  if (shown === undefined) return { kind: 'reports_only', reason: KEYLESS }
  if (isOfFirstAnswer) return { kind: 'met' }
  const all = [...apps.map(({ key }) => key), shown]
  return {
    kind: 'reports_only',
    reason: `another app than those known under ${name}: it gets reports, its orders are not taken; to take them, name the keys of all: ${appKeyOptions(name, all)}`,
  }
}

/**
 * Decides how far a probe trusts an app, by the key that the app has proved.
 *
 * @param expected undefined when no key is known for this name
 * @param shown the key that it has proved to hold; undefined when it proved none
 */
export const judgeAppKey = (
  place: AppPlace,
  expected: ExpectedKeys | undefined,
  shown: string | undefined,
): KeyJudgement => {
  if (expected === undefined)
    return shown === undefined ? { kind: 'reports_only', reason: KEYLESS } : { kind: 'met' }
  if (expected.from === 'met') return judgeMet(place, expected, shown)
  if (shown !== undefined && expected.keys.includes(shown)) return { kind: 'known' }
  const keys = expected.keys.join(' or ')
  if (expected.from === 'option')
    return refusal(shown, `${keys}, given with --app-key`, 'if that is right, correct --app-key')
  const meant = shown === undefined ? '' : `; if it is meant to: ${appKeyOptions(place.name, [shown])}`
  return refusal(
    shown,
    `${keys} of the app of this machine (app.pub)`,
    `another program answers at the port of that app${meant}`,
  )
}
