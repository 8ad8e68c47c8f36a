import { accessSync, constants, readFileSync, statSync } from 'node:fs'

/** The text of a file; undefined when it cannot be read, for whatever reason: that is what a check is about. */
export const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Whether a file can be read. */
export const isReadable = (path: string): boolean => may(path, constants.R_OK)

/** Whether something can be made in a directory. */
export const isWritable = (path: string): boolean => may(path, constants.W_OK | constants.X_OK)

/** Its inode; 0 when it cannot be told. */
export const inodeOf = (path: string): number => {
  try {
    return statSync(path).ino
  } catch {
    return 0
  }
}

const may = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
