import { usagesOf } from './programs.ts'
import { blot, type Place, type Usage, type Usages, withoutFlags, withUsage } from './usage.ts'

interface Waiting {
  readonly usage: Usage
  /** Index, within the usage, of the place that the next word takes. */
  readonly next: number
  /** True when the usage began with an option, whose value comes next. */
  readonly isOption: boolean
}

/** The state of reading a command: what the words so far say about those that follow. */
export interface Command {
  usages: Usages | undefined
  /**
   * Usages that were begun and continue with the next words. Several may be possible at a time; each is listed once.
   */
  waiting: Waiting[]
  /**
   * Usages such as `login -p •` whose first word has occurred, so that the options after it have been added to
   * `usages`.
   */
  readonly begun: Set<Usage>
  /** The name of the previous option when it takes a secret: the next word is its value. */
  key: string | undefined
  /** True when the next word is the value of an option and no secret, whatever the option is called. */
  isKept: boolean
  /** True after a word such as `set` or `put`: a later word that names a secret is followed by the secret. */
  sets: boolean
  previous: string | undefined
  readonly words: Set<string>
}

/** The state before the first word of a command. */
export const newCommand = (): Command => ({
  usages: undefined,
  waiting: [],
  begun: new Set(),
  key: undefined,
  isKept: false,
  sets: false,
  previous: undefined,
  words: new Set(),
})

/** `-x`, `--name`. */
export const isOption = (word: string): boolean => /^-{1,2}[A-Za-z0-9]/.test(word)

const wait = (waiting: Waiting[], usage: Usage, next: number, isOption: boolean): void => {
  if (next < usage.length && !waiting.some((one) => one.usage === usage && one.next === next))
    waiting.push({ usage, next, isOption })
}

/**
 * Matches a word with the usages that wait for their next word. `shown` is the redacted word, or undefined when it is
 * no secret; `isName` is true when the word is another part of a usage.
 */
export const takeWaiting = (
  command: Command,
  word: string,
): { shown: string | undefined; isName: boolean } => {
  let shown: string | undefined
  let isName = false
  const waiting: Waiting[] = []
  for (const { usage, next, isOption: ofOption } of command.waiting) {
    const place = usage[next] as Place
    // An option between the words of a usage is skipped. Only a secret directly after its option may look like an
    // option.
    if (isOption(word) && place.kind !== 'literal' && !(ofOption && place.kind === 'secret'))
      wait(waiting, usage, next, ofOption)
    else if (place.kind === 'secret') {
      shown ??= blot(place, word)
      wait(waiting, usage, place.rest ? next : next + 1, ofOption)
    } else if (place.kind === 'any' || place.text === word) {
      isName = true
      wait(waiting, usage, next + 1, ofOption)
    }
  }
  command.waiting = waiting
  return { shown, isName }
}

const beginsWithDash = (place: Place | undefined): boolean =>
  (place?.kind === 'literal' && place.text.startsWith('-')) ||
  (place?.kind === 'secret' && place.prefix.startsWith('-'))

/**
 * Matches a word with the usages of the program. Returns the word as it may be shown; undefined when no usage applies.
 */
export const takeUsage = (command: Command, word: string): string | undefined => {
  const { usages } = command
  if (usages === undefined) return undefined
  const bare = withoutFlags(word, usages.flags)
  const begun = usages.byWord.get(bare)
  for (const usage of begun ?? []) {
    if (isOption(bare) || !beginsWithDash(usage[1])) wait(command.waiting, usage, 1, isOption(bare))
    else if (!command.begun.has(usage)) {
      command.begun.add(usage)
      command.usages = withUsage(command.usages ?? usages, usage.slice(1))
    }
  }
  if (begun !== undefined) return word
  for (const usage of usages.attached) {
    const [first] = usage
    const shown = first?.kind === 'secret' ? blot(first, bare) : undefined
    if (shown === undefined) continue
    wait(command.waiting, usage, 1, true)
    return word.slice(0, word.length - bare.length + 1) + shown.slice(1)
  }
  const equals = isOption(word) ? word.indexOf('=') : -1
  if (equals < 0) return undefined
  const name = word.slice(0, equals)
  if (usages.kept.has(name)) return word
  const secret = usages.byWord.get(name)?.[0]?.[1]
  const shown = secret?.kind === 'secret' ? blot(secret, word.slice(equals + 1)) : undefined
  return shown === undefined ? undefined : `${name}=${shown}`
}

/** Checks whether a word is a known program, whose usages then apply to the words after it. */
export const enterProgram = (command: Command, word: string): void => {
  const usages = usagesOf(word, command.previous)
  if (usages === undefined) return
  command.usages = usages
  command.waiting = []
  command.begun.clear()
  for (const usage of usages.positional) wait(command.waiting, usage, 0, false)
}
