import { accessSync, constants, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type PasswdLogin, parseLogins } from '../../../users/passwd.ts'

/** Where the programs of the host are: here, or, when the probe runs in a container, around pid 1. */
export interface HostPlace {
  /** Directory below which the files of the host are: empty for `/`. */
  readonly root: string
  /** Pid 1 is in namespaces of its own, which a program has to enter first. */
  readonly isElsewhere: boolean
  /** It is not known, since pid 1 may not be looked at; then it is taken to be here. */
  readonly isUnsure?: true
}

const namespaceOf = (procRoot: string, pid: string): string => readlinkSync(join(procRoot, pid, 'ns/mnt'))

/**
 * Finds out where the host is.
 *
 * @param procRoot where the proc file system of the probe's own pid namespace is mounted
 */
export const hostPlace = (procRoot: string): HostPlace => {
  try {
    if (namespaceOf(procRoot, '1') !== namespaceOf(procRoot, 'self'))
      return { root: join(procRoot, '1/root'), isElsewhere: true }
  } catch {
    // Who may not look at pid 1 cannot enter its namespaces either.
    return { root: '', isElsewhere: false, isUnsure: true }
  }
  return { root: '', isElsewhere: false }
}

/**
 * The entry of a user in the host's list of users; undefined when it has none.
 *
 * @param passwdPath path of the list on the host
 */
export const userOf = ({ root }: HostPlace, passwdPath: string, uid: number): PasswdLogin | undefined => {
  try {
    return parseLogins(readFileSync(root + passwdPath, 'utf8')).find((entry) => entry.uid === uid)
  } catch {
    // Without the file there are no names; the user still has an id, and a shell by default.
    return undefined
  }
}

/** Whether a file of the host is a program that can be run. */
export const isProgram = ({ root }: HostPlace, path: string): boolean => {
  try {
    accessSync(root + path, constants.X_OK)
    return statSync(root + path).isFile()
  } catch {
    return false
  }
}

/** Whether a path of the host is a directory. */
export const isDirectory = ({ root }: HostPlace, path: string): boolean =>
  statSync(root + path, { throwIfNoEntry: false })?.isDirectory() ?? false
