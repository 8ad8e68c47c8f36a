import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lastLines } from '../../../src/cli/parts/log-tail.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-log-tail-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const log = (text: string): string => {
  const path = join(dir, 'app.log')
  writeFileSync(path, text)
  return path
}

it.each([
  ['the last ones', 'a\nb\nc\n', 2, 0, ['b', 'c']],
  ['one without its end', 'a\nb', 1, 0, ['b']],
  ['none before an offset', 'a\nb\nc\n', 9, 4, ['c']],
  ['none when nothing came after it', 'a\nb\n', 1, 4, []],
  ['of a log that was begun anew since the offset', 'a\nb\n', 1, 1000, ['b']],
])('tells %s', (_, text, count, from, lines) => {
  expect(lastLines(log(text), count, from)).toEqual(lines)
})

it('tells nothing where there is no log', () => {
  expect(lastLines(join(dir, 'app.log'), 1)).toEqual([])
})
