import { type ChainEnd, emptyChain, hashOf, parseLine } from '../line.ts'
import { type LogFile, openFiles, readPart, splitLines } from './log-files.ts'

/** How an audit log ends. */
export interface LogEnd {
  readonly end: ChainEnd
  /** What stands behind the last line end of the newest file; empty unless a line was not written as a whole. */
  readonly torn: Buffer
}

/** Many lines; more is read only of a file that is damaged. */
const TAIL_BYTES = 64 * 1024

/**
 * Looks where a chain is to go on.
 *
 * @param path of the newest file
 * @throws file system errors as they are
 */
export const lastOf = (path: string): LogEnd => {
  let torn: Buffer = Buffer.alloc(0)
  for (const file of openFiles(path)) {
    const { lines, rest } = tailOf(file)
    if (file.path === path) torn = rest
    const last = lines.at(-1)
    if (last !== undefined) return { end: { number: numberOfLast(lines), hash: hashOf(last) }, torn }
  }
  return { end: emptyChain, torn }
}

const tailOf = ({ fd, sizeBytes }: LogFile): ReturnType<typeof splitLines> => {
  const tail = splitLines(readPart(fd, Math.max(0, sizeBytes - TAIL_BYTES), Math.min(sizeBytes, TAIL_BYTES)))
  // One "line" longer than that is none of ours, but must be seen as a whole.
  return tail.lines.length > 0 || sizeBytes <= TAIL_BYTES ? tail : splitLines(readPart(fd, 0, sizeBytes))
}

/** Lines that cannot be read count on from the last that can. */
const numberOfLast = (lines: readonly Buffer[]): number => {
  for (const [age, line] of [...lines].reverse().entries()) {
    const parsed = parseLine(line)
    if (parsed !== undefined) return parsed.number + age
  }
  return lines.length
}
