import { closeSync, constants, fstatSync, openSync, rmSync, writeSync } from 'node:fs'

/** Many times what any of them has. */
const MAX_BLANK_BYTES = 1024 * 1024

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

/**
 * Makes a file of {@link writeSteadyFile} blank, if there is one. It keeps its room, so that it can be written again when the disk has
 * become full meanwhile. What cannot be made blank is deleted.
 *
 * @throws file system errors when it cannot be deleted either
 */
export const blankSteadyFile = (path: string): void => {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW)
    try {
      const { size } = fstatSync(fd)
      if (size <= MAX_BLANK_BYTES && writeSync(fd, Buffer.alloc(size, ' '), 0, size, 0) === size) return
    } finally {
      closeSync(fd)
    }
  } catch {
    // It is no file, not there, or may not be written to.
  }
  rmSync(path, { force: true })
}
