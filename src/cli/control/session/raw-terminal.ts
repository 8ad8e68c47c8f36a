import { spawnSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { TerminalModes } from '../../terminal/modes.ts'
import type { SessionIo } from './run-session.ts'

/** A terminal whose keys all go to the session, until it is given back. */
export interface RawTerminal {
  /** Looks at output, to know what to undo. */
  see(bytes: Uint8Array): void
  /** Gives the terminal back as it was, also what a program that was cut off has changed. May be called several times. */
  restore(): void
}

/**
 * Takes the terminal: no echo, no lines, no signals by keys. It is given back when the process ends in whatever way it can notice,
 * and taken again after the process was stopped and continued.
 *
 * @param input a terminal
 * @param outputFd descriptor of the same terminal; undefined when the output is elsewhere
 */
export const takeTerminal = (input: SessionIo['input'], outputFd: number | undefined): RawTerminal => {
  const modes = new TerminalModes()
  const setRaw = (raw: boolean): void => {
    try {
      input.setRawMode?.(raw)
      // Node leaves the translation of line feeds on, by which programs that use them to move down would lose the column.
      if (raw) spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'], timeout: 2000 })
    } catch {
      // The terminal is gone; there is nothing to give back.
    }
  }
  const resume = (): void => {
    setRaw(false)
    setRaw(true)
  }
  const restore = (): void => {
    process.removeListener('exit', restore)
    process.removeListener('SIGCONT', resume)
    setRaw(false)
    const undo = modes.undo()
    if (undo === '' || outputFd === undefined) return
    modes.see(Buffer.from('\x1bc'))
    try {
      writeSync(outputFd, undo)
    } catch {
      // As above.
    }
  }
  process.on('exit', restore)
  process.on('SIGCONT', resume)
  setRaw(true)
  return { see: (bytes) => modes.see(bytes), restore }
}
