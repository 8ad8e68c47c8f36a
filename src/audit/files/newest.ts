import type { AuditEntry } from '../../api/types.ts'
import { parseLine } from '../line.ts'
import { MAX_LINE_BYTES } from '../shorten.ts'
import { type LogFile, openFiles, readPart, splitLines } from './log-files.ts'

/**
 * The newest entries of an audit log, newest first. Lines that are none are passed over; {@link verifyChain} tells of them.
 *
 * @throws file system errors as they are
 */
export const newestEntries = (path: string, limit: number): AuditEntry[] => {
  const entries: AuditEntry[] = []
  for (const file of openFiles(path)) {
    for (const line of lastLines(file, limit - entries.length)) {
      const entry = parseLine(line)?.entry
      if (entry !== undefined) entries.push(entry)
    }
    if (entries.length >= limit) break
  }
  return entries
}

/** The last lines of a file, newest first, as far as they are in the part of it that `count` lines can take. */
const lastLines = ({ fd, sizeBytes }: LogFile, count: number): Buffer[] => {
  const lengthBytes = Math.min(sizeBytes, (count + 1) * MAX_LINE_BYTES)
  const { lines } = splitLines(readPart(fd, sizeBytes - lengthBytes, lengthBytes))
  return lines.slice(-count).reverse()
}
