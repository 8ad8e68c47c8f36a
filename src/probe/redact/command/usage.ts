import { isHarmlessValue, isReference } from '../secret-keys.ts'
import { MARK } from '../text.ts'

/** What one word of a usage stands for; see {@link parseUsages}. */
export type Place =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | {
      readonly kind: 'secret'
      /** The word must begin with this prefix, which is shown. */
      readonly prefix: string
      /** When set, only what follows the first occurrence of this character is secret. */
      readonly after: string | undefined
      /** True when all words that follow are secret, too. */
      readonly rest: boolean
      /** The word before, without dashes. When it ends in `key`, a path or reference in its place is no secret. */
      readonly key: string
    }

/** A place that holds a secret. */
export type SecretPlace = Extract<Place, { kind: 'secret' }>

/**
 * One way in which a program takes a secret: a word that matches the first place, followed by words for the other
 * places.
 */
export type Usage = readonly Place[]

/** A secret that is read from a pipe when the command contains all these words. */
export interface PipedSecret {
  readonly words: ReadonlySet<string>
  readonly secret: SecretPlace
}

/** How one program takes secrets. */
export interface Usages {
  readonly byWord: ReadonlyMap<string, readonly Usage[]>
  /** Usages that begin with the first word after the program. */
  readonly positional: readonly Usage[]
  /** Usages whose first word contains the secret itself, after a prefix. */
  readonly attached: readonly Usage[]
  readonly piped: readonly PipedSecret[]
  /** Options whose values are no secret, whatever they are called. */
  readonly kept: ReadonlySet<string>
  /** One-letter options without a value. They may be combined with another option in one word: `-sSu`. */
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
 * Parses how a program takes secrets, in a notation like a usage line: `-u _:• | -p• | alias set _ _ •… | !--key`
 *
 * | | |
 * |---|---|
 * | `•` | this word is a secret |
 * | `-p•`, `pass:•` | the rest of the word is a secret |
 * | `_:•` | what follows the first `:` (or any other character) is a secret; a word without it is none |
 * | `•…` | this word and all that follow are secrets |
 * | `_` | any word |
 * | `< •` | what is piped in is a secret, when all words before `<` occur |
 * | `!--key` | the value of this option is no secret |
 *
 * Any other word stands for itself. Options between the words of a usage are skipped. An option after a word that is no
 * option (`login -p •`) counts from that word on. Long options also take their value after `=`.
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
 * Adds a usage that applies only after a certain word: `-p •` once `login` has occurred.
 *
 * @param rest the part of the usage after that word
 */
export const withUsage = (usages: Usages, rest: Usage): Usages => {
  const [first] = rest
  if (first?.kind === 'secret') return { ...usages, attached: [...usages.attached, rest] }
  if (first?.kind !== 'literal') return usages
  const known = usages.byWord.get(first.text) ?? []
  return { ...usages, byWord: new Map(usages.byWord).set(first.text, [...known, rest]) }
}

/** Redacts a word in the place of a secret; undefined when it is no secret after all. */
export const blot = (place: SecretPlace, word: string): string | undefined => {
  const { prefix, after, key } = place
  const [, quote, inner] = /^(["'])([\s\S]*)\1$/.exec(word) ?? []
  if (quote !== undefined) {
    const shown = blot(place, inner as string)
    return shown === undefined ? undefined : quote + shown + quote
  }
  if (!word.startsWith(prefix) || word.length === prefix.length) return undefined
  const separator = after === undefined ? undefined : word.indexOf(after, prefix.length)
  // For Oracle, `/` separates user and password, but it also begins a path.
  if (separator === -1 || (after === '/' && separator === prefix.length)) return undefined
  const at = separator === undefined ? prefix.length : separator + 1
  const value = word.slice(at)
  const isShown = /key$/.test(key) ? isHarmlessValue(key, value) : isReference(value)
  return isShown || value === '' ? word : word.slice(0, at) + MARK
}

/**
 * Removes combined one-letter flags from a word, so that its last option comes first: with the flags `sS`, `-sSume:x`
 * becomes `-ume:x`.
 */
export const withoutFlags = (word: string, flags: string): string => {
  if (flags === '' || word.length < 3 || word[0] !== '-' || word[1] === '-') return word
  let at = 1
  while (at < word.length - 1 && flags.includes(word[at] as string)) at++
  return `-${word.slice(at)}`
}
