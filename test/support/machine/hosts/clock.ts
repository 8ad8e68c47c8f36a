import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from './host.ts'

const libraryPath = (): string => {
  const root = '/usr/lib'
  const found = readdirSync(root)
    .map((directory) => join(root, directory, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path))
  if (found === undefined) throw new Error('no libfaketime under /usr/lib')
  return found
}

/**
 * Environment in which programs see a wall clock that is off, and the true monotonic one.
 *
 * @param offset `+1h`, `-90m`
 */
export const clockOff = (offset: string): Environment => ({
  LD_PRELOAD: libraryPath(),
  FAKETIME: offset,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
})
