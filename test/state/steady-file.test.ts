import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { blankSteadyFile, writeSteadyFile } from '../../src/state/steady-file.ts'

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

it('keeps its room when it is made blank', () => {
  const path = join(directory, 'file')
  blankSteadyFile(path)
  expect(existsSync(path)).toBe(false)
  writeSteadyFile(path, '{"a":1}', 100)
  const { ino } = statSync(path)
  blankSteadyFile(path)
  expect(statSync(path)).toMatchObject({ ino, size: 100 })
  expect(readFileSync(path, 'utf8').trim()).toBe('')
})

it('is deleted in place of being made blank where it is no file of its own', () => {
  const [path, other] = [join(directory, 'file'), join(directory, 'other')]
  writeFileSync(other, 'theirs')
  symlinkSync(other, path)
  blankSteadyFile(path)
  expect(lstatSync(path, { throwIfNoEntry: false })).toBeUndefined()
  expect(readFileSync(other, 'utf8')).toBe('theirs')
})
