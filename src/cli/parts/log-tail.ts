import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../../log/error-code.ts'

const chunkBytes = 64 * 1024

/**
 * Reads the last lines of a log (within its last 64 kB); empty when there is no such file.
 *
 * @param from byte offset before which nothing is read, unless the log is shorter by now
 */
export function lastLines(path: string, count: number, from = 0): string[] {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
  try {
    const { size } = fstatSync(fd)
    // Behind its end it was before the log began anew.
    const begin = from > size ? 0 : from
    const buffer = Buffer.alloc(Math.min(size - begin, chunkBytes))
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length)
    const lines = buffer
      .toString('utf8', 0, length)
      .split('\n')
      .filter((line) => line !== '')
    return lines.slice(-count)
  } finally {
    closeSync(fd)
  }
}
