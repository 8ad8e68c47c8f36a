import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { identifyProcess, isAlive } from '../../../../src/cli/parts/processes/process-identity.ts'

it('knows a process from another that has its pid later', () => {
  const self = identifyProcess(process.pid)
  if (self === undefined) throw new Error('this process was not found')
  expect(isAlive(self)).toBe(true)
  expect(isAlive({ ...self, startTicks: self.startTicks - 1 })).toBe(false)
  expect(isAlive({ ...self, bootId: 'another' })).toBe(false)
})

it('sees that a process is gone', async () => {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid ?? 0)
  if (identity === undefined) throw new Error('the child was not found')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(identity)).toBe(false)
})

it.each([
  ['1 (a) b) (c) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 8 9', 777],
  ['1 (x) Z 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 8 9', undefined],
  ['', undefined],
])('reads %j', (stat, startTicks) => {
  const root = mkdtempSync(join(tmpdir(), 'scope-proc-'))
  mkdirSync(join(root, '1'))
  writeFileSync(join(root, '1/stat'), stat)
  expect(identifyProcess(1, root)?.startTicks).toBe(startTicks)
})
