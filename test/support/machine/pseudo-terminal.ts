import { execFileSync, spawn } from 'node:child_process'
import { eventually } from '../eventually.ts'

/** A command that runs in a terminal of its own, as a person would have it. */
export interface PseudoTerminal {
  /** All that was shown so far. */
  text(): string
  /** Types. */
  type(keys: string): void
  /** Changes the size of the window, which the command is told by SIGWINCH. */
  resize(columns: number, rows: number): void
  /** Resolves with the exit code when the command has ended. */
  readonly ended: Promise<number>
  /** The settings of the terminal at the moment, as `stty -g` has them. */
  settings(): string
  /** Ends it, whatever runs in it. */
  close(): void
}

/** From its start on: it may have much to do. */
const ENDS_WITHIN_MS = 110_000

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/**
 * Runs a command in a pseudo terminal (of `script`, from util-linux) of 100 columns and 30 rows. The terminal stays for a moment when the command has
 * ended, until {@link PseudoTerminal.close}.
 */
export const openPseudoTerminal = async (
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<PseudoTerminal> => {
  const line = command.map(quoted).join(' ')
  // Ctrl+C is for the command: the shell around it only waits.
  const inside = `tty; stty rows 30 cols 100; trap : INT; ${line}; echo "[ended $?]"; sleep 1000`
  const child = spawn('script', ['-qfc', inside, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdin.on('error', () => undefined)
  let text = ''
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString('utf8')
  })
  const device = await eventually('a terminal', () => /^(\/dev\/pts\/\d+)\r?\n/.exec(text)?.[1])
  const ended = eventually(
    `the end of ${command.join(' ')}`,
    () => /\[ended (\d+)\]/.exec(text)?.[1],
    ENDS_WITHIN_MS,
  ).then(Number)
  ended.catch(() => undefined)
  const stty = (...args: string[]) =>
    execFileSync('stty', ['-F', device, ...args], { encoding: 'utf8' }).trim()
  return {
    text: () => text,
    type: (keys) => void child.stdin.write(keys),
    resize: (columns, rows) => void stty('cols', String(columns), 'rows', String(rows)),
    ended,
    settings: () => stty('-g'),
    close: () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    },
  }
}
