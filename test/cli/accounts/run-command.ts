import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { builtPrograms } from '../../../src/checkout.ts'

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** An empty state directory that is removed with the test. */
export const testStateDir = (): string => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-state-'))
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }))
  return stateDir
}

/** Runs `scope <args>` with a text as its standard input. */
export const runCommand = (
  stateDir: string,
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtPrograms.main, ...args], {
      env: { ...process.env, SCOPE_STATE_DIR: stateDir, ...env },
      stdio: 'pipe',
    })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
    // A command that reads nothing may have ended by now.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
