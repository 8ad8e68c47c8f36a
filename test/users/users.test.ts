import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PasswdEntry, parsePasswd } from '../../src/users/passwd.ts'
import { createUsers } from '../../src/users/users.ts'

test.each<[string, PasswdEntry[]]>([
  [
    'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1001::/home/ann:/bin/sh\n',
    [
      { name: 'root', uid: 0, gid: 0 },
      { name: 'ann', uid: 1000, gid: 1001 },
    ],
  ],
  [
    '# a comment\n\n:x:1:1\n+::::::\nbad:x:-1:0\nlong:x:99999999999:0\nnone:x:4294967295:0\ngroupless:x:7\n',
    [],
  ],
  ['last:x:4294967294:4294967294', [{ name: 'last', uid: 4_294_967_294, gid: 4_294_967_294 }]],
])('%j', (text, users) => {
  expect(parsePasswd(text)).toEqual(users)
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scope-users-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (text: string): string => {
  const etc = join(root, '1/root/etc')
  mkdirSync(etc, { recursive: true })
  const path = join(etc, 'passwd')
  writeFileSync(path, text)
  return path
}

test('names are those of the root of pid 1, read again when the file has changed', () => {
  const passwd = write('ann:x:1000:1000::/:/bin/sh\n')
  let nowMs = 0
  const users = createUsers(root, () => nowMs)
  expect(users.nameOf(1000)).toBe('ann')
  expect(users.nameOf(4711)).toBeUndefined()
  write('bob:x:1000:1000::/:/bin/sh\n')
  utimesSync(passwd, 1, 1)
  expect(users.nameOf(1000)).toBe('ann')
  nowMs = 60_000
  expect(users.nameOf(1000)).toBe('bob')
  expect(users.byName('ann')).toBeUndefined()
})

test('of two users with one id, or with one name, the first counts', () => {
  write('root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nann:x:5:6::/:/bin/sh\nann:x:7:8::/:/bin/sh\n')
  const users = createUsers(root, () => 0)
  expect(users.nameOf(0)).toBe('root')
  expect(users.byName('toor')).toEqual({ name: 'toor', uid: 0, gid: 0 })
  expect(users.byName('ann')).toEqual({ name: 'ann', uid: 5, gid: 6 })
  expect(users.nameOf(7)).toBe('ann')
})

test('without a file of pid 1, it is the own one', () => {
  expect(createUsers(root, () => 0).nameOf(0)).toBe('root')
})
