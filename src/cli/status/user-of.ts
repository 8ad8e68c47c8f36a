import { readFileSync } from 'node:fs'
import { errorCode } from '../../log/error-code.ts'
import { createOwnUsers } from '../../users/users.ts'

/** The user that a process runs as: the name, else the id; undefined when there is no such process. */
export const userOf = (pid: number | undefined): string | undefined => {
  if (pid === undefined) return undefined
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
  // Of the real, effective, saved and file system user ids the effective one.
  const [, uid] = /^Uid:\s+\d+\s+(\d+)/m.exec(status) ?? []
  if (uid === undefined) return undefined
  return createOwnUsers(() => performance.now()).nameOf(Number(uid)) ?? uid
}
