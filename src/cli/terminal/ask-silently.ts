import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from '../options/usage-error.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks for a line on a terminal that does not show what is typed or pasted.
 *
 * @param unanswered what is said when there is no answer: at Ctrl+C, or when the input ends
 * @throws {CommandError} then
 */
export const askSilently = (
  question: string,
  { input, output }: Terminal,
  unanswered: string,
): Promise<string> =>
  new Promise((resolve, reject) => {
    // What readline would echo goes nowhere.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
    const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
    const end = (): void => {
      reader.removeAllListeners()
      reader.close()
      output.write('\n')
    }
    reader.once('line', (line) => {
      end()
      resolve(line)
    })
    const stop = (): void => {
      end()
      reject(new CommandError(unanswered))
    }
    reader.once('SIGINT', stop)
    reader.once('close', stop)
    // Only now does the terminal not echo any more.
    output.write(question)
  })
