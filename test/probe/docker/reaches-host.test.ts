import { expect, test } from 'vitest'
import { containerSchema } from '../../../src/probe/docker/daemon/messages.ts'
import { namespaceOwnerOf } from '../../../src/probe/docker/entities/addresses.ts'
import { containerNode } from '../../../src/probe/docker/entities/container-node.ts'
import { facts } from '../../../src/report/facts.ts'

const container = (HostConfig: object, Mounts: object[] = [], Id = 'a'.repeat(64)) =>
  containerSchema.parse({
    Id,
    Name: '/a',
    State: { Status: 'running', Running: true },
    Config: {},
    HostConfig,
    NetworkSettings: {},
    Mounts,
  })

const nodeOf = (message: ReturnType<typeof container>, pidOwner = message) =>
  containerNode(message, {
    hostId: 'here',
    image: undefined,
    networkOwner: message,
    pidOwner,
    sockets: ['/srv/docker/docker.sock'],
    isOnLan: false,
    oomKills: 0,
    redact: (argv) => argv.join(' '),
  })
const reasons = (HostConfig: object, Mounts: object[] = []) =>
  nodeOf(container(HostConfig, Mounts)).facts[facts.containerReachesHost]

const bind = (Source: string, RW = true) => ({ Type: 'bind', Source, Destination: '/x', RW })

test.each([
  ['nothing special', {}, undefined],
  ['privileged', { Privileged: true }, ['it is privileged']],
  ["the host's processes", { PidMode: 'host' }, ["it is in the host's pid namespace"]],
  [
    'capabilities',
    { CapAdd: ['CAP_SYS_ADMIN', 'NET_ADMIN', 'sys_module'] },
    ['it has the capability SYS_ADMIN', 'it has the capability SYS_MODULE'],
  ],
  ['all capabilities', { CapAdd: ['ALL'] }, ['it has the capability ALL']],
  ['harmless capabilities', { CapAdd: ['NET_ADMIN', 'SYS_NICE', 'SYS_PTRACE'] }, undefined],
  ["the host's network", { NetworkMode: 'host' }, undefined],
  [
    "power over the host's network",
    { NetworkMode: 'host', CapAdd: ['NET_ADMIN'] },
    ["it has the capability NET_ADMIN in the host's network"],
  ],
  ['a disk', { Devices: [{ PathOnHost: '/dev/sda1' }] }, ['it has the device /dev/sda1']],
  [
    'memory',
    { Devices: [{ PathOnHost: '/dev/mem' }, { PathOnHost: '/dev/nvme0n1' }] },
    ['it has the device /dev/mem', 'it has the device /dev/nvme0n1'],
  ],
  [
    'a harmless device',
    { Devices: [{ PathOnHost: '/dev/fuse' }, { PathOnHost: '/dev/dri/card0' }] },
    undefined,
  ],
  [
    'settings of the kernel that it can write',
    { ReadonlyPaths: [], MaskedPaths: [] },
    ['it can change settings of the kernel in /proc/sys'],
  ],
  ['settings of the kernel that it can only read', { ReadonlyPaths: ['/proc/bus', '/proc/sys'] }, undefined],
  ['all of that by being privileged', { Privileged: true, ReadonlyPaths: [] }, ['it is privileged']],
  ['all disks', { DeviceCgroupRules: ['b 8:* rwm', 'c 189:* rw'] }, ['it has the devices b 8:* rwm']],
])('a container with %s', (_, hostConfig, expected) => expect(reasons(hostConfig)).toEqual(expected))

test.each([
  [bind('/var/run/docker.sock', false), ['it mounts /var/run/docker.sock']],
  [bind('/run/docker.sock'), ['it mounts /run/docker.sock']],
  [bind('/srv/docker/docker.sock'), ['it mounts /srv/docker/docker.sock']],
  [bind('/srv/docker/', false), ['it mounts /srv/docker/, which has /srv/docker/docker.sock']],
  [bind('/var/run'), ['it mounts /var/run, which has /run/docker.sock']],
  [bind('/', false), ['it mounts /, which has /run/docker.sock']],
  [bind('/run/containerd'), ['it mounts /run/containerd, which has /run/containerd/containerd.sock']],
  [bind('/etc'), ['it can write to /etc of the host']],
  [bind('/etc', false), undefined],
  [bind('/etc/nginx'), undefined],
  [bind('/etc/cron.d'), ['it can write to /etc/cron.d of the host']],
  [bind('/etc/cron.daily'), ['it can write to /etc/cron.daily of the host']],
  [bind('/etc/profile.d/shop.sh'), ['it can write to /etc/profile.d/shop.sh of the host']],
  [bind('/usr/local/bin/tool'), ['it can write to /usr/local/bin/tool of the host']],
  [bind('/usr/local/bin/tool', false), undefined],
  [bind('/proc/sys'), ['it can write to /proc/sys of the host']],
  [bind('/home'), ['it can write to /home of the host']],
  [bind('/home/anna/shop'), undefined],
  [bind('/usr/share/nginx/html'), undefined],
  [bind('/var/lib/docker/containers'), ['it can write to /var/lib/docker/containers of the host']],
  [bind('/var/lib/docker/volumes/data/_data'), undefined],
  [bind('/var'), ['it can write to /var of the host']],
  [bind('/proc'), ['it can write to /proc of the host']],
  [bind('/usr', false), undefined],
  [bind('/srv/data'), undefined],
  [
    {
      Type: 'volume',
      Name: 'data',
      Source: '/var/lib/docker/volumes/data/_data',
      Destination: '/data',
      RW: true,
    },
    undefined,
  ],
  [{ Type: 'tmpfs', Source: '', Destination: '/', RW: true }, undefined],
])('a container with the mount %j', (mount, expected) => expect(reasons({}, [mount])).toEqual(expected))

test('a container in the pid namespace of one that is in that of the host is in it, too', () => {
  const [one, two] = ['1'.repeat(64), '2'.repeat(64)]
  const host = container({ PidMode: 'host' }, [], one)
  const guest = container({ PidMode: `container:${one}` }, [], two)
  const owner = namespaceOwnerOf(guest, 'PidMode', (reference) => (reference === one ? host : undefined))
  expect(nodeOf(guest, owner).facts).toMatchObject({
    [facts.containerPidMode]: 'host',
    [facts.containerReachesHost]: ["it is in the host's pid namespace"],
  })
  expect(nodeOf(container({})).facts).not.toHaveProperty(facts.containerPidMode)
})
