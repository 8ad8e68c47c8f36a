import { harmless } from '../../terminal/harmless.ts'
import type { SourcedLine } from './merge.ts'

/** How lines are shown. */
export interface PrintOptions {
  /** What the sources are called; one line of output is marked with it when there are several. */
  readonly names: readonly string[]
  readonly timestamps: boolean
  /** Whether the output is a terminal, where control characters are made harmless. */
  readonly isTTY: boolean
  readonly colours: boolean
}

/** Cyan, yellow, green, magenta, blue, and the bright ones of these: readable on dark and on light. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94]

const NEWLINE = Buffer.from('\n')

/**
 * Makes the function that shows a line.
 *
 * @returns the bytes to write; what is no terminal gets those of the log as they are
 */
export const createPrinter = (options: PrintOptions): ((line: SourcedLine) => Buffer) => {
  const { names, timestamps, isTTY, colours } = options
  const width = Math.max(0, ...names.map((name) => name.length))
  const prefixes = names.map((name, index) => {
    if (names.length < 2) return ''
    const text = `[${name}]`.padEnd(width + 2)
    return colours ? `\x1b[${COLOURS[index % COLOURS.length]}m${text}\x1b[m ` : `${text} `
  })
  return ({ source, time, bytes }) => {
    const before = `${prefixes[source] ?? ''}${timestamps && time !== '' ? `${time} ` : ''}`
    if (!isTTY) return Buffer.concat([Buffer.from(before), bytes, NEWLINE])
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    return Buffer.from(`${before}${harmless(text, colours ? 'keep' : 'remove')}\n`)
  }
}

/** A line as JSON, for scripts. */
export const jsonLine = (
  { source, time, lane, bytes }: SourcedLine,
  containers: readonly { readonly id: string; readonly label: string }[],
): string => {
  const { id, label } = containers[source] ?? { id: '', label: '' }
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  return `${JSON.stringify({ time, id, label, stream: lane === 'err' ? 'stderr' : 'stdout', line })}\n`
}
