import { readFileSync } from 'node:fs'
import { errorCode } from '../../../log/error-code.ts'

const ALL_UIDS = 0xffff_ffff

/**
 * The user id that stands for every user whom this user namespace has no id for.
 *
 * @param uidMap content of `/proc/self/uid_map`: lines of first id inside, first id outside, count
 * @param overflowUid content of `/proc/sys/kernel/overflowuid`
 * @returns undefined when the namespace has an id for every user, as that of the host has
 */
export const parseOverflowUid = (uidMap: string, overflowUid: string): number | undefined => {
  const counts = uidMap
    .trim()
    .split('\n')
    .map((line) => Number(line.trim().split(/\s+/)[2] ?? 0))
  return counts.reduce((sum, count) => sum + count, 0) >= ALL_UIDS ? undefined : Number(overflowUid)
}

/** {@link parseOverflowUid} of this process. */
export const readOverflowUid = (procRoot: string): number | undefined => {
  try {
    return parseOverflowUid(
      readFileSync(`${procRoot}/self/uid_map`, 'utf8'),
      readFileSync(`${procRoot}/sys/kernel/overflowuid`, 'utf8'),
    )
  } catch (error) {
    // A kernel without user namespaces.
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
