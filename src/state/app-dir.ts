import { lstatSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../log/error-code.ts'
import { ensureStateDir, StateError } from './state-dir.ts'

/** The directory within the state directory for what the app itself writes: accounts, and the audit log. */
export const appDir = (stateDir: string): string => join(stateDir, 'app')

/**
 * Creates the {@link appDir} with mode 0700 if it is missing. It may belong to the user whom the app runs as, while the state
 * directory belongs to root.
 *
 * @returns its path
 * @throws {StateError} when it is no directory, or another user could put their own files in it
 */
export const ensureAppDir = async (stateDir: string): Promise<string> => {
  const dir = appDir(stateDir)
  try {
    await mkdir(dir, { mode: 0o700 })
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') {
      await ensureStateDir(stateDir)
      return ensureAppDir(stateDir)
    }
    if (errorCode(cause) !== 'EEXIST')
      throw new StateError(`cannot make the directory ${dir}: ${(cause as Error).message}.`, { cause })
  }
  const found = lstatSync(dir)
  if (!found.isDirectory()) throw new StateError(`${dir} is no directory; move it away.`)
  const uid = process.geteuid?.() ?? found.uid
  if (found.uid !== uid && uid !== 0)
    throw new StateError(`the directory ${dir} belongs to user ${found.uid}, not to you (${uid}).`)
  if ((found.mode & 0o022) !== 0)
    throw new StateError(`other users may write to the directory ${dir}; run "chmod 700 ${dir}".`)
  return dir
}

/**
 * Does some work with the rights of the user to whom a directory belongs, when this process is root. Files that are made
 * then belong to that user, who cannot lead root astray by links either. Nothing else may run in this process meanwhile.
 *
 * @example
 * const dir = await ensureAppDir(stateDir)
 * await asOwnerOf(dir, () => openAccounts({ directory: dir, nowMs: Date.now }).users.remove('anna'))
 */
export const asOwnerOf = async <Result>(
  dir: string,
  work: () => Result | Promise<Result>,
): Promise<Result> => {
  const { uid, gid } = lstatSync(dir)
  const { geteuid, getegid, getgroups, setgroups, setegid, seteuid } = process
  if (geteuid?.() !== 0 || uid === 0 || !getegid || !getgroups || !setgroups || !setegid || !seteuid)
    return work()
  const [ownGid, ownGroups] = [getegid(), getgroups()]
  setgroups([])
  setegid(gid)
  seteuid(uid)
  try {
    return await work()
  } finally {
    seteuid(0)
    setegid(ownGid)
    setgroups(ownGroups)
  }
}
