/**
 * Words in the name of an option, variable, header or label that show whether its value is a secret, in lower case. A
 * name is split at each change of case and at each character that is neither letter nor digit: `keyStorePassword`
 * becomes `key`, `store`, `password`.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** A name stands for a secret when any of its words ends with one of these: `PGPASSWORD`, `authtoken`. */
export const SECRET_ENDINGS: readonly string[] = [
  ...words(`
    password passwords passwd passphrase passcode passkey pwd pgpass secret secrets token tokens credential credentials
    apikey secretkey accesskey privatekey authkey sharedkey masterkey connectionstring mnemonic sessid storepass keypass
  `),
]

/** A name stands for a secret when its last word is one of these: `DB_PASS`, `--auth`. */
export const SECRET_WORDS = words(`
  pass passin passout pw psk jwt pat cookie cookies bearer auth authorization creds cred otp sig signature requirepass
  masterauth masterpass dbpass userpass hmac salt pepper dsn seedphrase loginpass adminpass rootpass
`)

/** A `key` after one of these words is a secret, in any spelling: `api_key`, `--client-key`. */
export const SECRET_KEY_KINDS = words(`
  api access secret private auth encryption encrypt encrypted decryption decrypt cipher crypto signing sign master account
  shared preshared license licence session storage hmac app admin service deploy ingest ingestion integration functions
  function webhook subscription server client user root join gossip unseal recovery aes fernet jwt cookie flask
  django rails wireguard wg sas read write management instrumentation certificate vault bot
  openai anthropic stripe sendgrid mailgun datadog dd newrelic sentry algolia tsig rndc rpc
`)

/**
 * In upper-case variables, each `_KEY` is a secret unless one of these words precedes it: `SORT_KEY`, `SSH_PUBLIC_KEY`.
 */
export const HARMLESS_KEY_KINDS = words(`
  public pub primary foreign partition sort range hash cache routing route row hot index object lookup group dedup
  idempotency unique composite surrogate natural registry map dict item config label tag prefix search order translation
  i18n meta modifier compose menu arrow enter return shift ctrl control alt escape esc space tab any press
  release signed trusted host known gpg message event
`)

/** A `pin` after one of these words is a secret, and so is `pin` alone. `GPIO_PIN` is not. */
export const SECRET_PIN_KINDS = words(
  'user so sim card login account hsm token device pkcs11 slot security auth tpm unlock',
)

/**
 * A name that ends with one of these says something about a secret but is not the secret: `--password-file`,
 * `TOKEN_TTL`.
 */
export const HARMLESS_ENDINGS = words(`
  file files path paths dir directory name names id ids type types policy ttl length len expiry expiration expire expires
  timeout duration interval age url uri endpoint host port version format algorithm algo alg method mode stdin prompt count
  limit size issuer audience claim provider store backend location ref source field header env var through check required
  enabled disabled rotation lifetime max min strength encoder encoding hint namespace plugin module driver
  service server class rules rounds cost ring usage bits fd cmd command helper manager reset change
`)

/** A name that begins with one of these is a switch or a limit: `--ask-password`, `--max-tokens`. */
export const HARMLESS_BEGINNINGS = words(
  'no ask prompt enable disable use skip require allow max min num public with without show hide forgot print',
)

/** Values that are settings and never secrets. In lower case. */
export const HARMLESS_VALUES: ReadonlySet<string> = new Set([
  '',
  ...words(
    'true false yes no on off none null nil undefined basic digest required optional enabled disabled auto',
  ),
])

/** Values of `auth` that name a login method. In lower case. */
export const WAYS_TO_LOG_IN = words(`
  any anonymous bearer cert certificate default external gssapi jwt kerberos krb5 ldap md5 mtls native negotiate ntlm oauth
  oauth2 oidc pam password peer plain saml scram-sha-256 sha256 spnego ssh tls token trust ident system internal optional
  google github azure workload-identity iam key pki x509 user login cookie apikey api-key web
`)
