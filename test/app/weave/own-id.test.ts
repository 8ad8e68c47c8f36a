import { afterAll, beforeAll, expect, test } from 'vitest'
import { containerIdIn, ownId } from '../../../src/app/weave/own-id.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

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

describeWith(['docker'], 'in a container of Docker', () => {
  let docker: TestDocker
  beforeAll(async () => {
    docker = await openTestDocker()
  }, 60_000)
  afterAll(() => docker?.close())

  test.each([
    ['the network of the host', ['--network', 'host']],
    ['the network and the pids of the host', ['--network', 'host', '--pid', 'host']],
    ['a network of its own', []],
  ])('with %s, the id is that of the container', { timeout: 60_000 }, async (_, options) => {
    const id = await docker.run(`own-id-${options.length}`, options)
    const mountinfo = await docker.docker('exec', id, '/bin/busybox', 'cat', '/proc/self/mountinfo')
    expect(containerIdIn(mountinfo)).toBe(id)
  })
})
