import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { members, stateFiles } from '../../../src/cli/parts/state-files.ts'
import { named } from '../run/run.ts'

const launcher = join(import.meta.dirname, '../../../scope')

/** How a command of the launcher ended. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The real launcher, with a state directory of its own. */
export interface ScopeCommand {
  readonly stateDir: string
  /** Runs `scope <args>` and waits until it ends. */
  (...args: string[]): Promise<Ended>
  /** The same with another state directory. */
  in(stateDir: string, ...args: string[]): Promise<Ended>
  /** Stops what runs and removes the state directory. */
  dispose(): Promise<void>
}

/** The launcher of this checkout; `env` is added to the environment. */
export function scopeCommand(env: NodeJS.ProcessEnv = {}): ScopeCommand {
  const stateDir = mkdtempSync(join(tmpdir(), `${named('state')}-`))
  const runIn = (directory: string, ...args: string[]) =>
    new Promise<Ended>((resolve) => {
      const options = { env: { ...process.env, SCOPE_STATE_DIR: directory, ...env }, timeout: 120_000 }
      execFile(launcher, args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        // The launcher rebuilds the page when its sources have changed, and prints this line.
        resolve({ code, stdout, stderr: stderr.replace(/^setup: building the page\n/m, '') })
      })
    })
  const run = (...args: string[]) => runIn(stateDir, ...args)
  const dispose = async () => {
    // To stop what never ran costs a process of its own.
    if (members.some((member) => existsSync(stateFiles.record(stateDir, member)))) await run('stop')
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 })
  }
  return Object.assign(run, { stateDir, in: runIn, dispose })
}
