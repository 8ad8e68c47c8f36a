import { isHarmlessValue, isSecretKey, MAX_KEY_LENGTH, unquoted } from './secret-keys.ts'
import { SURROUNDED, TOKEN } from './token-shapes.ts'

/** Replaces a secret. Always the same, so that not even the length of the secret shows. */
export const MARK = '•••'

/**
 * Texts that need no examination: too short for a token, and without a character that could separate a name from a
 * value.
 */
const PLAIN = /^[\w./,+-]{0,16}$/

/**
 * Matches `scheme://user:password@`. A number before a slash is a port. The password ends at the last @ before the next
 * URL.
 */
const URL_PASSWORD = /(:\/\/[^\s"'/:@?#]{0,256}):(?!\d{1,5}(?:[/?#,]|$))((?:(?!:\/\/)[^\s"'])+)@/g

/** `https://token@`: a long user name without a password. */
const URL_TOKEN = /(?<=https?)(:\/\/)[^\s"'/:@?#]{20,}@/gi

/**
 * Matches user and password without a scheme: `user:password@tcp(host:3306)` of Go, `user:password@host`; but not
 * `name:tag@sha256:…` or `sip:ann@host`.
 */
const USER_AND_PASSWORD =
  /(?<![\w.@/:%+-])(?!(?:sip|sips|mailto|mail|email|xmpp|acct|to|from|cc|bcc|npm|workspace|patch|link|docker|git|user|maintainer|author):)([\w.%+-]{1,64}):([^\s"'@/:,;]{1,128}@)(?!sha\d{3}:)(?=[\w(/[])/gi

const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?\s{0,8}[:=]\s{0,8}["']?)((?:basic|bearer|digest|token|negotiate|apikey|aws4-hmac-sha256)\s+)?(?!•)[^"'\r\n]+/gi

const COOKIES = /\b((?:set-)?cookie["']?\s{0,8}:\s{0,8}["']?)(?!•)[^"'\r\n]+/gi

const BEARER = /\b(bearer\s{1,8})(?=[^\s"']{0,512}\d)[\w.~+/=-]{8,}/gi

/** `ALTER USER ann PASSWORD 'x'`, `IDENTIFIED BY "x"`, `login ann password x` of a netrc. */
const SQL =
  /\b((?:password|identified\s{1,8}(?:with\s{1,8}\w{1,64}\s{1,8})?by)\s{1,8}(?:password\s{1,8})?(?:=\s{0,8})?)('[^']*'?|"[^"]*"?)/gi
const NETRC = /\b(login\s{1,8}\S{1,128}\s{1,8}password\s{1,8})\S+/g

/** `jdbc:oracle:thin:scott/tiger@` */
const ORACLE = /(jdbc:oracle:\w{1,16}:[^\s/@]{1,64}\/)[^\s@]+(?=@)/gi

/** Separators between a name and its value: `=`, `: `, `":"`, `=>`. */
const SEPARATOR = /(?:\\?["'])?\s?(?:=>?|:(?!\/\/))\s?/g
const NAME_CHARACTER = /[\w.-]/

/** A value: a quoted string, or the text up to a character that ends a value in a query, list or object. */
const VALUE = /\\"[^"\\]*(?:\\")?|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s&;,"'})\]]+/y

/** Matches a port or an image tag, as in `auth:8080` and `team/secrets:v1.2`, which are no secrets. */
const PORT_OR_TAG = /^(?:\d{2,5}|latest|stable|edge|main|master|v?\d+(?:\.\d+)+[\w.-]*)(?:[/@].*)?$/

const isPlace = (key: string, separator: string, value: string): boolean =>
  separator.trim() === ':' && !/pass|pwd|key|pin/i.test(key) && PORT_OR_TAG.test(value)

const marked = (value: string): string => {
  const quote = /^\\?["']/.exec(value)?.[0] ?? ''
  return `${quote}${MARK}${quote !== '' && value.length > quote.length && value.endsWith(quote) ? quote : ''}`
}

/** The name that ends at an index of a text; empty when there is none. */
const nameBefore = (text: string, end: number): string => {
  let start = end
  while (start > 0 && end - start <= MAX_KEY_LENGTH && NAME_CHARACTER.test(text[start - 1] as string)) start--
  return text.slice(start, end).replace(/^[\d.-]+/, '')
}

/** True for `?key=…` and `&key=…` in a URL, which are API keys. Elsewhere, `key` alone may mean anything. */
const isQueryKey = (text: string, key: string, end: number): boolean =>
  key === 'key' && /[?&]/.test(text[end - key.length - 1] ?? '')

/** Redacts the values of `key=value` and `key: value` whose key names a secret. */
const redactAssignments = (text: string): string => {
  let result = ''
  let from = 0
  SEPARATOR.lastIndex = 0
  for (let found = SEPARATOR.exec(text); found !== null; found = SEPARATOR.exec(text)) {
    const key = nameBefore(text, found.index)
    if (key === '' || !(isSecretKey(key) || isQueryKey(text, key, found.index))) continue
    // These headers were redacted before by their own patterns.
    if (/(?:authorization|cookie)$/i.test(key) && found[0].includes(':')) continue
    VALUE.lastIndex = SEPARATOR.lastIndex
    const value = VALUE.exec(text)?.[0]
    if (value === undefined || isHarmlessValue(key, unquoted(value)) || value.includes(MARK)) continue
    if (isPlace(key, found[0], value)) continue
    result += text.slice(from, SEPARATOR.lastIndex) + marked(value)
    from = VALUE.lastIndex
    SEPARATOR.lastIndex = from
  }
  return result + text.slice(from)
}

/**
 * Quick tests: only texts that match are searched for secret shapes, tokens, and the words of headers and statements.
 */
const MAY_HAVE_SHAPE = /-----BEGIN|\$\w|:\/\/|\/bot/
const MAY_HAVE_TOKEN = /[\w.~:-]{15}/
const MAY_HAVE_WORDS = /authorization|cookie|bearer|password|identified/i

/** Redacts secrets that can be recognised in any text, by their shape or by the text around them. */
export const redactText = (text: string): string => {
  if (PLAIN.test(text)) return text
  let result = text
  if (MAY_HAVE_SHAPE.test(result))
    for (const [, shape] of SURROUNDED) result = result.replace(shape, `$1${MARK}`)
  if (MAY_HAVE_TOKEN.test(result)) result = result.replace(TOKEN, MARK)
  if (result.includes('@'))
    result = result
      .replace(URL_PASSWORD, `$1:${MARK}@`)
      .replace(URL_TOKEN, `$1${MARK}@`)
      .replace(ORACLE, `$1${MARK}`)
      .replace(USER_AND_PASSWORD, `$1:${MARK}@`)
  if (MAY_HAVE_WORDS.test(result))
    result = result
      .replace(
        AUTHORIZATION,
        (_, head: string, scheme: string | undefined) => `${head}${scheme ?? ''}${MARK}`,
      )
      .replace(COOKIES, `$1${MARK}`)
      .replace(BEARER, `$1${MARK}`)
      .replace(SQL, (_, head: string, value: string) => head + marked(value))
      .replace(NETRC, `$1${MARK}`)
  return redactAssignments(result)
}
