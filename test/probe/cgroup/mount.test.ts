import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cgroup2Mount } from '../../../src/probe/cgroup/mount.ts'

const proc = '22 28 0:21 / /proc rw,nosuid - proc proc rw'
const tmpfs = '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755'

test.each([
  [
    'v2',
    [proc, '30 23 0:26 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate'],
    '/sys/fs/cgroup',
  ],
  [
    'hybrid',
    [tmpfs, '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw'],
    '/sys/fs/cgroup/unified',
  ],
  ['v1', [tmpfs, '32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu'], undefined],
  ['a blank in the path', ['9 1 0:2 / /mnt/my\\040cgroup rw - cgroup2 none rw'], '/mnt/my cgroup'],
  ['optional fields', ['9 1 0:2 / /c rw shared:1 master:2 - cgroup2 none rw'], '/c'],
  ['another system named like it', ['9 1 0:2 / /cgroup2 rw - tmpfs cgroup2 rw'], undefined],
  ['nothing', [], undefined],
])('%s', (_, lines, path) => {
  expect(cgroup2Mount([...lines, ''].join('\n'))).toBe(path)
})

test('of this machine', () => {
  const path = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
  if (path !== undefined) expect(existsSync(join(path, 'cgroup.controllers'))).toBe(true)
})
