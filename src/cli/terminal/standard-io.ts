import type { SessionIo } from '../control/session/run-session.ts'
import { outputTo } from './output.ts'

/** Standard input, output and errors of a process. */
export const standardIo = (process: NodeJS.Process): SessionIo => {
  const isTTY = { output: process.stdout.isTTY === true, errors: process.stderr.isTTY === true }
  const screen = isTTY.output ? process.stdout : isTTY.errors ? process.stderr : undefined
  return {
    // Not before it is read: opening it changes how it is read by others.
    get input() {
      return process.stdin
    },
    output: outputTo(1, isTTY.output),
    errors: outputTo(2, isTTY.errors),
    size: () => {
      const { columns, rows } = screen ?? {}
      return columns && rows ? { columns: Math.min(columns, 1000), rows: Math.min(rows, 1000) } : undefined
    },
    onResize: (listener) => {
      screen?.on('resize', listener)
      return () => void screen?.removeListener('resize', listener)
    },
  }
}
