/** A line of a log as it came. */
export interface RawLine {
  /** When it was written: RFC 3339 with nanoseconds, so that texts compare as times do. Empty when it had none. */
  readonly at: string
  /** Without its end. May have escape sequences in it. */
  readonly text: string
}

/** Makes lines of the bytes of one log, which come in pieces. */
export interface LineReader {
  /** @returns the lines that are complete with these bytes */
  read(bytes: Uint8Array): RawLine[]
  /** @returns the last line, when it had no end */
  end(): RawLine[]
}

/** `2026-11-27T16:27:04.123456789Z `, as Docker begins lines when it is asked for times. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9})Z ?/
const STAMP_LENGTH = '2026-11-27T16:27:04.123456789'.length

/** A copy of a text. What `slice` returns may keep in memory all of the text of which it is a part. */
const copyOf = (text: string) => ` ${text}`.slice(1)

/** @param longest the most characters of a line; the rest of it is left out, and its end tells so */
export function createLineReader(longest: number): LineReader {
  const decoder = new TextDecoder()
  let begun = ''
  let cut = 0
  let last = ''

  const lineOf = (whole: string): RawLine => {
    const at = stamp.exec(whole)
    const bare = at ? whole.slice(at[0].length) : whole
    if (at?.[1]) last = copyOf(at[1].padEnd(STAMP_LENGTH, '0'))
    const text = bare.endsWith('\r') ? bare.slice(0, -1) : bare
    const left = text.length - longest + cut
    return { at: last, text: left > 0 ? `${text.slice(0, longest)} … ${left} more characters` : text }
  }

  return {
    read(bytes) {
      const parts = decoder.decode(bytes, { stream: true }).split('\n')
      const lines: RawLine[] = []
      for (const [at, part] of parts.entries()) {
        // What is beyond the longest line is only counted, so that a line without an end holds no memory.
        const room = Math.max(0, longest + STAMP_LENGTH + 2 - begun.length)
        begun += copyOf(part.slice(0, room))
        cut += Math.max(0, part.length - room)
        if (at === parts.length - 1) break
        lines.push(lineOf(begun))
        begun = ''
        cut = 0
      }
      return lines
    },
    end() {
      const rest = begun + decoder.decode()
      begun = ''
      return rest === '' ? [] : [lineOf(rest)]
    },
  }
}
