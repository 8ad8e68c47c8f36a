import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { errorCode } from '../../../log/error-code.ts'

/** How long until it is tried again to type for a program that reads nothing; longer each time, since it may never read. */
const AGAIN_MS = { first: 5, longest: 250 }

/**
 * What is written to it is typed on a terminal, no faster than the program reads. Node's own stream of a terminal would wait for the
 * program inside the system call, and all of the probe with it.
 *
 * @param master descriptor of a pseudo-terminal, opened with `O_NONBLOCK`
 * @param isOpen whether the descriptor is still that of the terminal; what is typed after that is dropped
 */
export const createKeyboard = (master: number, isOpen: () => boolean): Writable => {
  /** Types as much as the terminal takes. @returns what is left */
  const type = (bytes: Uint8Array): Uint8Array => {
    let rest = bytes
    try {
      while (rest.length > 0 && isOpen()) rest = rest.subarray(writeSync(master, rest))
    } catch (error) {
      if (errorCode(error) === 'EAGAIN') return rest
      // No program has the terminal open any more (EIO): there is nobody to type for.
    }
    return Buffer.alloc(0)
  }
  const typeAll = (bytes: Uint8Array, done: () => void, pauseMs = AGAIN_MS.first): void => {
    const rest = type(bytes)
    if (rest.length === 0) {
      done()
      return
    }
    const waitMs = rest.length < bytes.length ? AGAIN_MS.first : pauseMs
    setTimeout(typeAll, waitMs, rest, done, Math.min(waitMs * 2, AGAIN_MS.longest))
  }
  return new Writable({ write: (bytes, _encoding, done) => typeAll(bytes, done) })
}
