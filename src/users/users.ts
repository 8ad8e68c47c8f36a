import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type PasswdEntry, parsePasswd } from './passwd.ts'

/** The users of this host, as far as `passwd` lists them; those of a directory service are not in it. */
export interface Users {
  /** The name of a user. When several users have the same id, the first counts, as in the C library. */
  nameOf(uid: number): string | undefined
  /** The entry of a user by name; of several, the first. */
  byName(name: string): PasswdEntry | undefined
}

const LOOK_AGAIN_MS = 30_000
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Creates a lookup of users. They come from `/etc/passwd` as pid 1 sees it: the host's own file, even when this process
 * runs in a container.
 *
 * @param procRoot where proc is mounted
 * @param nowMs a clock that never goes back; the file is checked every half minute, and read again when it has changed
 * @example createUsers('/proc', () => performance.now()).nameOf(0) // 'root'
 */
export const createUsers = (procRoot: string, nowMs: () => number): Users =>
  usersIn([join(procRoot, '1/root/etc/passwd'), PASSWD], nowMs)

/**
 * Creates a lookup of the users of the file system that this process is in: in a container those of its image. Whom a process can be
 * run as is found there.
 */
export const createOwnUsers = (nowMs: () => number): Users => usersIn([PASSWD], nowMs)

const PASSWD = '/etc/passwd'

/** @param paths files like `/etc/passwd`; the first that can be read counts */
const usersIn = (paths: readonly string[], nowMs: () => number): Users => {
  let names = new Map<number, string>()
  let entries = new Map<string, PasswdEntry>()
  let version = ''
  let lookedMs = Number.NEGATIVE_INFINITY

  const take = (all: readonly PasswdEntry[]): void => {
    names = new Map(all.toReversed().map(({ uid, name }) => [uid, name]))
    entries = new Map(all.toReversed().map((entry) => [entry.name, entry]))
  }

  const read = (path: string): boolean => {
    try {
      const { mtimeMs, size, ino } = statSync(path)
      const now = `${path} ${ino} ${mtimeMs} ${size}`
      if (now !== version && size <= MAX_BYTES) take(parsePasswd(readFileSync(path, 'utf8')))
      version = now
      return true
    } catch {
      // The file does not exist or may not be read. Names are optional.
      return false
    }
  }

  const look = (): void => {
    const now = nowMs()
    if (now - lookedMs < LOOK_AGAIN_MS) return
    lookedMs = now
    paths.some(read)
  }

  return {
    nameOf(uid) {
      look()
      return names.get(uid)
    },
    byName(name) {
      look()
      return entries.get(name)
    },
  }
}
