/** The files of a container as different machines have them, apart from the id. */
export const ID = 'b5e68659603a3de9d0e881e5b8a09a7e91e7aafc16332039864a963a98d8aac9'
export const OTHER = 'c3'.repeat(32)

const V1_CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids']

/** `/proc/self/mountinfo` where each controller has a hierarchy of its own; `root` as in a container. */
export const v1Mounts = (root = '/', unified = false): string =>
  [
    '49 48 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
    ...V1_CONTROLLERS.map(
      (name, at) =>
        `${50 + at} 49 0:${29 + at} ${root} /sys/fs/cgroup/${name} rw,relatime - cgroup cgroup rw,${name}`,
    ),
    `58 49 0:37 ${root} /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd`,
    ...(unified ? [`59 49 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`] : []),
    '',
  ].join('\n')

/** `/proc/self/mountinfo` of a machine that systemd has booted with v1. */
export const systemdV1Mounts = [
  '25 20 0:22 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755',
  '27 25 0:24 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,xattr,release_agent=/lib/systemd/systemd-cgroups-agent,name=systemd',
  '33 25 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct',
  '34 25 0:31 / /sys/fs/cgroup/memory rw,nosuid shared:16 - cgroup cgroup rw,memory',
  '35 25 0:32 / /sys/fs/cgroup/blkio rw,nosuid shared:17 - cgroup cgroup rw,blkio',
  '',
].join('\n')

export const v2Mounts = (root = '/', path = '/sys/fs/cgroup'): string =>
  `30 23 0:26 ${root} ${path} rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n`

/** `/proc/PID/cgroup` where each controller has a hierarchy of its own. */
export const v1Membership = (path: string, unified?: string): string =>
  [
    `9:name=systemd:${path}`,
    ...V1_CONTROLLERS.toReversed().map((name, at) => `${8 - at}:${name}:${path}`),
    ...(unified === undefined ? [] : [`0::${unified}`]),
    '',
  ].join('\n')

export const v1 = {
  'cpuacct.usage': '52554177\n',
  'memory.usage_in_bytes': '2646016\n',
  'memory.stat': `cache 2048000
rss 110592
rss_huge 0
shmem 0
mapped_file 0
dirty 0
writeback 0
workingset_refault_anon 0
workingset_refault_file 0
swap 0
swapcached 0
pgpgin 1934
pgpgout 1815
pgfault 2035
pgmajfault 0
inactive_anon 102400
active_anon 8192
inactive_file 1024000
active_file 0
unevictable 0
hierarchical_memory_limit 67108864
hierarchical_memsw_limit 134217728
total_cache 2048000
total_rss 110592
total_inactive_anon 102400
total_active_anon 8192
total_inactive_file 2048000
total_active_file 0
total_unevictable 0
`,
  'blkio.throttle.io_service_bytes_recursive': `8:16 Read 4096
8:16 Write 8192
8:16 Sync 12288
8:16 Async 0
8:16 Discard 0
8:16 Total 12288
8:0 Read 1000
8:0 Write 0
8:0 Sync 1000
8:0 Async 0
8:0 Discard 0
8:0 Total 1000
Total 13288
`,
}

export const v2 = {
  'cpu.stat': `usage_usec 52554
user_usec 40123
system_usec 12431
nice_usec 0
core_sched.force_idle_usec 0
nr_periods 12
nr_throttled 3
throttled_usec 41234
nr_bursts 0
burst_usec 0
`,
  'memory.current': '2646016\n',
  'memory.stat': `anon 450560
file 2048000
kernel 147456
kernel_stack 16384
pagetables 40960
sec_pagetables 0
percpu 0
sock 0
vmalloc 0
shmem 0
file_mapped 0
file_dirty 0
file_writeback 0
swapcached 0
anon_thp 0
file_thp 0
shmem_thp 0
inactive_anon 442368
active_anon 8192
inactive_file 2000000
active_file 48000
unevictable 0
slab_reclaimable 32768
slab_unreclaimable 45056
slab 77824
workingset_refault_anon 0
workingset_refault_file 0
pgfault 2035
pgmajfault 0
`,
  'io.stat': `8:16 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
8:0 rbytes=1000 wbytes=0 rios=1 wios=0 dbytes=0 dios=0
7:0 
`,
}

/** `/proc/PID/net/dev` */
export const netDev = (...lines: readonly string[]): string =>
  [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:  777777       9    0    0    0     0          0         0  777777       9    0    0    0     0       0          0',
    ...lines,
    '',
  ].join('\n')

export const netLine = (name: string, received: number, sent: number): string =>
  `  ${name}: ${received}       7    0    0    0     0          0         0   ${sent}       3    0    0    0     0       0          0`
