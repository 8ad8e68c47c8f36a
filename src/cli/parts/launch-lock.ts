import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { CommandError } from '../options/usage-error.ts'
import { stateFiles } from './state-files.ts'

const limitSeconds = 60

/**
 * Runs `work` while holding the lock that `launch` and `stop` of a state directory share, waiting for it if necessary.
 * The kernel releases the lock when this process ends, however it ends.
 */
export async function withLaunchLock<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  const fd = openSync(stateFiles.lock(stateDir), 'a', 0o600)
  try {
    // A flock(2) lock belongs to the open file description, which flock(1) inherits from this process. So the lock
    // outlives flock(1).
    const { status, error } = spawnSync('flock', ['-w', String(limitSeconds), '3'], {
      stdio: ['ignore', 'ignore', 'inherit', fd],
    })
    if (error !== undefined) throw new CommandError(`cannot run flock (package util-linux): ${error.message}`)
    if (status !== 0)
      throw new CommandError(`another launch or stop has been at work in ${stateDir} for ${limitSeconds} s`)
    return await work()
  } finally {
    closeSync(fd)
  }
}
