import { copyFileSync, fstatSync, ftruncateSync, writeSync } from 'node:fs'

/** What {@link boundedFile} writes to. */
export interface BoundedFileOptions {
  /** Open for appending, by this process alone. */
  readonly fd: number
  /** The path of that file; the lines before the last cut are kept in `<path>.1`. */
  readonly path: string
  readonly maxBytes: number
}

/**
 * Writes lines to a log that never takes more than twice `maxBytes` of disk: when it is full its content moves to
 * `<path>.1`, in place of what was there, and it starts anew. The file itself stays the same, so that what the runtime
 * writes to the same descriptor when it crashes is not lost. Lines that a full disk refuses are counted, and told later.
 */
export function boundedFile({ fd, path, maxBytes }: BoundedFileOptions): (line: string) => void {
  let sizeBytes = fstatSync(fd).size
  let lost = 0
  const append = (line: string) => {
    const bytes = Buffer.from(line)
    if (sizeBytes + bytes.length > maxBytes && sizeBytes > 0) {
      copyFileSync(path, `${path}.1`)
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
      // A log that cannot be written must not stop what it is about.
      lost += 1
    }
  }
}
