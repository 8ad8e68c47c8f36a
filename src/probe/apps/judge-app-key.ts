/** The key that an app is expected to prove, and how the probe knows it. */
export interface ExpectedKey {
  /** Raw Ed25519 public key, 43 base64url characters. */
  readonly key: string
  /**
   * `option`: given with `--app-key`. `own`: that of the app which uses the probe's state directory. `met`: the app at
   * this address proved it before.
   */
  readonly from: 'option' | 'own' | 'met'
  /** Of `met`: the day on which the app was first met, `2026-05-01`. */
  readonly since?: string
  /** Of `met`: set when the app did not hold the cluster key then. */
  readonly unproven?: boolean | undefined
}

/** What is to be done with an app that has proved that it holds the cluster key. */
export type KeyJudgement =
  /** It has proved the expected key: it gets reports, and its orders are taken. */
  | { readonly kind: 'known' }
  /** No key was expected: the one that it has proved is expected from now on. */
  | { readonly kind: 'met' }
  /** It has no key, and none was expected: it gets reports, and its orders are not taken. */
  | { readonly kind: 'keyless' }
  /** It has not proved the key that was expected: neither reports nor orders. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

const sources: Readonly<Record<ExpectedKey['from'], (key: ExpectedKey) => string>> = {
  option: ({ key }) => `${key}, given with --app-key`,
  own: ({ key }) => `${key} of the app of this machine (app.pub)`,
  met: ({ key, since }) => `${key}, known since ${since}`,
}

const remedy = (target: string, from: ExpectedKey['from'], shown: string | undefined): string => {
  const name = shown === undefined ? '' : `--app-key=${target}=${shown}`
  switch (from) {
    case 'option':
      return 'if that is right, correct --app-key'
    case 'own':
      return `another program answers at the port of that app${name && `; if it is meant to: ${name}`}`
    case 'met':
      return `if the app was set up anew: scope forget-app ${target}; else somebody has taken its place`
  }
}

/**
 * Decides how far a probe trusts an app, by the key that the app has proved.
 *
 * @param target the address by which the probe reaches it, `host:port`
 * @param expected undefined when no key is known for this address
 * @param shown the key that it has proved to hold; undefined when it proved none
 */
export const judgeAppKey = (
  target: string,
  expected: ExpectedKey | undefined,
  shown: string | undefined,
): KeyJudgement => {
  if (expected === undefined) return shown === undefined ? { kind: 'keyless' } : { kind: 'met' }
  if (expected.key === shown) return { kind: 'known' }
  const what = shown === undefined ? 'it proves no key of its own' : `it proves the key ${shown}`
  const reason = `${what}, and not ${sources[expected.from](expected)}. It gets no reports and gives no orders; ${remedy(target, expected.from, shown)}`
  return { kind: 'refused', code: shown === undefined ? 'app_key_missing' : 'app_key_changed', reason }
}
