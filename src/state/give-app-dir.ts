import {
  chownSync,
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  openSync,
  readdirSync,
} from 'node:fs'
import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureAppDir } from './app-dir.ts'
import { StateError } from './state-dir.ts'

/** To whom files belong. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The owner may go into the state directory, and so may the group that it belongs to, but not look around in it. */
const PASSABLE = 0o710
const CLOSED = 0o700

/**
 * Gives the directory that the app writes to, with all in it, to the user whom the app is about to run as, and lets that
 * user, and no other, get to it through the state directory. Run it as root, while no app runs.
 *
 * @throws {StateError} when there is something in the directory that the app has not made
 */
export const giveAppDir = async (stateDir: string, owner: Owner): Promise<void> => {
  const dir = await ensureAppDir(stateDir)
  const found = await stat(stateDir)
  if (owner.uid !== 0 || (found.mode & 0o777) === PASSABLE) {
    chownSync(stateDir, found.uid, owner.gid)
    await chmod(stateDir, owner.uid === 0 ? CLOSED : PASSABLE)
  }
  if (isOwner(owner, lstatSync(dir))) return
  // From here on whoever it belonged to can put nothing else in, such as a link to a file of root.
  lchownSync(dir, 0, 0)
  for (const name of readdirSync(dir)) giveFile(join(dir, name), owner)
  lchownSync(dir, owner.uid, owner.gid)
}

/** Creates a file (mode 0600) if it is missing, and gives it to a user. Its directory must be root's. */
export const giveFile = (path: string, owner: Owner): void => {
  const { O_RDONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const fd = openFile(path, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
  try {
    const found = fstatSync(fd)
    // A second name of the file may be anywhere.
    if (!found.isFile() || found.nlink !== 1) throw strange(path)
    if (!isOwner(owner, found)) fchownSync(fd, owner.uid, owner.gid)
  } finally {
    closeSync(fd)
  }
}

const openFile = (path: string, flags: number): number => {
  try {
    return openSync(path, flags, 0o600)
  } catch (cause) {
    throw strange(path, cause)
  }
}

const strange = (path: string, cause?: unknown): StateError =>
  new StateError(`${path} is not a file that Scope has made; move it away.`, { cause })

const isOwner = ({ uid, gid }: Owner, found: Owner): boolean => found.uid === uid && found.gid === gid
