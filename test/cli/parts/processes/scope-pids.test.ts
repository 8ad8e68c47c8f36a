import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withParents } from '../../../../src/cli/parts/processes/scope-pids.ts'

let procRoot: string
beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), 'scope-pids-'))
})
afterEach(() => rmSync(procRoot, { recursive: true }))

const process = (pid: number, ppid: number, argv: string[], cwd = '/'): void => {
  const dir = join(procRoot, String(pid))
  mkdirSync(dir)
  writeFileSync(join(dir, 'stat'), `${pid} (no) de) S ${ppid} ${pid} ${pid} 0 -1 0`)
  writeFileSync(join(dir, 'cmdline'), [...argv, ''].join('\0'))
  symlinkSync(cwd, join(dir, 'cwd'))
}

const programs = ['/opt/scope/src/main.ts']
const found = (...pids: number[]): number[] => withParents(pids, { procRoot, programs })

test.each<[string, string[], string, number[]]>([
  ['Scope by its path', ['node', '--title', '/opt/scope/src/main.ts', 'run'], '/', [7, 5]],
  ['Scope by a path from where it was started', ['node', 'src/main.ts', 'run'], '/opt/scope', [7, 5]],
  ['another checkout', ['node', 'src/main.ts', 'run'], '/opt/other', [7]],
  ['a shell', ['bash'], '/opt/scope', [7]],
])('a parent that is %s', (_what, argv, cwd, expected) => {
  process(5, 3, argv, cwd)
  process(7, 5, ['node', '/opt/scope/src/main.ts', 'probe'])
  expect(found(7)).toEqual(expected)
})

test('a parent of several is there once, and so is one that is known', () => {
  process(5, 1, ['node', '/opt/scope/src/main.ts', 'run'])
  process(7, 5, ['node', '/opt/scope/src/main.ts', 'probe'])
  process(8, 5, ['node', '/opt/scope/src/main.ts', 'app'])
  expect(found(7, 8)).toEqual([7, 8, 5])
  expect(found(7, 8, 5)).toEqual([7, 8, 5])
})

test('what has ended, or has no parent here, has none', () => {
  process(5, 0, ['node', '/opt/scope/src/main.ts', 'run'])
  process(7, 6, ['node', '/opt/scope/src/main.ts', 'probe'])
  expect(found(5, 7, 9)).toEqual([5, 7, 9])
})
