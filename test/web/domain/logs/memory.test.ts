import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { createLineReader } from '../../../../web/domain/logs/line-reader.ts'
import { createLogBook } from '../../../../web/domain/logs/log-book.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const LINES = 500
const LONGEST = 4_000
const FRAME_BYTES = 32_768

const stampOf = (line: number) => `2026-11-27T16:27:04.${String(line).padStart(9, '0')}Z `

/** Reads lines that come in full frames, and keeps them as the page does. */
const heldBytes = (textOf: (line: number) => string): { readonly bytes: number; readonly shown: number } => {
  const reader = createLineReader(LONGEST)
  const book = createLogBook(LINES)
  const encoder = new TextEncoder()
  let waiting = Buffer.alloc(0)
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let line = 0; line < LINES; line++) {
    waiting = Buffer.concat([waiting, encoder.encode(`${stampOf(line)}${textOf(line)}\n`)])
    while (waiting.length >= FRAME_BYTES) {
      book.add('a', false, reader.read(waiting.subarray(0, FRAME_BYTES)))
      waiting = waiting.subarray(FRAME_BYTES)
    }
  }
  book.add('a', false, reader.read(waiting))
  waiting = Buffer.alloc(0)
  collectGarbage()
  const bytes = process.memoryUsage().heapUsed - before
  const lines = book.lines()
  expect(lines).toHaveLength(LINES)
  return { bytes, shown: lines.reduce((sum, { at, text }) => sum + at.length + text.length, 0) }
}

it.each([
  ['of which all are too long', (line: number) => `${line} `.padEnd(60_000, 'x')],
  [
    'of which every second one is too long',
    (line: number) => `${line} `.padEnd(line % 2 === 0 ? 60_000 : 40, 'x'),
  ],
  [
    'of which every second one is too long, and which have characters that are no Latin ones',
    (line: number) => `${line} ✓ `.padEnd(line % 2 === 0 ? 60_000 : 40, 'x'),
  ],
])('lines %s hold little more than the text that is shown of them', (_, textOf) => {
  const { bytes, shown } = heldBytes(textOf)
  // A text that has "…" takes two bytes for each character. Each line is an object besides.
  expect(bytes).toBeLessThan(1.1 * 2 * shown + 300 * LINES)
})
