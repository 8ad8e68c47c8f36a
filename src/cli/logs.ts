import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { CommandError, exitCode } from './options/usage-error.ts'
import { members, stateFiles } from './parts/state-files.ts'

const lineCount = 200

/**
 * Prints the last lines of the logs of app, probe and supervisor.
 *
 * @param follow also print new lines as they are written, until a signal
 */
export async function printLogs(stateDir: string, follow: boolean): Promise<number> {
  const logs = members.map((member) => stateFiles.log(stateDir, member)).filter((path) => existsSync(path))
  if (logs.length === 0)
    throw new CommandError(`no logs in ${stateDir}: Scope was not launched with this state directory`)
  const tail = spawn('tail', ['-n', String(lineCount), ...(follow ? ['-F'] : []), ...logs], {
    stdio: 'inherit',
  })
  // The terminal sends SIGINT to both processes; tail ends by it, and then this process does.
  if (follow) process.on('SIGINT', () => undefined)
  return new Promise((resolve, reject) => {
    tail.once('error', (error) => reject(new CommandError(`cannot run tail: ${error.message}`)))
    tail.once('exit', (code) => resolve(follow ? exitCode.ok : (code ?? exitCode.failed)))
  })
}
