import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'

/** The text of a file; undefined when it cannot be read, for whatever reason: that is what a check is about. */
export const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Whether a file can be read; tried, because access(2) does not count the capabilities of a user that is not root. */
export const isReadable = (path: string): boolean => {
  try {
    closeSync(openSync(path, 'r'))
    return true
  } catch {
    return false
  }
}

/** Whether something can be made in a directory. */
export const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Its inode; 0 when it cannot be told. */
export const inodeOf = (path: string): number => {
  try {
    return statSync(path).ino
  } catch {
    return 0
  }
}
