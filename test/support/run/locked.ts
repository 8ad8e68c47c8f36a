import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/**
 * Does `work` while holding the lock of a file, which the files of a run of the tests share: one after the other makes what only one
 * needs to make. The kernel releases it when this process ends, however it ends.
 *
 * @param path the file is made, and stays
 */
export const locked = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const fd = openSync(`${path}.lock`, 'a', 0o600)
  try {
    // The lock belongs to the open file description, which flock(1) inherits: so it outlives flock(1).
    const flock = spawn('flock', ['3'], { stdio: ['ignore', 'ignore', 'inherit', fd] })
    await new Promise<void>((done, failed) => {
      flock.once('error', failed)
      flock.once('exit', (code) => (code === 0 ? done() : failed(new Error(`flock ended with ${code}`))))
    })
    return await work()
  } finally {
    closeSync(fd)
  }
}
