import { closeSync, constants, fstatSync, openSync, rmSync, writeSync } from 'node:fs'

/**
 * Writes a small text over what is in a file (mode 0600), padded with spaces to a size that stays the same: once the file is
 * there, a full disk cannot keep it from being written anew. A reader may find it cut off only while it is made.
 *
 * @param sizeBytes with more than a page (4 kB) a reader may find a part of the old text and a part of the new
 * @throws RangeError when the text is longer; whatever the file system says, and then a new file is not left behind
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
