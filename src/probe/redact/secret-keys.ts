import {
  HARMLESS_BEGINNINGS,
  HARMLESS_ENDINGS,
  HARMLESS_KEY_KINDS,
  HARMLESS_VALUES,
  SECRET_ENDINGS,
  SECRET_KEY_KINDS,
  SECRET_PIN_KINDS,
  SECRET_WORDS,
  WAYS_TO_LOG_IN,
} from './key-words.ts'

/** Longer texts are not taken for names. */
export const MAX_KEY_LENGTH = 128

const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d{1,8}$/, ''))
    .filter((word) => word !== '')

const isKey = (word: string | undefined): boolean => word === 'key' || word === 'keys'

const namesSecretKey = (words: readonly string[]): boolean =>
  words.some((word, i) => isKey(word) && SECRET_KEY_KINDS.has(words[i - 1] ?? ''))

/** True for upper-case variables such as `KEY` or `DATA_KEY`. In a variable, a key is rarely that of a table. */
const isVariableKey = (key: string, words: readonly string[]): boolean =>
  isKey(words.at(-1)) && key === key.toUpperCase() && !HARMLESS_KEY_KINDS.has(words.at(-2) ?? '')

const namesPin = (words: readonly string[]): boolean =>
  words.at(-1) === 'pin' && (words.length === 1 || SECRET_PIN_KINDS.has(words.at(-2) ?? ''))

const namesSecret = (key: string, words: readonly string[]): boolean =>
  words.some((word) => SECRET_ENDINGS.some((ending) => word.endsWith(ending))) ||
  SECRET_WORDS.has(words.at(-1) ?? '') ||
  namesSecretKey(words) ||
  isVariableKey(key, words) ||
  namesPin(words)

/** Quick test: each name of a secret contains one of these. Most names contain none and need no closer look. */
const STEM =
  /pass|pwd|pw|psk|secret|token|cred|key|auth|jwt|pat|cookie|bearer|otp|sig|hmac|salt|pepper|dsn|pin|seed|mnemo|connection|sessid/i

/**
 * True when the name of an option, variable, header or label says that its value is a secret.
 *
 * @param key as written, without leading dashes: `DB_PASSWORD`, `client-secret`, `keyStorePassword`
 * @example isSecretKey('DB_PASSWORD') // true; isSecretKey('PASSWORD_FILE') is false
 */
export const isSecretKey = (key: string): boolean => {
  if (key.length > MAX_KEY_LENGTH || !STEM.test(key)) return false
  // These hold the shell's working directory.
  if (key === 'PWD' || key === 'OLDPWD') return false
  const words = wordsOf(key)
  if (words.length === 0) return false
  if (words.at(-2) === 'basicauth' && words.at(-1) === 'users') return true
  return (
    namesSecret(key, words) &&
    !HARMLESS_ENDINGS.has(words.at(-1) as string) &&
    !HARMLESS_BEGINNINGS.has(words[0] as string)
  )
}

/**
 * Matches values that refer to the place of a secret: `$DB_PASSWORD`, `${TOKEN}`, `$(cat /run/x)`, `{{ .key }}`,
 * `<token>`, `***`, `env:VAR`, `@/run/x`.
 */
const REFERENCE =
  /^(?:\$[A-Z][A-Z0-9_]{2,}|\$\{[A-Z][A-Z0-9_]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|<[a-z][\w -]*>|\*{3,}|(?:env|file|fd|ssm):.*|@\/.*)$/

/** A value without its quotes, including escaped ones of JSON within a string. */
export const unquoted = (value: string): string => value.replace(/^\\?["']|\\?["']$/g, '')

/** True when a value refers to the place of a secret rather than being one. */
export const isReference = (value: string): boolean => REFERENCE.test(unquoted(value))

const PATH_OF_KEY =
  /^(?:(?:\.{0,2}\/|~\/|[a-z]:\\).*|[^\s;]+\.(?:pem|key|crt|cer|der|p12|pfx|jks|pub|gpg|asc|json))$/is

/**
 * True when the value of a secret key may be shown: a switch, a reference to a secret, a login method, a number of
 * language-model tokens, or the hash of a public certificate.
 */
export const isHarmlessValue = (key: string, value: string): boolean => {
  const lower = value.length <= 32 ? value.toLowerCase() : value
  return (
    HARMLESS_VALUES.has(lower) ||
    isReference(value) ||
    (/keys?$/i.test(key) && PATH_OF_KEY.test(value)) ||
    (/auth$/i.test(key) && WAYS_TO_LOG_IN.has(lower)) ||
    (/tokens$/i.test(key) && /^[\d.]+$/.test(value)) ||
    (/hash$/i.test(key) && /^sha(?:256|512):[0-9a-f]+$/.test(value))
  )
}
