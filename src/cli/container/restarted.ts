import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../../log/error-code.ts'
import { ownContainer } from '../../probe/cgroup/own-container.ts'
import { writeSteadyFile } from '../../state/steady-file.ts'

const ID_BYTES = 128
/** Where no id is known: in the container itself, so that it is there when that is started again, and not in a new one. */
const MARK = '/run/scope-started'

/** The id of the container that this process is in, as Docker's mounts tell it; undefined when they do not. */
export const ownContainerId = (): string | undefined =>
  ownContainer(readFileSync('/proc/self/mountinfo', 'utf8'))

const lastId = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Whether the container that this process is in was the last one with a state directory, and so is started again. From now on it is the
 * last one. Its own files need not be writable for that.
 *
 * @param id of the container
 */
export const isRestarted = (stateDir: string, id: string | undefined, mark = MARK): boolean => {
  if (id === undefined) {
    const isThere = existsSync(mark)
    if (!isThere) writeFileSync(mark, '')
    return isThere
  }
  const path = join(stateDir, 'container.id')
  const isSame = lastId(path) === id
  if (!isSame) writeSteadyFile(path, `${id}\n`, ID_BYTES)
  return isSame
}
