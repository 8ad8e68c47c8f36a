import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { CommandError, exitCode } from './options/usage-error.ts'
import { members, stateFiles } from './parts/state-files.ts'
import { harmless } from './terminal/harmless.ts'
import { CLOSED_OUTPUT_CODE } from './terminal/output.ts'

const lineCount = 200

/**
 * Prints the last lines of the logs of app, probe and supervisor. On a terminal control characters in them are made harmless.
 *
 * @param follow also print new lines as they are written, until a signal
 */
export async function printLogs(stateDir: string, follow: boolean): Promise<number> {
  const logs = members.map((member) => stateFiles.log(stateDir, member)).filter((path) => existsSync(path))
  if (logs.length === 0)
    throw new CommandError(`no logs in ${stateDir}: Scope was not launched with this state directory`)
  const tail = spawn('tail', ['-n', String(lineCount), ...(follow ? ['-F'] : []), ...logs], {
    stdio: ['inherit', process.stdout.isTTY ? 'pipe' : 'inherit', process.stderr.isTTY ? 'pipe' : 'inherit'],
  })
  // A terminal sends SIGINT to both processes, others to this one. It ends when tail has.
  if (follow) process.on('SIGINT', () => void tail.kill('SIGINT'))
  // It would not notice before there is something to write.
  process.once('SIGTERM', () => {
    tail.kill()
    process.kill(process.pid, 'SIGTERM')
  })
  const ended = new Promise<number>((resolve, reject) => {
    tail.once('error', (error) => reject(new CommandError(`cannot run tail: ${error.message}`)))
    tail.once('exit', (code, signal) => {
      if (signal === 'SIGPIPE') resolve(CLOSED_OUTPUT_CODE)
      else resolve(follow ? exitCode.ok : (code ?? exitCode.failed))
    })
  })
  const [code] = await Promise.all([
    ended,
    show(tail.stdout, process.stdout),
    show(tail.stderr, process.stderr),
  ])
  return code
}

/** Shows lines on a terminal; nothing where they do not come through this process. */
async function show(lines: Readable | null, screen: NodeJS.WritableStream): Promise<void> {
  if (lines === null) return
  for await (const line of createInterface({ input: lines })) screen.write(`${harmless(line)}\n`)
}
