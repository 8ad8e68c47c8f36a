import { mkdtempSync, openSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { boundedFile } from '../../src/log/bounded-file.ts'

function openLog() {
  const path = join(mkdtempSync(join(tmpdir(), 'scope-log-')), 'a.log')
  return { path, fd: openSync(path, 'a', 0o600) }
}

it('keeps the last lines within twice its bound, and loses none of those', () => {
  const { path, fd } = openLog()
  const write = boundedFile({ fd, path, maxBytes: 100 })
  for (let i = 0; i < 95; i++) write(`line ${String(i).padStart(4, '0')}\n`)
  const kept = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')
  const numbers = kept
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.slice(5)))
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 95 - numbers.length + i))
  expect(kept.length).toBeLessThanOrEqual(200)
  expect(numbers.length).toBeGreaterThanOrEqual(10)
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600)
})

it('goes on from the size that a file has', () => {
  const { path, fd } = openLog()
  boundedFile({ fd, path, maxBytes: 20 })('a first line\n')
  boundedFile({ fd, path, maxBytes: 20 })('a second line\n')
  expect(readFileSync(path, 'utf8')).toBe('a second line\n')
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('a first line\n')
})

it('survives a full disk', () => {
  const full = openSync('/dev/full', 'a')
  expect(() => boundedFile({ fd: full, path: '/dev/full', maxBytes: 100 })('lost\n')).not.toThrow()
})
