import { isHarmlessValue, isReference } from '../secret-keys.ts'
import { MARK } from '../text.ts'

/** What one word of a usage stands for; see {@link parseUsages}. */
export type Place =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | {
      readonly kind: 'secret'
      /** What the word begins with and is shown. */
      readonly prefix: string
      /** Only what follows the first of these characters is secret. */
      readonly after: string | undefined
      /** And so for all the words that follow. */
      readonly rest: boolean
      /** The word before, which may say that a path in its place is none. */
      readonly key: string
    }

/** A place that holds a secret. */
export type SecretPlace = Extract<Place, { kind: 'secret' }>

/** One way in which a program is given a secret: a word in the first place is looked for, the others follow it. */
export type Usage = readonly Place[]

/** What is read from a pipe when all these words are there. */
export interface PipedSecret {
  readonly words: ReadonlySet<string>
  readonly secret: SecretPlace
}

/** What is known of the words of one program. */
export interface Usages {
  readonly byWord: ReadonlyMap<string, readonly Usage[]>
  /** Of the words behind the program. */
  readonly positional: readonly Usage[]
  /** Those whose first place holds the secret itself, behind a prefix. */
  readonly attached: readonly Usage[]
  readonly piped: readonly PipedSecret[]
  /** Options whose values are no secret, whatever they are called. */
  readonly kept: ReadonlySet<string>
  /** One-letter options without a value, which may stand before another one in one word: `-sSu`. */
  readonly flags: string
}

const SECRET = /^(.*?)(?:_(.))?•(…)?$/

const placeOf = (word: string, before: string): Place => {
  if (word === '_') return { kind: 'any' }
  const [, prefix, after, rest] = SECRET.exec(word) ?? []
  if (prefix === undefined) return { kind: 'literal', text: word }
  return { kind: 'secret', prefix, after, rest: rest !== undefined, key: before.replace(/^-+/, '') }
}

/**
 * Reads how programs are given secrets, in the manner of a usage line: `-u _:• | -p• | alias set _ _ •… | !--key`
 *
 * | | |
 * |---|---|
 * | `•` | this word is a secret |
 * | `-p•`, `pass:•` | the rest of the word is |
 * | `_:•` | what follows the first `:` (or any other character) is; a word without it is none |
 * | `•…` | this word and all that follow are |
 * | `_` | any word |
 * | `< •` | what is piped in is, where the words before are all there |
 * | `!--key` | the value of this option is no secret |
 *
 * Any other word stands for itself. Options between the words of a usage are passed over; an option behind a word of
 * another kind (`login -p •`) counts from that word on. Long options take their value behind `=` as well.
 *
 * @param flags see {@link Usages.flags}
 */
export const parseUsages = (text: string, flags = ''): Usages => {
  const byWord = new Map<string, Usage[]>()
  const positional: Usage[] = []
  const attached: Usage[] = []
  const piped: PipedSecret[] = []
  const kept = new Set<string>()
  for (const line of text.split(' | ')) {
    const words = line.trim().split(/\s+/)
    const usage = words.map((word, i) => placeOf(word, words[i - 1] ?? ''))
    const [first] = usage
    const pipe = words.indexOf('<')
    const secret = usage[pipe + 1]
    if (words[0]?.startsWith('!')) kept.add(words[0].slice(1))
    else if (pipe >= 0 && secret?.kind === 'secret')
      piped.push({ words: new Set(words.slice(0, pipe)), secret })
    else if (first?.kind === 'secret') attached.push(usage)
    else if (first?.kind === 'any') positional.push(usage)
    else if (first !== undefined) byWord.set(first.text, [...(byWord.get(first.text) ?? []), usage])
  }
  return { byWord, positional, attached, piped, kept, flags }
}

/**
 * The usages of a program from a word on that changes what its options mean: with those of `-p •` from `login` on.
 *
 * @param rest what follows that word in its usage
 */
export const withUsage = (usages: Usages, rest: Usage): Usages => {
  const [first] = rest
  if (first?.kind === 'secret') return { ...usages, attached: [...usages.attached, rest] }
  if (first?.kind !== 'literal') return usages
  const known = usages.byWord.get(first.text) ?? []
  return { ...usages, byWord: new Map(usages.byWord).set(first.text, [...known, rest]) }
}

/** A word in the place of a secret as it may be shown; undefined when it is none after all. */
export const blot = (place: SecretPlace, word: string): string | undefined => {
  const { prefix, after, key } = place
  const [, quote, inner] = /^(["'])([\s\S]*)\1$/.exec(word) ?? []
  if (quote !== undefined) {
    const shown = blot(place, inner as string)
    return shown === undefined ? undefined : quote + shown + quote
  }
  if (!word.startsWith(prefix) || word.length === prefix.length) return undefined
  const separator = after === undefined ? undefined : word.indexOf(after, prefix.length)
  // a path begins with what stands between user and password for Oracle
  if (separator === -1 || (after === '/' && separator === prefix.length)) return undefined
  const at = separator === undefined ? prefix.length : separator + 1
  const value = word.slice(at)
  const isShown = /key$/.test(key) ? isHarmlessValue(key, value) : isReference(value)
  return isShown || value === '' ? word : word.slice(0, at) + MARK
}

/** The part of a word that an option's value can be behind; `-sSume:x` with the flags `sS` begins like `-u`. */
export const withoutFlags = (word: string, flags: string): string => {
  if (flags === '' || word.length < 3 || word[0] !== '-' || word[1] === '-') return word
  let at = 1
  while (at < word.length - 1 && flags.includes(word[at] as string)) at++
  return `-${word.slice(at)}`
}
