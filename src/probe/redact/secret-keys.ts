/** Compounds that name a secret wherever they end a word: `password`, `PGPASSWORD`, `authToken`. */
const SECRET_ENDINGS = [
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'secrets',
  'token',
  'tokens',
  'credential',
  'credentials',
  'pwd',
  'apikey',
  'secretkey',
  'accesskey',
  'privatekey',
  'authkey',
  'connectionstring',
]

/** Words that name a secret only on their own: `DB_PASS`, `--auth`. */
const SECRET_WORDS = new Set([
  'pass',
  'passin',
  'passout',
  'pw',
  'psk',
  'jwt',
  'cookie',
  'bearer',
  'auth',
  'authorization',
  'otp',
  'sig',
  'signature',
  'requirepass',
  'masterauth',
  'masterpass',
  'dbpass',
  'userpass',
])

/** What makes a `key` a secret one: `api_key`, `STORAGE_ACCOUNT_KEY`. */
const KEY_KINDS = new Set(
  'api access secret private auth encryption encrypt signing sign master account shared license session storage hmac app'.split(
    ' ',
  ),
)

/** A key that ends so names something about a secret, not the secret: `--password-file`, `TOKEN_TTL`. */
const HARMLESS_ENDINGS = new Set(
  (
    'file files path paths dir directory name names id ids type types policy ttl length len expiry expiration expire ' +
    'expires timeout duration interval age url uri endpoint host port version format algorithm alg method mode stdin ' +
    'prompt count limit size issuer audience claim provider store backend location ref source field header env var ' +
    'through check required enabled disabled rotation lifetime max min strength encoder encoding hint namespace'
  ).split(' '),
)

/** A key that begins so asks a question or sets a bound: `--ask-password`, `--max-tokens`. */
const HARMLESS_BEGINNINGS = new Set(
  'no ask prompt enable disable use skip require allow max min num public with without'.split(' '),
)

/** Values that tell how something is set, and are nobody's secret. */
const HARMLESS_VALUES = new Set(
  [
    '',
    'true',
    'false',
    'yes',
    'no',
    'on',
    'off',
    'none',
    'null',
    'basic',
    'digest',
    'required',
    'optional',
  ].flatMap((value) => [value, value.toUpperCase()]),
)

const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '')

const namesSecretKey = (words: readonly string[]): boolean =>
  words.some(
    (word, i) => (word === 'key' || word === 'keys') && i > 0 && KEY_KINDS.has(words[i - 1] as string),
  )

const namesSecret = (words: readonly string[]): boolean =>
  words.some((word) => SECRET_ENDINGS.some((ending) => word.endsWith(ending))) ||
  SECRET_WORDS.has(words.at(-1) as string) ||
  namesSecretKey(words)

/**
 * True when the name of an option, variable, header or label says that its value is a secret.
 *
 * @param key as written, without leading dashes: `DB_PASSWORD`, `client-secret`, `keyStorePassword`
 */
export const isSecretKey = (key: string): boolean => {
  // the shell's working directory
  if (key === 'PWD' || key === 'OLDPWD') return false
  const words = wordsOf(key)
  if (words.length === 0) return false
  if (words.at(-2) === 'basicauth' && words.at(-1) === 'users') return true
  return (
    namesSecret(words) &&
    !HARMLESS_ENDINGS.has(words.at(-1) as string) &&
    !HARMLESS_BEGINNINGS.has(words[0] as string)
  )
}

/**
 * True when the value of a secret key may stay: a switch, where the secret is kept rather than the secret, or a count of
 * language-model tokens.
 */
export const isHarmlessValue = (key: string, value: string): boolean =>
  HARMLESS_VALUES.has(value) ||
  /^(?:env|file|fd):/.test(value) ||
  (/key$/i.test(key) && /^(?:\.{0,2}\/|~\/).*|.+\.(?:pem|key|crt|der)$/.test(value)) ||
  (/tokens$/i.test(key) && /^[\d.]+$/.test(value))
