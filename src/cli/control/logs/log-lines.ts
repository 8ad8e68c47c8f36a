import type { Chunk } from '../../../channel/stream.ts'

/** A line of a log. */
export interface LogLine {
  /** When it was written, as Docker tells it: RFC 3339 with nanoseconds. Empty when it was not told. */
  readonly time: string
  /** {@link time} in a form that sorts. */
  readonly sortKey: string
  readonly lane: 'out' | 'err'
  /** Without time and line end. */
  readonly bytes: Uint8Array
}

const NEWLINE = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
/** Longer lines are told in parts, so that a log without line ends does not fill the memory. */
const LONGEST_BYTES = 1024 * 1024
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

/**
 * The lines of a log that is sent with times.
 *
 * @param chunks output of a container, of which each line begins with its time and a space
 */
export async function* logLines(chunks: AsyncIterable<Chunk>): AsyncGenerator<readonly LogLine[]> {
  const begun = { out: createSplitter('out'), err: createSplitter('err') }
  for await (const { lane, bytes } of chunks) {
    if (lane !== 'out' && lane !== 'err') continue
    const lines = begun[lane].take(bytes)
    if (lines.length > 0) yield lines
  }
  const last = [...begun.out.end(), ...begun.err.end()].sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1))
  if (last.length > 0) yield last
}

const createSplitter = (lane: LogLine['lane']) => {
  let parts: Uint8Array[] = []
  let sizeBytes = 0
  let before = { time: '', sortKey: '' }

  const finish = (): LogLine => {
    const line = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
    parts = []
    sizeBytes = 0
    const made = lineOf(line, lane, before)
    before = made
    return made
  }

  return {
    take(bytes: Uint8Array): LogLine[] {
      const lines: LogLine[] = []
      let from = 0
      while (from < bytes.length) {
        const end = bytes.indexOf(NEWLINE, from)
        const part = bytes.subarray(from, end < 0 ? bytes.length : end)
        parts.push(part)
        sizeBytes += part.length
        if (end >= 0 || sizeBytes > LONGEST_BYTES) lines.push(finish())
        from = end < 0 ? bytes.length : end + 1
      }
      return lines
    },
    end: (): LogLine[] => (sizeBytes > 0 ? [finish()] : []),
  }
}

const lineOf = (
  line: Uint8Array,
  lane: LogLine['lane'],
  before: Pick<LogLine, 'time' | 'sortKey'>,
): LogLine => {
  // Terminals end lines with both.
  const whole = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line
  const space = whole.indexOf(SPACE)
  const first = Buffer.from(whole.buffer, whole.byteOffset, Math.min(whole.length, 40)).toString('latin1')
  const time = first.slice(0, space < 0 ? whole.length : space)
  const sortKey = sortKeyOf(time)
  // The rest of a line that Docker has cut has no time of its own.
  if (sortKey === undefined) return { ...before, lane, bytes: whole }
  return { time, sortKey, lane, bytes: whole.subarray(space < 0 ? whole.length : space + 1) }
}

/** A time in UTC with nine digits behind the second; undefined when it is none. */
export const sortKeyOf = (time: string): string | undefined => {
  const [, seconds, fraction = '', zone] = TIME.exec(time) ?? []
  if (seconds === undefined) return undefined
  const moment = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, 19)
  return `${moment}.${fraction.padEnd(9, '0')}`
}
