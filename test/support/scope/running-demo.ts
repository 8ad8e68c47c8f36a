import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtPrograms, checkout } from '../../../src/checkout.ts'
import { startProgram } from '../machine/program.ts'

/** `scope demo` as a user runs it, on a free port and with a directory for temporary files of its own. */
export interface RunningDemo {
  readonly url: string
  get<T>(path: string): Promise<T>
  /** Ends it as Ctrl-C does. @returns what it left behind in its directory for temporary files */
  stop(): Promise<string[]>
}

/** Ids of the user that has no rights anywhere. */
const NOBODY = '65534'

/**
 * Starts a demo.
 *
 * @param options of `scope demo`
 * @param as `nobody`: as a user without any rights; the test must run as root for that
 * @param launcher of another checkout
 */
export const startDemo = async (
  options: readonly string[] = [],
  as: 'nobody' | 'self' = 'self',
  launcher: string = checkout.launcher,
): Promise<RunningDemo> => {
  const directory = mkdtempSync(join(tmpdir(), 'scope-demo-test-'))
  chmodSync(directory, 0o777)
  // The launcher makes the checkout ready first, which somebody without rights could not.
  const command =
    as === 'self'
      ? [launcher]
      : [
          'setpriv',
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          '--clear-groups',
          process.execPath,
          builtPrograms.main,
        ]
  const program = startProgram([...command, 'demo', '--app.http.address=127.0.0.1:0', ...options], {
    env: { ...process.env, TMPDIR: directory, ...(as === 'nobody' && { HOME: '/nonexistent' }) },
  })
  await program.ask('')
  const line = await program.ask('')
  const url = /http:\/\/\S+/.exec(line)?.[0]
  if (url === undefined) throw new Error(`the demo named no address, but said "${line}"`)
  return {
    url,
    async get<T>(path: string) {
      const response = await fetch(`${url}${path}`)
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    async stop() {
      await program.kill('SIGINT')
      // Building the page leaves this directory, which is not the demo's.
      const left = readdirSync(directory).filter((name) => name !== 'node-compile-cache')
      rmSync(directory, { recursive: true, force: true })
      return left
    },
  }
}
