import { setTimeout as sleep } from 'node:timers/promises'
import type { Terminal } from '../../../test/support/scope/terminal-client.ts'

const TIMEOUT_MS = 10_000
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/**
 * From a key press to its echo, which the terminal at the other end makes.
 *
 * @param terminal of a program that prints nothing by itself
 * @returns milliseconds of each press
 */
export const measureEcho = async (terminal: Terminal, presses: number): Promise<readonly number[]> => {
  await sleep(1000)
  const took: number[] = []
  for (let i = 0; i < presses; i++) {
    const key = LETTERS[i % LETTERS.length] ?? 'a'
    took.push(await press(terminal, key))
    // People do not type in step with what else happens.
    await sleep(10 + 20 * Math.random())
    // A line that became too long would not be taken.
    if (i % 50 === 49) terminal.type('\u0015')
  }
  return took
}

const press = (terminal: Terminal, key: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const late = setTimeout(() => reject(new Error(`no echo within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
    terminal.onOutput = (output) => {
      if (!output.toString().includes(key)) return
      clearTimeout(late)
      terminal.onOutput = () => {}
      resolve(performance.now() - startedMs)
    }
    terminal.type(key)
  })
