import { isHarmlessValue, isSecretKey, unquoted } from '../secret-keys.ts'
import { MARK } from '../text.ts'

/** Limit on the names before a value, as in `--a=b=c=value`. */
const MAX_KEYS = 6

/**
 * True for values of a plain `--key` that are no secrets: `--key 2,2n`, `--key user/1`, `--key {"id": 1}`, `--key
 * awskms://…`.
 */
const isPlainKey = (key: string, value: string): boolean =>
  key === 'key' && (/^\d[\d.,]{0,7}[a-zA-Z]{0,3}(?:,.*)?$/.test(value) || /^[{[]|\/|\.\w{1,5}$/.test(value))

/** True when the option of this name, without its dashes, takes a secret. */
export const namesSecret = (key: string): boolean => key === 'key' || isSecretKey(key)

/** True when the value of such an option is no secret after all. */
export const isHarmless = (key: string, value: string): boolean =>
  isHarmlessValue(key, unquoted(value)) || isPlainKey(key, unquoted(value))

const PAIR = /^((?:-{1,2}|-D|\/)?([A-Za-z_][\w.-]{0,127})=)([\s\S]*)$/
const SLASHED = /^(\/([A-Za-z][\w-]{0,40}):)([\s\S]+)$/

/**
 * Redacts a word such as `--option=value`, `KEY=value`, `--env=KEY=value` or `/option:value`. Returns undefined when
 * the word has another form, or when its key does not name a secret.
 */
export const redactPair = (
  word: string,
  redactHarmless: (value: string) => string,
  depth = 0,
): string | undefined => {
  const [, head, key = '', value = ''] = PAIR.exec(word) ?? []
  if (head === undefined) return redactSlashed(word)
  const names = isSecretKey(key) || (key === 'key' && head.startsWith('-'))
  if (names) return head + (isHarmless(key, value) ? redactHarmless(value) : MARK)
  const inner =
    depth < MAX_KEYS && PAIR.test(value) ? redactPair(value, redactHarmless, depth + 1) : undefined
  return inner === undefined ? undefined : head + inner
}

const redactSlashed = (word: string): string | undefined => {
  const [, head, key = '', value = ''] = SLASHED.exec(word) ?? []
  if (head === undefined || value.includes('=') || !(/^[pg]?p$/.test(key) || isSecretKey(key)))
    return undefined
  return head + (isHarmless(key, value) ? value : MARK)
}
