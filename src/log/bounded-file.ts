import { copyFileSync, fstatSync, ftruncateSync, writeSync } from 'node:fs'

/** What {@link boundedFile} writes to. */
export interface BoundedFileOptions {
  /** Open for appending, by this process alone. */
  readonly fd: number
  /** The path of that file. The lines before the last rotation are kept in `<path>.1`. */
  readonly path: string
  readonly maxBytes: number
}

/** Where the lines before the last rotation of a log are. */
export const rotatedFile = (path: string): string => `${path}.1`

/**
 * Writes lines to a log that takes at most twice `maxBytes` of disk. When the file is full, its content is copied to
 * `<path>.1`, replacing what was there, and the file is truncated. The file is not replaced, so output that the runtime
 * writes to the same descriptor when it crashes is not lost. Lines that cannot be written, for example because the disk
 * is full, are counted, and the count is written with the next line that can be.
 */
export function boundedFile({ fd, path, maxBytes }: BoundedFileOptions): (line: string) => void {
  let sizeBytes = fstatSync(fd).size
  let lost = 0
  const append = (line: string) => {
    const bytes = Buffer.from(line)
    if (sizeBytes + bytes.length > maxBytes && sizeBytes > 0) {
      copyFileSync(path, rotatedFile(path))
      ftruncateSync(fd, 0)
      sizeBytes = 0
    }
    writeSync(fd, bytes)
    sizeBytes += bytes.length
  }
  return (line) => {
    try {
      append(lost === 0 ? line : `${lost} lines of this log could not be written\n${line}`)
      lost = 0
    } catch {
      // Failing to write a log must not stop the program that logs.
      lost += 1
    }
  }
}
