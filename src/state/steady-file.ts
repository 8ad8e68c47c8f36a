import { closeSync, constants, fstatSync, openSync, rmSync, writeSync } from 'node:fs'

/**
 * Overwrites a small file in place (mode 0600), padded with spaces to a fixed size. Once the file exists, its blocks
 * are allocated, so it can be rewritten even when the disk is full. A reader may see an incomplete file only while it
 * is first created.
 *
 * @param sizeBytes fixed size of the file; above one page (4 kB) a reader may see a mix of old and new text
 * @throws RangeError when the text is longer than `sizeBytes`; file system errors as they are, in which case a newly
 * created file is removed
 *
 * @example
 * writeSteadyFile('/var/lib/scope/app.pid', '{"pid":123}\n', 512)
 */
export const writeSteadyFile = (path: string, text: string, sizeBytes: number): void => {
  const bytes = Buffer.alloc(sizeBytes, ' ')
  if (Buffer.byteLength(text) > sizeBytes)
    throw new RangeError(`${path}: ${Buffer.byteLength(text)} bytes are more than the ${sizeBytes} it has`)
  bytes.write(text)
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  const wasThere = fstatSync(fd).size === sizeBytes
  try {
    if (writeSync(fd, bytes, 0, sizeBytes, 0) !== sizeBytes)
      throw new Error(`${path}: it could not be written as a whole; is the disk full?`)
  } catch (error) {
    if (!wasThere) rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}
