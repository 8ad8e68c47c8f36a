import { expect, test } from 'vitest'
import { containerIdIn, ownId } from '../../../src/app/weave/own-id.ts'

const id = '1f'.repeat(32)
const mount = (root: string, place: string) =>
  `812 790 8:1 ${root} ${place} rw,relatime - ext4 /dev/sda1 rw,discard\n`

test.each([
  [mount(`/var/lib/docker/containers/${id}/resolv.conf`, '/etc/resolv.conf'), id],
  [mount(`/data/docker/containers/${id}/hostname`, '/etc/hostname'), id],
  [mount('/', '/') + mount(`/containers/${id}/hosts`, '/etc/hosts'), id],
  [mount(`/var/lib/docker/containers/${id}/log`, '/var/log/x'), undefined],
  // On the host, containers are mounts of others.
  [
    mount(`/var/lib/docker/containers/${id}/mounts/shm`, `/var/lib/docker/containers/${id}/mounts/shm`),
    undefined,
  ],
  [mount(`/var/lib/docker/containers/${id.slice(1)}/hosts`, '/etc/hosts'), undefined],
  ['', undefined],
])('%j', (mountinfo, expected) => {
  expect(containerIdIn(mountinfo)).toBe(expected)
  expect(ownId(4040, mountinfo)).toBe(expected ?? 'scope:4040')
})
