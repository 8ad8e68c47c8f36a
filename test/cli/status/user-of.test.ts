import { spawn } from 'node:child_process'
import { userInfo } from 'node:os'
import { expect, it } from 'vitest'
import { userOf } from '../../../src/cli/status/user-of.ts'
import { describeWith } from '../../support/machine/requirements.ts'

it('the user of a process is known by name', () => {
  expect(userOf(process.pid)).toBe(userInfo().username)
})

it('a process that is gone has none', () => {
  expect(userOf(undefined)).toBeUndefined()
  expect(userOf(2 ** 22 + 1)).toBeUndefined()
})

describeWith(['root'], 'a process of another user', () => {
  it.each([
    [2, 'bin'],
    [4_000_000, '4000000'],
  ])('%i is %s', (uid, name) => {
    const child = spawn('sleep', ['30'], { uid, gid: uid })
    try {
      expect(userOf(child.pid)).toBe(name)
    } finally {
      child.kill()
    }
  })
})
