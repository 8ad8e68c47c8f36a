import { write } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { errorCode } from '../../log/error-code.ts'

/** Whoever read the output has closed it, as `head` does when it has seen enough. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError'
}

/** How a shell reports a program that a closed pipe has ended: 128 + SIGPIPE. */
export const CLOSED_OUTPUT_CODE = 141

/** Where a command writes. */
export interface Output {
  readonly isTTY: boolean
  /**
   * Resolves when all of it is written, so a slow reader slows the writer.
   *
   * @throws {OutputClosedError}
   */
  write(bytes: Uint8Array): Promise<void>
}

const writeSome = (fd: number, bytes: Uint8Array): Promise<number> =>
  new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, null, (error, written) => (error ? reject(error) : resolve(written)))
  })

/** How long to wait for a descriptor that somebody else has made non-blocking. */
const RETRY_MS = 5

/**
 * The output to a descriptor. `process.stdout` would block the whole process while nobody reads a pipe: connections would be
 * taken for dead meanwhile.
 */
export const outputTo = (fd: number, isTTY: boolean): Output => ({
  isTTY,
  async write(bytes) {
    let at = 0
    while (at < bytes.length) {
      try {
        at += await writeSome(fd, bytes.subarray(at))
      } catch (error) {
        const code = errorCode(error)
        if (code === 'EAGAIN') await pause(RETRY_MS)
        // EIO: the terminal is gone.
        else if (code === 'EPIPE' || code === 'EIO')
          throw new OutputClosedError('nobody reads the output', { cause: error })
        else throw error
      }
    }
  },
})
