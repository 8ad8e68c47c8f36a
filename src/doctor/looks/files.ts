import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'

/** Reads a file; undefined when it cannot be read for any reason, which the calling check then reports. */
export const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Whether a file can be read. It is opened to find out, because access(2) ignores the capabilities of non-root users.
 */
export const isReadable = (path: string): boolean => {
  try {
    closeSync(openSync(path, 'r'))
    return true
  } catch {
    return false
  }
}

/** Whether files can be created in a directory. */
export const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The inode of a file; 0 when it cannot be determined. */
export const inodeOf = (path: string): number => {
  try {
    return statSync(path).ino
  } catch {
    return 0
  }
}
