import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { note } from '../run/run.ts'

/** A real program in a process of its own, which a test talks to in lines of text. */
export interface Program {
  readonly pid: number
  /** Sends a line to the program and waits for the line it answers; an empty line only waits. */
  ask(line: string): Promise<string>
  /** Its exit code once it has ended; null when a signal ended it, or it could not be started. */
  readonly ended: Promise<number | null>
  /** Closes its standard input and waits until it has ended. */
  end(): Promise<void>
  /** Ends it by a signal and waits; by `SIGKILL` when it takes too long. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

/** On a busy machine, ending in order takes seconds. */
const KILL_AFTER_MS = 60_000

const running = new Set<ChildProcessWithoutNullStreams>()

/** Kills the programs that a failed test has left running. */
export const killLeftPrograms = (): void => {
  for (const child of running) child.kill('SIGKILL')
}

/**
 * Starts a program; its standard error goes to the test's.
 *
 * @param command file and arguments
 * @param options netns: name of a network namespace to run in; quiet: its standard error is of no interest
 */
export const startProgram = (
  command: readonly string[],
  options: { readonly netns?: string; readonly quiet?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Program => {
  const { netns, quiet = false, env = process.env } = options
  const [file = '', ...args] = netns === undefined ? command : ['ip', 'netns', 'exec', netns, ...command]
  const child: ChildProcessWithoutNullStreams = spawn(file, args, { stdio: 'pipe', env })
  child.stderr.on('data', (text) => quiet || process.stderr.write(text))
  // Writing to a program that has ended fails with EPIPE, which is of no interest.
  child.stdin.on('error', () => {})
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
  // Only then has all been read that it answered.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  running.add(child)
  note(child.pid)
  ended.then(() => running.delete(child))
  const answers: string[] = []
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const first = waiting.shift()
    if (first) first(line)
    else answers.push(line)
  })
  const next = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const there = answers.shift()
      if (there !== undefined) return resolve(there)
      waiting.push(resolve)
      Promise.all([ended, closed]).then(([code]) =>
        reject(new Error(`${command.join(' ')} ended with ${code}`)),
      )
    })
  return {
    pid: child.pid ?? 0,
    ended,
    ask: (line) => {
      if (line !== '') child.stdin.write(`${line}\n`)
      return next()
    },
    end: async () => {
      child.stdin.end()
      await ended
    },
    kill: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      await ended
      clearTimeout(late)
    },
  }
}
