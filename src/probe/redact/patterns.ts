import { isHarmlessValue, isSecretKey } from './secret-keys.ts'

/** What stands where a secret stood; always the same, so that not even a length shows. */
export const MARK = '•••'

/** Secrets known by their own shape, whatever stands before them. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // JSON Web Token
  /\beyJ[\w-]{6,}\.[\w-]{4,}\.[\w-]*/g,
  // AWS, GitHub, GitLab, Slack, Stripe and others alike, npm, Google, SendGrid, Vault, Docker Hub
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,})/g,
  /\b(?:sk|rk|pk)[_-](?:live|test|proj|ant)[_-][\w-]{10,}|\bsk-[A-Za-z0-9]{20,}/g,
  /\b(?:npm_[A-Za-z0-9]{30,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]{10,})/g,
  /\b(?:hvs\.[\w-]{20,}|dckr_pat_[\w-]{10,})/g,
  // password hashes of crypt(3), htpasswd and argon2
  /\$(?:apr1|2[abxy]|1|5|6|y|argon2(?:i|d|id))\$[^\s,:"']+/g,
]

/** `scheme://user:password@`; a number before a slash is a port. The last @ before the next URL ends the password. */
const URL_PASSWORD =
  /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'/:@?#]{0,256}):(?!\d{1,5}(?:[/?#,]|$))((?:(?!:\/\/)[^\s"'])+)@/gi

/** `https://token@`: a long user name without a password. */
const URL_TOKEN = /\b(https?:\/\/)[^\s"'/:@?#]{20,}@/gi

const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?\s{0,8}[:=]\s{0,8}["']?)((?:basic|bearer|digest|token|negotiate|apikey)\s+)?[^"'\r\n]+/gi

const BEARER = /\b(bearer\s+)(?=[^\s"']*\d)[\w.~+/=-]{8,}/gi

const ASSIGNMENT = /([A-Za-z_][\w.-]{0,127})(["']?\s?(?:=|:(?!\/\/))\s?)/g

/** A quoted string, or up to what ends a value in a query, a list or an object. */
const VALUE = /"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s&;,"'})\]]+/y

/** What follows the colon of `auth:8080` and `team/secrets:v1.2`: names of a host or an image, and no secret. */
const PORT_OR_TAG = /^(?:\d{2,5}|latest|stable|edge|main|master|v?\d+(?:\.\d+)+[\w.-]*)(?:[/@].*)?$/

const isPlace = (key: string, separator: string, value: string): boolean =>
  separator === ':' && !/pass|pwd|key/i.test(key) && PORT_OR_TAG.test(value)

const unquoted = (value: string): string => value.replace(/^["']|["']$/g, '')

const marked = (value: string): string => {
  const quote = value[0] === '"' || value[0] === "'" ? value[0] : ''
  return `${quote}${MARK}${quote && value.length > 1 && value.endsWith(quote) ? quote : ''}`
}

/** Blots out the values of `key=value` and `key: value` whose key names a secret. */
const redactAssignments = (text: string): string => {
  let result = ''
  let from = 0
  ASSIGNMENT.lastIndex = 0
  for (let found = ASSIGNMENT.exec(text); found !== null; found = ASSIGNMENT.exec(text)) {
    const key = found[1] as string
    // a header of its own kind, blotted out before
    if (!isSecretKey(key) || /authorization$/i.test(key)) continue
    VALUE.lastIndex = ASSIGNMENT.lastIndex
    const value = VALUE.exec(text)?.[0]
    if (value === undefined || isHarmlessValue(key, unquoted(value)) || value.includes(MARK)) continue
    if (isPlace(key, found[2] as string, value)) continue
    result += text.slice(from, ASSIGNMENT.lastIndex) + marked(value)
    from = VALUE.lastIndex
    ASSIGNMENT.lastIndex = from
  }
  return result + text.slice(from)
}

/** Blots out the secrets that can be told from any text alone, by their shape or by the key before them. */
export const redactText = (text: string): string => {
  if (text.length < 4) return text
  let result = text
  for (const shape of SHAPES) result = result.replace(shape, MARK)
  result = result
    .replace(URL_PASSWORD, `$1:${MARK}@`)
    .replace(URL_TOKEN, `$1${MARK}@`)
    .replace(AUTHORIZATION, (_, head: string, scheme: string | undefined) => `${head}${scheme ?? ''}${MARK}`)
    .replace(BEARER, `$1${MARK}`)
  return redactAssignments(result)
}

/** Blots out a value that goes with a key. */
export const redactFor = (key: string, value: string): string =>
  isSecretKey(key) && !isHarmlessValue(key, value) ? MARK : redactText(value)
