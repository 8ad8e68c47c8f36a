import { closeSync, openSync, readSync } from 'node:fs'

/** Reads files that the kernel makes from memory, synchronously, since that takes less than handing it to a thread. */
export interface SmallFiles {
  /** The whole of a file; undefined when it cannot be read or is longer than the limit. */
  text(path: string): string | undefined
  /** The beginning of a file, enough for one number; undefined when it cannot be read. */
  beginning(path: string): string | undefined
  /**
   * Keeps a file open for {@link Kept.beginning}, which then takes a fifth of the time.
   *
   * @returns undefined when it cannot be opened, or as many as may be are open
   */
  keep(path: string): Kept | undefined
}

/** A file that is kept open. */
export interface Kept {
  /** Its beginning now; undefined when what it tells of is gone. */
  beginning(): string | undefined
  close(): void
}

/** More than a machine has of devices and interfaces; a longer file is not used, since a part of a sum is no sum. */
const LIMIT_BYTES = 64 * 1024
const BEGINNING_BYTES = 64

/** @param keptOpen how many files may be kept open at a time */
export const createSmallFiles = (keptOpen: number): SmallFiles => {
  const buffer = Buffer.allocUnsafeSlow(LIMIT_BYTES)
  let kept = 0

  const beginningOf = (fd: number): string =>
    buffer.toString('latin1', 0, readSync(fd, buffer, 0, BEGINNING_BYTES, 0))

  /** Reads on to the end, since the kernel gives files of many lines in pieces. */
  const wholeOf = (fd: number): string | undefined => {
    let length = 0
    while (length < LIMIT_BYTES) {
      const read = readSync(fd, buffer, length, LIMIT_BYTES - length, null)
      if (read === 0) return buffer.toString('latin1', 0, length)
      length += read
    }
    return undefined
  }

  const orUndefined = <T>(action: () => T): T | undefined => {
    try {
      return action()
    } catch {
      // What ended meanwhile has no files, and what may not be read is as good as not there.
      return undefined
    }
  }

  const once = (path: string, read: (fd: number) => string | undefined): string | undefined =>
    orUndefined(() => {
      const fd = openSync(path, 'r')
      try {
        return read(fd)
      } finally {
        closeSync(fd)
      }
    })

  return {
    text: (path) => once(path, wholeOf),
    beginning: (path) => once(path, beginningOf),
    keep(path) {
      if (kept >= keptOpen) return undefined
      const fd = orUndefined(() => openSync(path, 'r'))
      if (fd === undefined) return undefined
      kept++
      let open = true
      return {
        beginning: () => (open ? orUndefined(() => beginningOf(fd)) : undefined),
        close() {
          if (!open) return
          open = false
          kept--
          closeSync(fd)
        },
      }
    },
  }
}
