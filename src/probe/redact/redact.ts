import { MARK, redactFor, redactText } from './patterns.ts'
import { type ProgramRules, rulesFrom } from './programs.ts'
import { isHarmlessValue, isSecretKey } from './secret-keys.ts'

/** More of a command line is not looked at, nor shown. */
const MAX_LENGTH = 65_536
/** `sh -c "sh -c '…'"`: how many quotes and command lines inside each other are taken apart. */
const MAX_DEPTH = 6

/** The words of a command line within a word, white space kept, so that joining them gives the text again. */
const SHELL_WORDS = /\s+|[;|&()]+|(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"';|&()])+|["']/g

const isOption = (word: string): boolean => /^-{1,2}[A-Za-z]/.test(word)

const redactAfter = (value: string, after: string | undefined): string => {
  if (after === undefined) return MARK
  const at = value.indexOf(after)
  return at < 0 ? value : `${value.slice(0, at + 1)}${MARK}`
}

const redactWords = (words: readonly string[], depth: number): string[] => {
  const result: string[] = []
  let rules: ProgramRules = []
  let previous: string | undefined
  /** What to do with the next word, set by an option that takes it for its secret. */
  let pending: ((value: string) => string) | undefined
  /** So many words come before that next one. */
  let skip = 0

  const byProgram = (word: string): string | undefined => {
    for (const { option, value, after, skip: between = 0 } of rules) {
      if (word === option && value !== 'attached') {
        pending = (secret) => redactAfter(secret, after)
        skip = between
        return word
      }
      if (value !== 'next' && word.length > option.length && word.startsWith(option))
        return option + redactAfter(word.slice(option.length), after)
    }
    return undefined
  }

  const redactWord = (word: string): string => {
    const known = byProgram(word)
    if (known !== undefined) return known
    const [, option] = /^-{1,2}([A-Za-z][\w.-]*)$/.exec(word) ?? []
    if (option !== undefined && isSecretKey(option)) {
      pending = (secret) =>
        isHarmlessValue(option, secret) || isOption(secret) ? redactNested(secret, depth) : MARK
      return word
    }
    // `sh -c 'PASSWORD=x command'`
    if (previous !== undefined && /^-[a-z]*c$/.test(previous) && /\s/.test(word))
      return redactNested(word, depth)
    // else the rest of the argument is the value, white space and all
    const [, head, key, value] = /^((?:-{1,2}|-D|\/)?([A-Za-z_][\w.-]*)=)([\s\S]*)$/.exec(word) ?? []
    if (key !== undefined && isSecretKey(key)) return head + redactFor(key, value as string)
    return redactNested(word, depth)
  }

  for (const word of words) {
    if (/^\s+$/.test(word)) {
      result.push(word)
      continue
    }
    if (/^[;|&()]+$/.test(word)) {
      rules = []
      skip = 0
      pending = undefined
      result.push(word)
      continue
    }
    if (pending !== undefined && skip > 0) {
      skip--
      result.push(redactNested(word, depth))
      continue
    }
    const take = pending
    pending = undefined
    result.push(take === undefined ? redactWord(word) : take(word))
    if (!isOption(word) && take === undefined) rules = rulesFrom(word, previous) ?? rules
    previous = word
  }
  return result
}

/** A word may itself be a command line (`sh -c "…"`), or quoted. */
const redactNested = (word: string, depth: number): string => {
  if (depth >= MAX_DEPTH) return redactText(word)
  const [, quote, inner] = /^(["'])([\s\S]*)\1$/.exec(word) ?? []
  if (quote !== undefined) return quote + redactNested(inner as string, depth + 1) + quote
  if (!/\s/.test(word)) return redactText(word)
  return redactText(redactWords(redactText(word).match(SHELL_WORDS) ?? [], depth + 1).join(''))
}

/**
 * A command line as it may be shown: passwords, tokens and keys are blotted out. What an option means is judged by its
 * name and, for short ones, by the program; where that leaves a doubt, the value is blotted out.
 *
 * @param argv the arguments, the program first
 * @returns the arguments joined by blanks
 */
export const redactCommandLine = (argv: readonly string[]): string => {
  const cut: string[] = []
  let length = 0
  for (const word of argv) {
    if (length >= MAX_LENGTH) break
    cut.push(word.slice(0, MAX_LENGTH - length))
    length += word.length + 1
  }
  return redactWords(cut, 0).join(' ')
}

/**
 * A command line without its arguments: the program alone, also where a process has written a title of several words in
 * the place of its arguments.
 *
 * @param argv the arguments, the program first
 */
export const programOnly = (argv: readonly string[]): string =>
  redactCommandLine([argv[0]?.trimStart().split(/\s/, 1)[0] ?? ''])

/** The value of a label or variable as it may be shown. */
export const redactValue = (key: string, value: string): string => redactFor(key, value.slice(0, MAX_LENGTH))
