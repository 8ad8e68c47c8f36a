import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkout } from '../../checkout.ts'
import { nodeOptions } from '../parts/probe-runtime.ts'
import { parts, stateFiles } from '../parts/state-files.ts'

/** Starts the launch of the parts: `scope launch` that finds this process as the supervisor, and makes no links. */
export const beginLaunch = (stateDir: string, options: readonly string[]): ChildProcess =>
  spawn(process.execPath, [...nodeOptions, checkout.programs.main, 'begin', ...options], {
    stdio: 'inherit',
    env: { ...process.env, SCOPE_STATE_DIR: stateDir },
  })

/** Time for the last lines of the parts to be shown, after they have ended. */
const LAST_LINES_MS = 200

/**
 * Shows on standard output what the parts write to their logs from now on: whoever collects the output of containers finds it there.
 *
 * @returns ends that
 */
export const showLogs = (stateDir: string): { stop(): Promise<void> } => {
  const logs = parts.map((part) => stateFiles.log(stateDir, part))
  // Otherwise tail would complain that they are not there.
  for (const log of logs) closeSync(openSync(log, 'a', 0o600))
  const tail = spawn('tail', ['--quiet', '--lines=0', '--follow=name', ...logs], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  tail.on('error', (error) => process.stderr.write(`the logs of the parts are not shown: ${error.message}\n`))
  return {
    stop: async () => {
      await sleep(LAST_LINES_MS)
      tail.kill('SIGTERM')
    },
  }
}
