import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUsers, parsePasswd } from '../../../src/probe/process/users.ts'

test.each<[string, [number, string][]]>([
  [
    'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\n',
    [
      [0, 'root'],
      [1000, 'ann'],
    ],
  ],
  ['a:x:5:5\nb:x:5:5\n', [[5, 'a']]],
  ['# a comment\n\n:x:1:1\n+::::::\nbad:x:-1:0\nlong:x:99999999999:0\n', []],
])('%j', (text, users) => {
  expect([...parsePasswd(text)]).toEqual(users)
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scope-users-'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('names are those of the root of pid 1, read again when the file has changed', () => {
  const etc = join(root, '1/root/etc')
  mkdirSync(etc, { recursive: true })
  const passwd = join(etc, 'passwd')
  writeFileSync(passwd, 'ann:x:1000:1000::/:/bin/sh\n')
  let nowMs = 0
  const users = createUsers(root, () => nowMs)
  expect(users.nameOf(1000)).toBe('ann')
  expect(users.nameOf(4711)).toBeUndefined()
  writeFileSync(passwd, 'bob:x:1000:1000::/:/bin/sh\n')
  utimesSync(passwd, 1, 1)
  expect(users.nameOf(1000)).toBe('ann')
  nowMs = 60_000
  expect(users.nameOf(1000)).toBe('bob')
})
