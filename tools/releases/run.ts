import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** A program of a release has failed; the message has its last words. */
export class StepError extends Error {
  override readonly name = 'StepError'
}

const LAST_WORDS = 15

export interface RunOptions {
  readonly cwd?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** File that gets the output; without one it is returned. */
  readonly into?: string | undefined
}

/**
 * Runs a program to its end.
 *
 * @returns its output
 * @throws {StepError} when it cannot be run, or does not end with 0
 */
export const run = async (
  command: string,
  args: readonly string[],
  { cwd, env, into }: RunOptions = {},
): Promise<string> => {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const output: Buffer[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  if (into === undefined) child.stdout.on('data', (bytes: Buffer) => output.push(bytes))
  const written = into === undefined ? undefined : pipeline(child.stdout, createWriteStream(into))
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new StepError(`${command} cannot be run: ${cause.message}`, { cause }))
    })
    child.once('close', (status, signal) => resolve(status ?? signal ?? ''))
  })
  const [code] = await Promise.all([ended, written])
  const text = Buffer.concat(output).toString()
  if (code === 0) return text
  const words = `${text}\n${said.join('')}`.split('\n').filter(Boolean).slice(-LAST_WORDS)
  throw new StepError([`${command} ${args.join(' ')} ended with ${code}:`, ...words].join('\n  '))
}
