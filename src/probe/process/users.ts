import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The names of this host's users. */
export interface Users {
  /** Undefined for a user that `passwd` does not list, such as one of a directory service. */
  nameOf(uid: number): string | undefined
}

const LOOK_AGAIN_MS = 30_000
const MAX_BYTES = 16 * 1024 * 1024

/** Reads the text of a `passwd` file. When several users have the same id, the first counts, as in the C library. */
export const parsePasswd = (text: string): Map<number, string> => {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (name !== '' && /^\d{1,10}$/.test(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

/**
 * Creates a lookup of user names. They come from `/etc/passwd` as pid 1 sees it: the host's own file, even when the
 * probe runs in a container.
 *
 * @param nowMs the probe's uptime; the file is checked every half minute, and read again when it has changed
 */
export const createUsers = (procRoot: string, nowMs: () => number): Users => {
  const paths = [join(procRoot, '1/root/etc/passwd'), '/etc/passwd']
  let names = new Map<number, string>()
  let version = ''
  let lookedMs = Number.NEGATIVE_INFINITY

  const read = (path: string): boolean => {
    try {
      const { mtimeMs, size, ino } = statSync(path)
      const now = `${path} ${ino} ${mtimeMs} ${size}`
      if (now !== version && size <= MAX_BYTES) names = parsePasswd(readFileSync(path, 'utf8'))
      version = now
      return true
    } catch {
      // The file does not exist or may not be read. Names are optional.
      return false
    }
  }

  return {
    nameOf(uid) {
      const now = nowMs()
      if (now - lookedMs >= LOOK_AGAIN_MS) {
        lookedMs = now
        paths.some(read)
      }
      return names.get(uid)
    },
  }
}
