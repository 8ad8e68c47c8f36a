import { expect, test } from 'vitest'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'
import { ownContainer, ownContainerApart } from '../../../src/probe/cgroup/own-container.ts'

const A = 'a1'.repeat(32)
const line = (root: string, mountPoint: string) =>
  `612 598 254:0 ${root} ${mountPoint} rw,relatime - ext4 /dev/vda rw`
const inside = [
  '598 577 0:61 / / ro,relatime - overlay overlay ro',
  line(`/var/lib/docker/containers/${A}/hostname`, '/etc/hostname'),
].join('\n')

test.each<[string, string, string | undefined]>([
  ['Docker', inside, A],
  ['Docker elsewhere', line(`/data/containers/${A}/hosts`, '/etc/hosts'), A],
  [
    'a container that sees those of another',
    line(`/var/lib/docker/containers/${A}/hostname`, '/mnt/hostname'),
    undefined,
  ],
  ['podman', line('/run/containers/storage/overlay-containers/abc/userdata/hosts', '/etc/hosts'), undefined],
  ['the machine', '1 0 254:0 / / rw - ext4 /dev/vda rw', undefined],
  ['nothing', '', undefined],
])('the own container in mounts of %s', (_, mountinfo, id) => {
  expect(ownContainer(mountinfo)).toBe(id)
})

test.each<[string, string, string, string | undefined]>([
  ['counts in a cgroup namespace of its own', '0::/\n', '0::/../../init.scope\n', A],
  ['counts there with v1', '2:pids:/\n1:name=systemd:/\n', '2:pids:/../..\n1:name=systemd:/../..\n', A],
  ['is found by its cgroup in that of the host', `0::/docker/${A}\n`, '0::/init.scope\n', undefined],
  ['is all that there is, where its first process is the first', '0::/\n', '0::/\n', undefined],
  ['is not known of where nothing can be read', '', '', undefined],
])('the own container %s', (_, self, first, id) => {
  expect(ownContainerApart(inside, parseMembership(self), parseMembership(first))).toBe(id)
})
