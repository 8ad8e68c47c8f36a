import type { Ended } from './notes.ts'

/**
 * How a pipe has ended, in words.
 *
 * @example
 * wordsOfEnd({ exit: { code: 1 } }) // 'exit code 1'
 * wordsOfEnd({ exit: { signal: 'SIGKILL' } }) // 'killed by SIGKILL'
 * wordsOfEnd({}) // 'all was sent'
 */
export const wordsOfEnd = ({ exit, reason }: Ended): string => {
  if (exit !== undefined) return 'code' in exit ? `exit code ${exit.code}` : `killed by ${exit.signal}`
  return reason ?? 'all was sent'
}
