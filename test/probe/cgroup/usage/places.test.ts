import { expect, test } from 'vitest'
import { cgroupMounts } from '../../../../src/probe/cgroup/mount.ts'
import { type CgroupPlaces, cgroupPlaces, type NoPlaces } from '../../../../src/probe/cgroup/usage/places.ts'
import { ID, OTHER, systemdV1Mounts, v1Membership, v1Mounts, v2Mounts } from './recorded.ts'

const systemdV1Membership = (path: string): string =>
  `6:cpu,cpuacct:${path}\n4:memory:${path}\n3:blkio:${path}\n1:name=systemd:${path}\n0::/system.slice/containerd.service\n`

const v1Places = (below: string, root = '/sys/fs/cgroup'): Record<string, string[]> => ({
  cpu: [`1 ${root}/cpuacct${below}`],
  memory: [`1 ${root}/memory${below}`],
  block: [`1 ${root}/blkio${below}`],
})
const v2Places = (directory: string): Record<string, string[]> => ({
  cpu: [`2 ${directory}`],
  memory: [`2 ${directory}`],
  block: [`2 ${directory}`],
})

const brief = (places: CgroupPlaces | NoPlaces): unknown =>
  typeof places === 'string'
    ? places
    : Object.fromEntries(
        Object.entries(places).map(([kind, list]) => [
          kind,
          list.map(({ version, directory }) => `${version} ${directory}`),
        ]),
      )

test.each<[string, string, string, unknown]>([
  ['v1, cgroupfs', v1Membership(`/docker/${ID}`), v1Mounts(), v1Places(`/docker/${ID}`)],
  [
    'v1, systemd, controllers together',
    systemdV1Membership(`/system.slice/docker-${ID}.scope`),
    systemdV1Mounts,
    {
      cpu: [`1 /sys/fs/cgroup/cpu,cpuacct/system.slice/docker-${ID}.scope`],
      memory: [`1 /sys/fs/cgroup/memory/system.slice/docker-${ID}.scope`],
      block: [`1 /sys/fs/cgroup/blkio/system.slice/docker-${ID}.scope`],
    },
  ],
  [
    'hybrid: v1 counts, v2 is the second choice',
    v1Membership(`/docker/${ID}`, `/docker/${ID}`),
    v1Mounts('/', true),
    {
      cpu: [`1 /sys/fs/cgroup/cpuacct/docker/${ID}`, `2 /sys/fs/cgroup/unified/docker/${ID}`],
      memory: [`1 /sys/fs/cgroup/memory/docker/${ID}`, `2 /sys/fs/cgroup/unified/docker/${ID}`],
      block: [`1 /sys/fs/cgroup/blkio/docker/${ID}`, `2 /sys/fs/cgroup/unified/docker/${ID}`],
    },
  ],
  [
    'hybrid, Docker uses v2 without controllers: never the root of v1, which is the whole machine',
    v1Membership('/', `/docker/${ID}`),
    v1Mounts('/', true),
    v2Places(`/sys/fs/cgroup/unified/docker/${ID}`),
  ],
  ['v2, cgroupfs', `0::/docker/${ID}\n`, v2Mounts(), v2Places(`/sys/fs/cgroup/docker/${ID}`)],
  [
    'v2, systemd',
    `0::/system.slice/docker-${ID}.scope\n`,
    v2Mounts(),
    v2Places(`/sys/fs/cgroup/system.slice/docker-${ID}.scope`),
  ],
  [
    'v2, rootless',
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope\n`,
    v2Mounts(),
    v2Places(`/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`),
  ],
  [
    'systemd in the container: all of it, not its init alone',
    `0::/system.slice/docker-${ID}.scope/init.scope\n`,
    v2Mounts(),
    v2Places(`/sys/fs/cgroup/system.slice/docker-${ID}.scope`),
  ],
  [
    'a container in the container: the inner one',
    `0::/docker/${OTHER}/docker/${ID}\n`,
    v2Mounts(),
    v2Places(`/sys/fs/cgroup/docker/${OTHER}/docker/${ID}`),
  ],
  [
    'a Docker in the container: the outer one with all in it',
    `0::/docker/${ID}/docker/${OTHER}\n`,
    v2Mounts(),
    v2Places(`/sys/fs/cgroup/docker/${ID}`),
  ],
  [
    'the probe in a container with the cgroup namespace of the host, v2',
    `0::/docker/${ID}\n`,
    v2Mounts('/', '/sys/fs/cgroup'),
    v2Places(`/sys/fs/cgroup/docker/${ID}`),
  ],
  [
    'the same on v1, where it has only its own cgroups',
    v1Membership(`/docker/${ID}`),
    v1Mounts(`/docker/${OTHER}`),
    'unreachable',
  ],
  ['the probe’s own container', v1Membership(`/docker/${ID}`), v1Mounts(`/docker/${ID}`), v1Places('')],
  [
    'the probe in a container with a Docker of its own',
    v1Membership(`/docker/${OTHER}/docker/${ID}`),
    v1Mounts(`/docker/${OTHER}`),
    v1Places(`/docker/${ID}`),
  ],
  ['the probe in a cgroup namespace of its own', `0::/../${ID}\n`, v2Mounts(), 'unreachable'],
  [
    'the same, with the cgroups of its parent mounted',
    `0::/../${ID}\n`,
    v2Mounts('/..', '/host'),
    v2Places(`/host/${ID}`),
  ],
  ['nothing mounted', `0::/docker/${ID}\n`, '', 'unreachable'],
  ['no cgroup of its own', '0::/user.slice/user-1000.slice/session-3.scope\n', v2Mounts(), 'unnamed'],
  ['another container, that has its pid now', `0::/docker/${OTHER}\n`, v2Mounts(), 'unnamed'],
  ['ended while it was read', '', v2Mounts(), 'unnamed'],
  [
    'mounted twice',
    `0::/docker/${ID}\n`,
    v2Mounts('/docker', '/a') + v2Mounts(),
    {
      cpu: [`2 /a/${ID}`, `2 /sys/fs/cgroup/docker/${ID}`],
      memory: [`2 /a/${ID}`, `2 /sys/fs/cgroup/docker/${ID}`],
      block: [`2 /a/${ID}`, `2 /sys/fs/cgroup/docker/${ID}`],
    },
  ],
  [
    'v1 without the memory controller',
    v1Membership(`/docker/${ID}`).replace(/.*:memory:.*\n/, ''),
    v1Mounts(),
    { ...v1Places(`/docker/${ID}`), memory: [] },
  ],
])('%s', (_, membership, mountinfo, expected) => {
  expect(brief(cgroupPlaces(membership, ID, cgroupMounts(mountinfo)))).toEqual(expected)
})
