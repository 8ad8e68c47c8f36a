import { describe, expect, test } from 'vitest'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'

const A = 'a1'.repeat(32)
const B = 'b2'.repeat(32)
const v1 = (path: string, systemdPath = path) =>
  `12:pids:${path}\n3:cpu,cpuacct:${path}\n2:net_cls,net_prio:/\n1:name=systemd:${systemdPath}\n`

test.each<
  [string, string, { containerIds: string[]; systemdUnit?: string; systemdSlice?: string; named?: boolean }]
>([
  [
    'v2, host service',
    '0::/system.slice/nginx.service\n',
    { containerIds: [], systemdSlice: 'system.slice', systemdUnit: 'nginx.service' },
  ],
  [
    'v2, nested slices',
    '0::/a.slice/a-b.slice/job@7.service\n',
    { containerIds: [], systemdSlice: 'a-b.slice', systemdUnit: 'job@7.service' },
  ],
  [
    'v2, below a delegated service',
    '0::/system.slice/docker.service/worker\n',
    { containerIds: [], systemdSlice: 'system.slice', systemdUnit: 'docker.service' },
  ],
  [
    'v2, login session',
    '0::/user.slice/user-0.slice/session-3.scope\n',
    { containerIds: [], systemdSlice: 'user-0.slice', systemdUnit: 'session-3.scope' },
  ],
  [
    'v2, unit of a user',
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox-77.scope\n',
    { containerIds: [], systemdSlice: 'user-1000.slice', systemdUnit: 'app-gnome-firefox-77.scope' },
  ],
  [
    'v2, manager of a user',
    '0::/user.slice/user-1000.slice/user@1000.service/init.scope\n',
    { containerIds: [], systemdSlice: 'user-1000.slice', systemdUnit: 'user@1000.service' },
  ],
  ['v2, init', '0::/init.scope\n', { containerIds: [], systemdUnit: 'init.scope' }],
  ['v2, root', '0::/\n', { containerIds: [] }],
  ['v2, not of systemd', '0::/process_api/81d5a1b5219361b537c2d54c0edcc900\n', { containerIds: [] }],
  ['v2, Docker over cgroupfs', `0::/docker/${A}\n`, { containerIds: [A], named: true }],
  [
    'v2, Docker over systemd',
    `0::/system.slice/docker-${A}.scope\n`,
    { containerIds: [A], systemdSlice: 'system.slice', named: true },
  ],
  [
    'v2, Docker with a parent',
    `0::/ci.slice/${A}\n`,
    { containerIds: [A], systemdSlice: 'ci.slice', named: true },
  ],
  [
    'v2, systemd inside a container',
    `0::/system.slice/docker-${A}.scope/system.slice/cron.service\n`,
    { containerIds: [A], systemdSlice: 'system.slice', systemdUnit: 'cron.service', named: true },
  ],
  ['v2, Docker inside Docker', `0::/docker/${A}/docker/${B}\n`, { containerIds: [A, B], named: true }],
  [
    'v2, Kubernetes with containerd over systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1f_2.slice/cri-containerd-${A}.scope\n`,
    { containerIds: [A], systemdSlice: 'kubepods-burstable-pod1f_2.slice', named: true },
  ],
  [
    'v2, Kubernetes with CRI-O',
    `0::/kubepods.slice/kubepods-pod1f.slice/crio-${A}.scope/container\n`,
    { containerIds: [A], systemdSlice: 'kubepods-pod1f.slice', named: true },
  ],
  ['v1, Kubernetes over cgroupfs', v1(`/kubepods/besteffort/pod1f-2/${A}`), { containerIds: [A] }],
  [
    'v1, containerd given a systemd path without systemd',
    v1(`/system.slice/containerd.service/kubepods-burstable-pod1f.slice:cri-containerd:${A}`),
    { containerIds: [A], systemdSlice: 'system.slice' },
  ],
  [
    'podman',
    `0::/machine.slice/libpod-${A}.scope/container\n`,
    { containerIds: [A], systemdSlice: 'machine.slice', named: true },
  ],
  ['podman over cgroupfs', `0::/libpod_parent/libpod-${A}\n`, { containerIds: [A], named: true }],
  [
    'monitor of a podman container',
    `0::/machine.slice/libpod-conmon-${A}.scope\n`,
    { containerIds: [], systemdSlice: 'machine.slice', systemdUnit: `libpod-conmon-${A}.scope` },
  ],
  ['v1, Docker over cgroupfs', v1(`/docker/${A}`), { containerIds: [A] }],
  [
    'v1, Docker over systemd',
    v1(`/system.slice/docker-${A}.scope`),
    { containerIds: [A], systemdSlice: 'system.slice' },
  ],
  [
    'v1, host service',
    v1('/', '/system.slice/ssh.service'),
    { containerIds: [], systemdSlice: 'system.slice', systemdUnit: 'ssh.service' },
  ],
  ['hybrid, Docker in both', `${v1(`/docker/${A}`)}0::/docker/${A}\n`, { containerIds: [A], named: true }],
  ['hybrid, Docker in v1 only', `${v1(`/docker/${A}`)}0::/\n`, { containerIds: [A], named: false }],
  [
    'hybrid, Docker in v1 only, its v2 path a service',
    `${v1(`/docker/${A}`)}0::/system.slice/containerd.service\n`,
    { containerIds: [A], systemdSlice: 'system.slice', systemdUnit: 'containerd.service', named: false },
  ],
  [
    'a path with colons',
    '0::/system.slice/odd:name.service\n',
    { containerIds: [], systemdSlice: 'system.slice', systemdUnit: 'odd:name.service' },
  ],
  ['a removed cgroup', `0::/docker/${A} (deleted)\n`, { containerIds: [A], named: true }],
  ["outside of the reader's namespace", `0::/../../docker/${A}\n`, { containerIds: [A], named: true }],
  [
    "a service outside of the reader's namespace",
    '0::/../../system.slice/ssh.service\n',
    { containerIds: [], systemdSlice: 'system.slice', systemdUnit: 'ssh.service' },
  ],
  ['an id too short', `0::/docker/${A.slice(1)}\n`, { containerIds: [] }],
  ['nothing', '', { containerIds: [] }],
  ['no cgroup text', 'what\n::\n', { containerIds: [] }],
])('%s', (_, text, { named = false, ...expected }) => {
  const { unifiedPath: _path, isBelowReader: _below, ...membership } = parseMembership(text)
  expect(membership).toEqual({ ...expected, unifiedPathNamesContainer: named })
})

describe('the cgroup v2 path', () => {
  test('is absent on pure v1', () => {
    expect(parseMembership(v1('/x')).unifiedPath).toBeUndefined()
  })

  test('is there on hybrid and v2', () => {
    expect(parseMembership(`${v1('/x')}0::/y\n`).unifiedPath).toBe('/y')
  })
})
