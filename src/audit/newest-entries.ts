import { readFileSync } from 'node:fs'
import type { AuditEntry } from '../api/types.ts'
import { errorCode } from '../log/error-code.ts'
import { parseLine } from './line.ts'

/** The newest complete lines of an audit log, newest first, without their ends. */
export const newestLines = (path: string, limit: number): string[] => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
  return text.split('\n').slice(0, -1).slice(-limit).reverse()
}

/** The newest entries of an audit log, newest first. */
export const newestEntries = (path: string, limit: number): AuditEntry[] =>
  newestLines(path, limit).flatMap((line) => parseLine(line)?.entry ?? [])
