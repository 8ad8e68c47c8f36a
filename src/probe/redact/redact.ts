import { defaultLimits } from '../../report/limits.ts'
import { redactWords } from './command/command-words.ts'
import { CUT, cutText, cutWords } from './cut.ts'
import { isHarmlessValue, isSecretKey } from './secret-keys.ts'
import { MARK } from './text.ts'

/** Longer texts are cut before they are examined, since no more could be shown. */
const MAX_LENGTH = defaultLimits.valueLength

/**
 * Formats a command line for display, with passwords, tokens and keys redacted. The meaning of an option is judged by
 * its name and, for short options, by the program. In doubt, the value is redacted.
 *
 * @param argv the arguments, the program first; long ones are cut, see `cut.ts`
 * @returns the arguments joined by blanks
 * @example redactCommandLine(['mysql', '-uann', '-phunter2']) // 'mysql -uann -p•••'
 */
export const redactCommandLine = (argv: readonly string[]): string =>
  redactWords(cutWords(argv, MAX_LENGTH)).join(' ')

/**
 * The program of a command line, without its arguments. This also works when a process has replaced its arguments by a
 * title of several words.
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

/** Redacts the value of a label or variable. The value may itself be a command line. */
export const redactValue = (key: string, value: string): string =>
  isSecretKey(key) && !isHarmlessValue(key, value.slice(0, MAX_LENGTH)) ? MARK : redactLine(value)

/** Redacts the output of a program, including command lines in it. */
export const redactOutput = redactLine
