import { describe, expect, it } from 'vitest'
import type { Finding, Verdict } from '../../src/doctor/check.ts'
import { cgroupCheck, cgroupLayout, dockerCheck } from '../../src/doctor/checks/containers.ts'
import { btfCheck, kernelCheck, lockdownCheck, tracefsCheck } from '../../src/doctor/checks/kernel.ts'
import { hidepidOf, procCheck, resourceCheck, stateCheck } from '../../src/doctor/checks/machine.ts'
import {
  type ConntrackLook,
  conntrackCheck,
  dnsCheck,
  localUsersCheck,
  portCheck,
} from '../../src/doctor/checks/network.ts'
import {
  processCapabilities,
  seccompCheck,
  tracingCapabilities,
  userNamespaceCheck,
} from '../../src/doctor/checks/privileges.ts'
import { libbpfCheck, trialCheck } from '../../src/doctor/checks/tracing.ts'
import { describeChecks } from '../../src/doctor/describe.ts'
import { type Capability, parsePrivileges } from '../../src/probe/privileges.ts'

const may = (...names: Capability[]) => ({ uid: 1000, effective: new Set(names) })
const conntrack = (more: Partial<ConntrackLook> = {}, ...names: Capability[]): Finding =>
  conntrackCheck({ ...{ active: true, events: 2, entries: 10, limit: 100 }, ...more }, may(...names))
const trial = { mode: 'ebpf', whole: true, reason: 'TCP is traced', loadMs: 99.6, unloadMs: 150.2 }

describe('what is found', () => {
  it.each<[string, Finding, Verdict, RegExp]>([
    ['a new kernel', kernelCheck('6.18.44-x'), 'ok', /6\.18\.44-x/],
    ['the oldest supported kernel', kernelCheck('5.15.0-91-generic'), 'ok', /5\.15/],
    ['a kernel before that', kernelCheck('5.14.21'), 'warn', /5\.14/],
    ['a kernel without iterators', kernelCheck('5.4.0'), 'fail', /too old/],
    ['a kernel of another age', kernelCheck('4.19.0'), 'fail', /too old/],
    ['a kernel of no known version', kernelCheck('next'), 'warn', /not understood/],
    ['type information', btfCheck(true), 'ok', /btf/],
    ['no type information', btfCheck(false), 'fail', /no \/sys/],
    ['a kernel without lockdown', lockdownCheck(undefined), 'ok', /none/],
    ['no lockdown', lockdownCheck('[none] integrity confidentiality\n'), 'ok', /none/],
    ['mild lockdown', lockdownCheck('none [integrity] confidentiality\n'), 'ok', /integrity/],
    ['full lockdown', lockdownCheck('none integrity [confidentiality]\n'), 'fail', /forbids/],
    ['tracefs', tracefsCheck({ mounted: true, readable: true }, false), 'ok', /mounted/],
    ['tracefs of root', tracefsCheck({ mounted: true, readable: false }, true), 'warn', /may not be read/],
    ['tracefs to be mounted', tracefsCheck({ mounted: false, readable: false }, true), 'note', /mounts it/],
    ['no tracefs', tracefsCheck({ mounted: false, readable: false }, false), 'warn', /not mounted/],
    ['enough to trace', tracingCapabilities(may('CAP_BPF', 'CAP_PERFMON')), 'ok', /user 1000 with CAP_BPF/],
    ['half of it', tracingCapabilities(may('CAP_BPF')), 'fail', /missing: CAP_PERFMON$/],
    ['nothing', tracingCapabilities(may()), 'fail', /missing: CAP_BPF, CAP_PERFMON$/],
    ['all processes', processCapabilities(may('CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH')), 'ok', /all users/],
    ['own processes', processCapabilities(may('CAP_DAC_READ_SEARCH')), 'warn', /missing: CAP_SYS_PTRACE$/],
    ['the first user namespace', userNamespaceCheck('         0          0 4294967295\n'), 'ok', /machine/],
    ['another user namespace', userNamespaceCheck('0 1000 1\n'), 'fail', /its own/],
    ['a whole range, shifted', userNamespaceCheck('0 100000 65536\n1 2 3\n'), 'fail', /its own/],
    ['no seccomp', seccompCheck('Seccomp:\t0\nSeccomp_filters:\t0\n'), 'ok', /no filter/],
    ['seccomp', seccompCheck('Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n'), 'warn', /filter/],
    ['libbpf', libbpfCheck({ version: '1.1', path: '/l' }, undefined), 'ok', /^1\.1, \/l$/],
    ['a chosen libbpf', libbpfCheck({ version: '1.1', path: '/l' }, '/l'), 'ok', /by SCOPE_LIBBPF/],
    [
      'no libbpf',
      libbpfCheck({ failure: 'no-library', reason: 'R', detail: 'D' }, undefined),
      'fail',
      /^R: D$/,
    ],
    [
      'libbpf unasked',
      libbpfCheck({ failure: 'not-permitted', reason: 'R', detail: '' }, undefined),
      'warn',
      /not looked/,
    ],
    ['tracing', trialCheck(trial), 'ok', /attached in 100 ms, detached in 150 ms$/],
    [
      'half of tracing',
      trialCheck({ ...trial, whole: false, reason: 'no accept()' }),
      'warn',
      /no accept\(\)$/,
    ],
    ['no tracing', trialCheck({ ...trial, mode: 'proc', reason: 'why' }), 'fail', /failed: why$/],
    [
      'all processes seen',
      procCheck({ pidNamespace: 4026531836, hidepid: '', mayPtrace: false }),
      'ok',
      /all/,
    ],
    ['a pid namespace', procCheck({ pidNamespace: 4026532222, hidepid: '', mayPtrace: true }), 'warn', /own/],
    [
      'hidden ones',
      procCheck({ pidNamespace: 0, hidepid: 'invisible', mayPtrace: false }),
      'warn',
      /invisible/,
    ],
    ['hidden from others', procCheck({ pidNamespace: 0, hidepid: '2', mayPtrace: true }), 'ok', /all/],
    ['cgroups v2', cgroupCheck('v2'), 'ok', /v2/],
    ['hybrid cgroups', cgroupCheck('hybrid'), 'ok', /hybrid/],
    ['cgroups v1', cgroupCheck('v1'), 'warn', /network namespace/],
    ['no cgroups', cgroupCheck('none'), 'warn', /cannot be told/],
    ['Docker', dockerCheck({ at: '/s', version: '29.1' }, undefined), 'ok', /29\.1 at \/s/],
    ['no Docker', dockerCheck({ at: '/s', error: 'e', code: 'ENOENT' }, undefined), 'note', /none at/],
    ['Docker of others', dockerCheck({ at: '/s', error: 'e', code: 'EACCES' }, undefined), 'warn', /may not/],
    ['Docker away', dockerCheck({ at: 't', error: 'refused', code: 'ECONNREFUSED' }, 't'), 'warn', /refused/],
    [
      'a chosen Docker that is none',
      dockerCheck({ at: '/s', error: 'e', code: 'ENOENT' }, '/s'),
      'warn',
      /no answer/,
    ],
    ['NAT', conntrack({}, 'CAP_NET_ADMIN'), 'ok', /10 of 100/],
    ['no NAT', conntrack({ active: false }), 'note', /not in use/],
    ['NAT without leave', conntrack(), 'warn', /missing: CAP_NET_ADMIN/],
    ['no events', conntrack({ events: 0 }, 'CAP_NET_ADMIN'), 'warn', /no events/],
    ['who connects', localUsersCheck(undefined), 'ok', /the kernel tells whose/],
    ['nobody who tells who connects', localUsersCheck('no netlink'), 'warn', /^no netlink; everybody/],
    ['a full table', conntrack({ entries: 95 }, 'CAP_NET_ADMIN'), 'warn', /refused/],
    ['DNS answers', dnsCheck(may('CAP_BPF', 'CAP_NET_ADMIN'), '/c'), 'ok', /at \/c/],
    ['DNS without leave', dnsCheck(may('CAP_BPF'), '/c'), 'warn', /missing: CAP_NET_ADMIN/],
    ['DNS without cgroup v2', dnsCheck(may('CAP_BPF', 'CAP_NET_ADMIN'), undefined), 'warn', /cgroup v2/],
    ['a free port', portCheck(4040, { state: 'free' }), 'ok', /4040 is free/],
    ['our port', portCheck(4040, { state: 'ours', pid: 7 }), 'ok', /pid 7/],
    ['a taken port', portCheck(4040, { state: 'taken', reason: 'taken' }), 'warn', /taken/],
    ['a state directory', stateCheck({ dir: '/d', problem: undefined, exists: true }), 'ok', /^\/d$/],
    ['none yet', stateCheck({ dir: '/d', problem: undefined, exists: false }), 'ok', /will be made/],
    ['a bad one', stateCheck({ dir: '/d', problem: 'bad', exists: true }), 'warn', /bad/],
    ['room', resourceCheck({ availableBytes: 1e9, openFiles: undefined }), 'ok', /1000 MB/],
    ['little memory', resourceCheck({ availableBytes: 1e8, openFiles: 4096 }), 'warn', /100 MB/],
    ['few files', resourceCheck({ availableBytes: 1e9, openFiles: 256 }), 'warn', /up to 256/],
  ])('%s', (_, finding, verdict, found) => {
    expect(finding.verdict).toBe(verdict)
    expect(finding.found).toMatch(found)
    // what is not as it should be has a way out
    expect(finding.todo !== undefined && finding.todo !== '').toBe(verdict === 'warn' || verdict === 'fail')
  })
})

describe('what is read', () => {
  it('is the effective user and capabilities, of those that matter', () => {
    const status = (uid: string, capEff: string) => `Name:\tx\nUid:\t0\t${uid}\t0\t0\nCapEff:\t${capEff}\n`
    expect(parsePrivileges(status('1000', '000000c000080000'))).toEqual({
      uid: 1000,
      effective: new Set(['CAP_SYS_PTRACE', 'CAP_PERFMON', 'CAP_BPF']),
    })
    expect(parsePrivileges(status('0', '000001ffffffffff')).effective.size).toBe(7)
    expect(parsePrivileges('').effective.size).toBe(0)
  })

  it.each([
    ['34 23 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n', 'v2'],
    [
      '35 23 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n36 23 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n',
      'hybrid',
    ],
    ['35 23 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n', 'v1'],
    ['22 27 0:21 / /proc rw - proc proc rw\n', 'none'],
  ])('is the layout of cgroups: %j', (mountinfo, layout) => {
    expect(cgroupLayout(mountinfo)).toBe(layout)
  })

  it.each([
    ['22 27 0:21 / /proc rw,relatime - proc proc rw\n', ''],
    ['22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw,hidepid=invisible\n', 'invisible'],
    ['9 27 0:9 / /jail/proc rw - proc proc rw,hidepid=2\n22 27 0:21 / /proc rw - proc proc rw\n', ''],
  ])('is how /proc is mounted: %j', (mountinfo, hidepid) => {
    expect(hidepidOf(mountinfo)).toBe(hidepid)
  })
})

describe('what is printed', () => {
  const check = (id: string, verdict: Verdict) => ({ id, title: id, verdict, found: 'found' })

  it('ends with what follows from the trial', () => {
    const last = (...checks: ReturnType<typeof check>[]) => describeChecks(checks).split('\n').at(-1)
    expect(last(check('tracing', 'ok'))).toBe('Connections are traced with eBPF here.')
    expect(last(check('tracing', 'ok'), check('docker', 'note'), check('dns', 'warn'))).toMatch(/one thing/)
    expect(last(check('tracing', 'warn'), check('btf', 'fail'), check('dns', 'warn'))).toMatch(/2 things/)
    expect(last(check('tracing', 'fail'))).toMatch(/cannot be traced/)
  })

  it('has a line for each check, and below it what to do', () => {
    const text = describeChecks([check('kernel', 'ok'), { ...check('tracing', 'fail'), todo: 'do it' }])
    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^ok +kernel +found$/),
      expect.stringMatching(/^no +tracing +found$/),
      expect.stringMatching(/^ +→ do it$/),
    ])
  })
})
