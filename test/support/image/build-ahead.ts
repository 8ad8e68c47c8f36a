import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { usualHost } from '../machine/docker.ts'
import { ensureScopeImage } from './build-image.ts'

/**
 * Begins to build the image of this checkout in the usual Docker daemon, while other tests run: those that need it find it, or wait
 * for the rest. When it fails, those build it themselves, and tell why that fails.
 *
 * @returns ends the building
 */
export const buildAhead = (): (() => Promise<void>) => {
  const builder: ChildProcess = spawn(process.execPath, [import.meta.filename], { stdio: 'ignore' })
  const ended = once(builder, 'exit')
  builder.unref()
  return async () => {
    builder.kill()
    await ended
  }
}

if (import.meta.main) await ensureScopeImage({ host: usualHost() })
