import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { Exit } from '../../../channel/stream.ts'
import { closeOnExec } from '../../../native/close-on-exec.ts'
import { foregroundGroup, openPty, type Pty, resizePty, type TerminalSize } from '../../../native/pty.ts'
import { createKeyboard } from './keyboard.ts'
import { killRest } from './kill-rest.ts'
import type { ShellCommand } from './shell-command.ts'

/** A program on a terminal of its own. */
export interface Terminal {
  /** Pid of the program, which leads the session of the terminal. */
  readonly pid: number
  /** What the program writes; only to be read. Closed when no program has the terminal open. */
  readonly screen: ReadStream
  /** What is written to it, the program reads. */
  readonly keyboard: Writable
  /** How the program ended. */
  readonly exited: Promise<Exit>
  /** @throws {PtyError} */
  resize(size: TerminalSize): void
  /**
   * Ends the program and its job in the foreground as a terminal that is switched off does, by SIGHUP; what is left after
   * the grace, by SIGKILL. Does nothing more when called again.
   */
  hangUp(): void
  /** Ends what {@link Terminal.hangUp} has left, without waiting for the grace. */
  kill(): void
}

/** What {@link openTerminal} may be told. */
export interface TerminalOptions {
  /** How long programs have to end after a hang-up. */
  readonly graceMs?: number
  /** Called when the rest of a session cannot be ended. */
  readonly onError: (error: unknown) => void
}

const GRACE_MS = 5000
const SIZE: TerminalSize = { columns: 80, rows: 24 }
/** Exit code for an end that has neither a code nor a signal, which Node does not report. */
const UNKNOWN_CODE = 255

const start = ({ file, args, env, cwd }: ShellCommand, { slave }: Pty): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    closeOnExec()
    const child = spawn(file, args, { cwd, env, stdio: [slave, slave, slave], detached: true })
    child.once('error', reject)
    child.once('spawn', () => resolve(child))
  })

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) =>
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { code: code ?? UNKNOWN_CODE } : { signal }),
    ),
  )

/**
 * Opens a terminal and runs a program on it, as the leader of a session of its own.
 *
 * @throws {PtyError} when no terminal can be opened
 * @throws Error when the program cannot be run
 */
export const openTerminal = async (
  command: ShellCommand,
  { graceMs = GRACE_MS, onError }: TerminalOptions,
): Promise<Terminal> => {
  const pty = openPty(command.ptmx)
  let child: ChildProcess
  try {
    resizePty(pty.master, SIZE)
    child = await start(command, pty)
  } catch (error) {
    closeSync(pty.master)
    throw error
  } finally {
    // The program has it; a copy here would keep the terminal open when the program has ended.
    closeSync(pty.slave)
  }
  const pid = child.pid as number
  let hasExited = false
  const exited = exitOf(child)
  exited.then(() => {
    hasExited = true
  }, onError)
  const screen = new ReadStream(pty.master)
  // EIO tells that no program has the terminal open any more; then it is closed.
  screen.on('error', () => {})
  let isHungUp = false
  let group: number | undefined
  const kill = (): void => {
    try {
      if (!hasExited) child.kill('SIGKILL')
      if (group !== undefined) killRest({ session: pid, group })
    } catch (error) {
      onError(error)
    }
  }
  return {
    pid,
    screen,
    keyboard: createKeyboard(pty.master, () => !screen.destroyed),
    exited,
    resize: (size) => {
      if (!screen.destroyed) resizePty(pty.master, size)
    },
    hangUp() {
      if (isHungUp) return
      isHungUp = true
      if (!screen.destroyed) group = foregroundGroup(pty.master)
      // Closing its end makes the kernel hang up the terminal: SIGHUP and SIGCONT to its session.
      screen.destroy()
      setTimeout(kill, graceMs).unref()
    },
    kill,
  }
}
