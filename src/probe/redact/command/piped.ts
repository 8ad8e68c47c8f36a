import { CUT } from '../cut.ts'
import { programOf, usagesOf } from './programs.ts'
import { isBlank, isSeparator } from './shell-words.ts'
import type { SecretPlace, Usages } from './usage.ts'

/** The secret that a program reads from a pipe; undefined when it reads none. @param words the words of its command */
export const readBy = (usages: Usages | undefined, words: ReadonlySet<string>): SecretPlace | undefined =>
  usages?.piped.find((piped) => [...piped.words].every((word) => words.has(word)))?.secret

/** The secret that a command reads from a pipe; undefined when it reads none. */
const pipedInto = (words: readonly string[]): SecretPlace | undefined => {
  const all = new Set(words)
  for (const [i, word] of words.entries()) {
    const secret = readBy(usagesOf(word, words[i - 1]), all)
    if (secret !== undefined) return secret
  }
  return undefined
}

const ANY_SECRET: SecretPlace = { kind: 'secret', prefix: '', after: undefined, rest: false, key: '' }

const PRINTS: ReadonlySet<string> = new Set(['echo', 'printf', 'print'])
const PIPES: ReadonlySet<string> = new Set(['|', '|&'])

/** One command of a command line with several. */
interface Span {
  /** Indices of its words, without blanks. */
  readonly at: number[]
  /** The separator that ends it: `|`, `;`, … */
  end: string | undefined
}

const spansOf = (words: readonly string[]): Span[] => {
  const spans: Span[] = [{ at: [], end: undefined }]
  for (const [i, word] of words.entries()) {
    if (isBlank(word)) continue
    const span = spans.at(-1) as Span
    if (!isSeparator(word)) span.at.push(i)
    else {
      span.end = word
      spans.push({ at: [], end: undefined })
    }
  }
  return spans
}

/** Finds the words that a command such as `echo` prints into a pipe and that the reader takes as a secret; by index. */
export const printedSecrets = (words: readonly string[]): ReadonlyMap<number, SecretPlace> => {
  const secrets = new Map<number, SecretPlace>()
  if (!words.some((word) => PRINTS.has(programOf(word)))) return secrets
  const spans = spansOf(words)
  const textOf = (at: number): string => words[at] as string
  for (const [n, { at, end }] of spans.entries()) {
    const [first, ...said] = at
    if (first === undefined || !PRINTS.has(programOf(textOf(first)))) continue
    const reader = PIPES.has(end ?? '') ? spans[n + 1] : undefined
    // The part that was cut off may have read it as a password.
    const isCut = end === undefined && textOf(at.at(-1) as number) === CUT
    const secret = isCut ? ANY_SECRET : reader && pipedInto(reader.at.map(textOf))
    if (secret === undefined) continue
    for (const i of said) if (!/^-[neE]+$/.test(textOf(i)) && textOf(i) !== CUT) secrets.set(i, secret)
  }
  return secrets
}
