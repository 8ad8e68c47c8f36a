import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../../src/checkout.ts'
import { ensureScopeImage } from '../../support/image/build-image.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { freePort } from '../../support/machine/free-port.ts'
import type { Ended } from '../../support/scope/scope-command.ts'

/** The launcher as somebody has it who has copied nothing but the script: to a directory where no checkout is. */
export interface CopiedLauncher {
  /** The copy. */
  readonly path: string
  /** A directory for files of the test, which its end removes. */
  readonly dir: string
  readonly stateDir: string
  readonly container: string
  readonly url: string
  readonly env: NodeJS.ProcessEnv
  readonly docker: TestDocker
  /** Runs a command of it. @param input of standard input; nothing when not told */
  run(args: readonly string[], settings?: RunSettings): Promise<Ended>
  /** Ends what runs, and removes all of it. */
  close(): Promise<void>
}

/** How {@link CopiedLauncher.run} runs a command. */
export interface RunSettings {
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What the command line begins with, such as another shell. */
  readonly before?: readonly string[]
  readonly signal?: AbortSignal
}

/** Copies the launcher, for the image of this checkout in the Docker daemon of the tests. */
export const copyLauncher = async (): Promise<CopiedLauncher> => {
  const docker = await openTestDocker()
  const image = await ensureScopeImage(docker)
  const dir = mkdtempSync(join(tmpdir(), 'scope-docker-'))
  chmodSync(dir, 0o755)
  const stateDir = join(dir, 'state')
  const path = join(dir, 'bin', 'scope')
  mkdirSync(join(dir, 'bin'))
  copyFileSync(checkout.launcher, path)
  const container = `${docker.prefix}scope`
  const env = {
    ...process.env,
    DOCKER_HOST: docker.host,
    SCOPE_RUNTIME: 'auto',
    SCOPE_IMAGE: image,
    SCOPE_CONTAINER_NAME: container,
    SCOPE_STATE_DIR: stateDir,
    SCOPE_DOCKER_ARGS: '',
  }
  const run: CopiedLauncher['run'] = (args, { input, before = [], signal, ...settings } = {}) =>
    new Promise((resolve) => {
      const [file = path, ...rest] = [...before, path, ...args]
      const child = execFile(
        file,
        rest,
        { ...settings, env: { ...env, ...settings.env }, ...(signal && { signal }), timeout: 110_000 },
        (error, stdout, stderr) =>
          resolve({
            code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
            stdout,
            stderr,
          }),
      )
      child.stdin?.on('error', () => {})
      child.stdin?.end(input ?? '')
    })
  return {
    ...{ path, dir, stateDir, container, env, docker, run },
    url: `http://127.0.0.1:${await freePort()}`,
    async close() {
      await run(['stop'])
      await docker.close()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
