import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { DockerEndpoint } from './endpoint.ts'

/** Resolves after the pause, or as soon as the daemon's socket appears, or when aborted. */
export const waitForDaemon = (
  { socketPath }: DockerEndpoint,
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      watcher?.close()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, pauseMs)
    const watcher = socketPath === undefined ? undefined : watchSocket(socketPath, finish)
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
  })

const watchSocket = (path: string, appeared: () => void) => {
  try {
    const watcher = watch(dirname(path), (_, name) => {
      if (name === basename(path)) appeared()
    })
    // The directory may be removed as well. The pause still ends the wait.
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    // The directory does not exist yet. Only the pause ends the wait.
    return undefined
  }
}
