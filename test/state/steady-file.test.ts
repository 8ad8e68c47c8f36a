import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeSteadyFile } from '../../src/state/steady-file.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'scope-steady-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

it('keeps its size and its inode, whatever is written', () => {
  const path = join(directory, 'file')
  writeSteadyFile(path, '{"a":"much text"}', 100)
  const { ino, mode } = statSync(path)
  expect(mode & 0o777).toBe(0o600)
  writeSteadyFile(path, '{}', 100)
  expect(statSync(path)).toMatchObject({ ino, size: 100 })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({})
})

it('refuses a text that is too long, and what is no file of its own', () => {
  const path = join(directory, 'file')
  expect(() => writeSteadyFile(path, 'ä'.repeat(6), 10)).toThrow(RangeError)
  writeFileSync(join(directory, 'other'), 'theirs')
  symlinkSync(join(directory, 'other'), path)
  expect(() => writeSteadyFile(path, 'ours', 10)).toThrow()
  expect(readFileSync(join(directory, 'other'), 'utf8')).toBe('theirs')
})
