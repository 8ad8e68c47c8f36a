import type { AuditEntry } from '../../api/types.ts'
import type { Verification } from '../../audit/files/verify.ts'
import { oneLine } from '../../log/log.ts'
import { durationText } from '../status/times.ts'

/** A longer value moves the columns behind it. */
const MAX_COLUMN = 24

/** Entries as lines of columns, the newest last. @param newest newest first */
export function describeEntries(newest: readonly AuditEntry[], path: string): string {
  if (newest.length === 0) return `no entries in ${path}`
  const rows = newest.map(columnsOf).reverse()
  const widths = rows.reduce(
    (so, row) => so.map((width, i) => Math.min(MAX_COLUMN, Math.max(width, row[i]?.length ?? 0))),
    [0, 0, 0, 0],
  )
  return rows
    .map((row) => row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function columnsOf(entry: AuditEntry): string[] {
  const { at, who, from, action, target, result, reason, durationMs, count } = entry
  const what = target === undefined ? action : `${action} ${target}`
  const times = count === undefined ? '' : ` (${count} times)`
  const lasted = durationMs === undefined ? '' : ` (after ${durationText(durationMs)})`
  const how = reason === undefined ? result : `${result}: ${reason}`
  // What others sent may hold characters that control the terminal.
  return [at, who || '-', from || '-', what, `${how}${lasted}${times}`].map(oneLine)
}

/** What was found when the chain was verified, in sentences. */
export function describeVerification(found: Verification, path: string): string {
  const { entries, firstNumber, end, breaks, breakCount, told, tornBytes } = found
  if (firstNumber === undefined || end === undefined)
    return entries === 0 ? `no entries in ${path}` : `${path} holds ${entries} lines, and none is an entry`
  const lines =
    breakCount === 0
      ? [`all ${entries} entries are whole: ${path}, number ${firstNumber} to ${end.number}`]
      : [
          `the chain of ${entries} entries is broken at ${breakCount} ${breakCount === 1 ? 'place' : 'places'}: ${path}`,
          ...breaks.map(({ file, line, what }) => `  ${file} line ${line}: ${what}`),
          ...(breakCount > breaks.length ? ['  …'] : []),
        ]
  if (firstNumber > 1)
    lines.push(
      `number 1 to ${firstNumber - 1} are not there: the oldest file is deleted when another is begun`,
    )
  if (tornBytes > 0)
    lines.push(
      `the last line is incomplete (${tornBytes} bytes): it is being written, or was when the machine stopped`,
    )
  if (told.length > 0) {
    lines.push('the log itself tells:')
    lines.push(...told.map(({ at, reason = '', action }) => `  ${at} ${action}: ${oneLine(reason)}`))
  }
  lines.push(
    `SHA-256 of the last: ${end.hash}`,
    'keep it elsewhere: as long as it is the "previous" of a line, or that of the last, nothing up to there was changed',
  )
  return lines.join('\n')
}
