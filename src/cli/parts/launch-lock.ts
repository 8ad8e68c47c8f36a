import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { CommandError } from '../options/usage-error.ts'
import { stateFiles } from './state-files.ts'

const limitSeconds = 60

/**
 * Runs `work` while no other `launch` or `stop` of this state directory is at work; waits for one that is. The kernel
 * lets go of the lock when this process ends, however it ends.
 */
export async function withLaunchLock<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  const fd = openSync(stateFiles.lock(stateDir), 'a', 0o600)
  try {
    // flock(2) belongs to the open file, which flock(1) shares with us: the lock stays when that has ended.
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
