import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The names of this host's users. */
export interface Users {
  /** Undefined for one that `passwd` does not list, such as one of a directory service. */
  nameOf(uid: number): string | undefined
}

const LOOK_AGAIN_MS = 30_000
const MAX_BYTES = 16 * 1024 * 1024

/** The users in the text of a `passwd` file; of several of one number the first counts, as for the C library. */
export const parsePasswd = (text: string): Map<number, string> => {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (name !== '' && /^\d{1,10}$/.test(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

/**
 * Reads names from the `passwd` of the root that pid 1 has: the host's own, also where the probe itself runs in a container.
 *
 * @param nowMs the probe's uptime; the file is looked at again after half a minute, and read again when it has changed
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
      // no such file, or not for us: names only sharpen what is shown
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
