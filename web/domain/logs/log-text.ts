import type { LogLine } from './log-book.ts'

const two = (value: number) => String(value).padStart(2, '0')

/** Time of day of a line where the reader is: `17:27:04.123`. Empty when the line has no time. */
export function clockOf(at: string): string {
  if (at === '') return ''
  const time = new Date(`${at}Z`)
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${clock}.${at.slice(20, 23)}`
}

/** All that is known of a line's time: where the reader is, and as it was told. */
export function fullTimeOf(at: string): string {
  return at === '' ? 'without a time' : `${new Date(`${at}Z`).toLocaleString()} (${at}Z)`
}

/** Lines as a file: time, node when there are several, stream, text. @param labelOf names a node */
export function fileOf(
  lines: readonly LogLine[],
  labelOf: (source: string) => string,
  many: boolean,
): string {
  return lines
    .map(({ at, source, isError, plain }) =>
      [at && `${at}Z`, many && labelOf(source), isError ? 'stderr' : 'stdout', plain]
        .filter(Boolean)
        .join(' '),
    )
    .concat('')
    .join('\n')
}
