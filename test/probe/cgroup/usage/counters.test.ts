import { describe, expect, test } from 'vitest'
import {
  parseBlockBytes,
  parseCpuNs,
  parseMemoryBytes,
  parseNetworkBytes,
} from '../../../../src/probe/cgroup/usage/counters.ts'
import { netDev, netLine, v1, v2 } from './recorded.ts'

test.each<[string, 1 | 2, string, number | undefined]>([
  ['v1', 1, v1['cpuacct.usage'], 52_554_177],
  ['v2', 2, v2['cpu.stat'], 52_554_000],
  ['v2, of which the beginning was read', 2, v2['cpu.stat'].slice(0, 64), 52_554_000],
  ['v2, in another order', 2, 'user_usec 1\nusage_usec 7\n', 7000],
  ['v2, a number that was cut', 2, 'usage_usec 12x', undefined],
  ['a cgroup that is gone', 1, '', undefined],
  ['a cgroup that is gone', 2, '', undefined],
])('CPU time of %s', (_, version, text, ns) => {
  expect(parseCpuNs(version, text)).toBe(ns)
})

test.each<[string, 1 | 2, string, string, number | undefined]>([
  ['v1, with the cgroups below it', 1, v1['memory.usage_in_bytes'], v1['memory.stat'], 598_016],
  ['v2', 2, v2['memory.current'], v2['memory.stat'], 646_016],
  ['without the line', 2, '500\n', 'anon 4\n', 500],
  ['more cache than use, which is read later', 2, '500\n', 'inactive_file 600\n', 500],
  ['a cgroup that is gone', 1, '', v1['memory.stat'], undefined],
])('memory of %s', (_, version, usage, stat, bytes) => {
  expect(parseMemoryBytes(version, usage, stat)).toBe(bytes)
})

test.each<[string, 1 | 2, string, object | undefined]>([
  ['v1', 1, v1['blkio.throttle.io_service_bytes_recursive'], { read: 5096, written: 8192 }],
  ['v1 of a kernel that does not count', 1, 'Total 0\n', undefined],
  ['v2', 2, v2['io.stat'], { read: 5096, written: 8192 }],
  ['v2, never any', 2, '', { read: 0, written: 0 }],
])('block devices of %s', (_, version, text, bytes) => {
  expect(parseBlockBytes(version, text)).toEqual(bytes)
})

describe('network', () => {
  test.each<[string, string, readonly string[], object | undefined]>([
    ['loopback alone', netDev(), [], undefined],
    ['one interface', netDev(netLine('eth0', 646, 30)), [], { received: 646, sent: 30 }],
    [
      'several networks',
      netDev(netLine('eth0', 600, 30), netLine('eth1', 4_294_967_296, 1)),
      [],
      { received: 4_294_967_896, sent: 31 },
    ],
    [
      'what the container makes itself carries the same once more',
      netDev(
        netLine('eth0', 600, 30),
        netLine('docker0', 500, 20),
        netLine('veth12', 500, 20),
        netLine('eth0.7', 5, 5),
        netLine('wg0', 5, 5),
      ),
      [],
      { received: 600, sent: 30 },
    ],
    [
      'an interface with a name of its own',
      netDev(netLine('eth0', 600, 30), netLine('front:7', 1, 2), netLine('tun0', 9, 9)),
      ['front:7'],
      { received: 601, sent: 32 },
    ],
    ['Weave Net', netDev(netLine('eth0', 600, 30), netLine('ethwe', 1, 2)), [], { received: 601, sent: 32 }],
    ['only others', netDev(netLine('tap0', 600, 30)), [], { received: 600, sent: 30 }],
    ['nothing', '', [], undefined],
  ])('%s', (_, text, named, bytes) => {
    expect(parseNetworkBytes(text, named)).toEqual(bytes)
  })
})
