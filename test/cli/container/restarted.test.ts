import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isRestarted } from '../../../src/cli/container/restarted.ts'

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-restarted-'))
})
afterEach(() => rmSync(stateDir, { recursive: true }))

it('knows the last container by its id, whatever that can write to', () => {
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)]
  const nowhere = join(stateDir, 'none/mark')
  const seen = [one, one, other, other, one].map((id) => isRestarted(stateDir, id, nowhere))
  expect(seen).toEqual([false, true, false, true, false])
  expect(statSync(join(stateDir, 'container.id')).mode & 0o777).toBe(0o600)
})

it('knows one without an id by a file within it', () => {
  const mark = join(stateDir, 'mark')
  expect([1, 2].map(() => isRestarted(stateDir, undefined, mark))).toEqual([false, true])
  rmSync(mark)
  expect(isRestarted(stateDir, undefined, mark)).toBe(false)
})
