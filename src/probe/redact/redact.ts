import { defaultLimits } from '../../report/limits.ts'
import { redactWords } from './command/command-words.ts'
import { CUT, cutText, cutWords } from './cut.ts'
import { isHarmlessValue, isSecretKey } from './secret-keys.ts'
import { MARK } from './text.ts'

/** What is longer is cut before it is looked at: no more of it could be shown. */
const MAX_LENGTH = defaultLimits.valueLength

/**
 * A command line as it may be shown: passwords, tokens and keys are blotted out. What an option means is judged by its
 * name and, for short ones, by the program; where that leaves a doubt, the value is blotted out.
 *
 * @param argv the arguments, the program first; of long ones the beginning is taken, see `cut.ts`
 * @returns the arguments joined by blanks
 * @example redactCommandLine(['mysql', '-uann', '-phunter2']) // 'mysql -uann -p•••'
 */
export const redactCommandLine = (argv: readonly string[]): string =>
  redactWords(cutWords(argv, MAX_LENGTH)).join(' ')

/**
 * A command line without its arguments: the program alone, also where a process has written a title of several words in
 * the place of its arguments.
 *
 * @param argv the arguments, the program first
 */
export const programOnly = (argv: readonly string[]): string =>
  redactCommandLine([argv[0]?.trimStart().split(/\s/, 1)[0] ?? ''])

const redactLine = (text: string): string => {
  const kept = cutText(text, MAX_LENGTH)
  const [shown = ''] = redactWords([kept === text ? text : `${kept} ${CUT}`.trimStart()])
  return shown
}

/** The value of a label or variable as it may be shown; it may itself be a command line. */
export const redactValue = (key: string, value: string): string =>
  isSecretKey(key) && !isHarmlessValue(key, value.slice(0, MAX_LENGTH)) ? MARK : redactLine(value)

/** What a program has printed as it may be shown, command lines in it as well. */
export const redactOutput = redactLine
