import { isSecretKey, unquoted } from '../secret-keys.ts'
import { MARK, redactText } from '../text.ts'
import { type Command, enterProgram, isOption, newCommand, takeUsage, takeWaiting } from './command.ts'
import { isHarmless, namesSecret, redactPair } from './pair.ts'
import { printedSecrets, readBy } from './piped.ts'
import { isBlank, isSeparator, shellWords } from './shell-words.ts'
import { blot, type SecretPlace } from './usage.ts'

/** Limit on nested quotes and command lines that are examined, as in `sh -c "sh -c '…'"`. */
const MAX_DEPTH = 6

const SETS: ReadonlySet<string> = new Set(['set', 'put', 'write', '--set', 'setex', 'config:set'])

/** `set db/password x`, `config set //host/:_authToken x` */
const namesSetSecret = (word: string): boolean => {
  const name = /[\w-]{1,64}$/.exec(word)?.[0]
  return name !== undefined && !word.includes('=') && isSecretKey(name)
}

const redactWord = (command: Command, word: string, depth: number, isSeen: boolean): string => {
  const { key, isKept, usages, previous } = command
  command.key = undefined
  command.isKept = false
  if (isKept) return redactNested(word, depth, isSeen)
  if (key !== undefined && !isOption(word))
    return isHarmless(key, word) ? redactNested(word, depth, isSeen) : MARK
  const { shown, isName } = takeWaiting(command, word)
  if (shown !== undefined) return shown
  const used = takeUsage(command, word)
  if (used !== undefined) return used
  if (usages?.kept.has(word)) {
    command.isKept = true
    return word
  }
  if (!isOption(word) && !isName) enterProgram(command, word)
  const [, option] = /^-{1,2}([A-Za-z][\w.-]{0,127})$/.exec(word) ?? []
  if (option !== undefined && namesSecret(option)) {
    command.key = option
    return word
  }
  if (SETS.has(word)) command.sets = true
  else if (command.sets && !isOption(word) && namesSetSecret(word)) {
    command.key = 'password'
    return word
  }
  // `sh -c 'PASSWORD=x command'`
  const isScript = previous !== undefined && /^-[a-z]*c$/.test(previous) && /\s/.test(word)
  return (
    (isScript ? undefined : redactPair(word, (value) => redactNested(value, depth, isSeen))) ??
    redactNested(word, depth, isSeen)
  )
}

/**
 * Redacts the secrets in the words of a command line. The meaning of an option is judged by its name and, for short
 * options, by the program. In doubt, the value is redacted.
 *
 * @param words the words, with or without the blanks between them
 * @param isSeen true when `redactText` has already been applied
 */
export const redactWords = (words: readonly string[], depth = 0, isSeen = false): string[] => {
  const printed = printedSecrets(words)
  let command = newCommand()
  let document: { readonly end: string; readonly secret: SecretPlace } | undefined
  return words.map((word, i) => {
    if (isBlank(word)) return word
    if (document !== undefined) {
      if (word === document.end) document = undefined
      return isSeparator(word) ? word : ((document && blot(document.secret, word)) ?? word)
    }
    if (isSeparator(word)) {
      command = newCommand()
      return word
    }
    const secret = printed.get(i)
    const said = secret && blot(secret, word)
    if (said !== undefined) return said
    const [, arrows = '', rest = ''] = (word[0] === '<' && /^(<<<?-?)(.*)$/s.exec(word)) || []
    const input = arrows === '' ? undefined : readBy(command.usages, command.words)
    if (input !== undefined && arrows === '<<<') {
      if (rest !== '') return arrows + (blot(input, rest) ?? rest)
      command.waiting.push({ usage: [input], next: 0, isOption: true })
      return word
    }
    if (input !== undefined && rest !== '') {
      document = { end: unquoted(rest), secret: input }
      return word
    }
    command.words.add(word)
    const shown = redactWord(command, word, depth, isSeen)
    command.previous = word
    return shown
  })
}

/** Redacts a word that may itself be a command line (`sh -c "…"`), or quoted. */
const redactNested = (word: string, depth: number, isSeen: boolean): string => {
  const text = isSeen ? word : redactText(word)
  if (depth >= MAX_DEPTH) return text
  const [, quote, inner] = /^(["'])([\s\S]*)\1$/.exec(text) ?? []
  if (quote !== undefined) return quote + redactNested(inner as string, depth + 1, true) + quote
  if (!/\s/.test(text)) return text
  const words = shellWords(text)
  return words.length === 1 ? text : redactWords(words, depth + 1, true).join('')
}
