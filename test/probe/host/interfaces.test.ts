import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { devicesWithGateway, interfaceAddresses } from '../../../src/probe/host/interfaces.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { named } from '../../support/run/run.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

const br0 = {
  br0: [
    {
      address: '10.9.0.1',
      netmask: '255.255.255.0',
      family: 'IPv4' as const,
      mac: '00:00:00:00:00:01',
      internal: false,
      cidr: '10.9.0.1/24',
    },
  ],
}

test.each<[string, string[], boolean]>([
  ['an interface that is no bridge', ['br0/device'], false],
  ['a bridge without ports', ['br0/bridge', 'br0/brif'], true],
  ['a bridge of virtual pairs', ['br0/bridge', 'br0/brif/veth1', 'veth1/upper_br0'], true],
  [
    'a bridge with a network card',
    ['br0/bridge', 'br0/brif/veth1', 'br0/brif/eth0', 'veth1', 'eth0/device'],
    false,
  ],
  ['a bridge with a bond', ['br0/bridge', 'br0/brif/bond0', 'bond0/bonding'], false],
  ['the bridge of Weave Net', ['br0/bridge', 'br0/brif/veth1', 'br0/brif/vethwe-bridge', 'veth1'], false],
  ['a bridge with a VLAN', ['br0/bridge', 'br0/brif/eth0.7', 'eth0.7/lower_eth0'], false],
  ['no sysfs', [], false],
])('%s', (_, directories, withinHost) => {
  const root = mkdtempSync(join(tmpdir(), 'scope-net-'))
  roots.push(root)
  for (const directory of directories) mkdirSync(join(root, directory), { recursive: true })
  const found = (withGateway: string[]) => interfaceAddresses(br0, root, new Set(withGateway))
  expect(found([])).toEqual([{ address: '10.9.0.1', prefixBits: 24, withinHost }])
  expect(found(['br0'])).toEqual([{ address: '10.9.0.1', prefixBits: 24, withinHost: false }])
})

test('devices with a gateway, of both kinds of routes', () => {
  const route = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`
  const none = '0'.repeat(32)
  const way = `fe80${'0'.repeat(27)}1`
  const route6 = `${none} 00 ${none} 00 ${way} 00000400 00000001 00000000 00000003    wlan0
fd${'0'.repeat(30)} 40 ${none} 00 ${none} 00000100 00000002 00000000 00000001     br-6
`
  expect([...devicesWithGateway(route, route6)]).toEqual(['eth0', 'wlan0'])
  expect([...devicesWithGateway('', '')]).toEqual([])
})

describeWith(['netns'], 'in a network namespace', () => {
  const SCRIPT = `
    const { networkInterfaces } = await import('node:os')
    const { interfaceAddresses } = await import(process.argv[1])
    console.log(JSON.stringify(interfaceAddresses(networkInterfaces(), '/sys/class/net', new Set())))`

  test('tells a bridge of containers from one with a way out', async () => {
    const netns = named(`if-${process.pid}`)
    const ip = (...args: string[]) => execFileSync('ip', args)
    const inside = (...args: string[]) => ip('-n', netns, ...args)
    ip('netns', 'add', netns)
    try {
      inside('link', 'add', 'inner', 'type', 'bridge')
      inside('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
      inside('link', 'set', 'v0', 'master', 'inner')
      inside('link', 'add', 'outer', 'type', 'bridge')
      inside('link', 'add', 'w0', 'type', 'veth', 'peer', 'name', 'w1')
      inside('link', 'add', 'way', 'link', 'w0', 'type', 'macvlan')
      inside('link', 'set', 'way', 'master', 'outer')
      inside('addr', 'add', '10.9.1.1/24', 'dev', 'inner')
      inside('addr', 'add', '10.9.2.1/24', 'dev', 'outer')
      for (const device of ['v0', 'v1', 'w0', 'w1', 'way', 'inner', 'outer'])
        inside('link', 'set', device, 'up')
      const module = new URL('../../../src/probe/host/interfaces.ts', import.meta.url).href
      const look = (): { address: string; withinHost: boolean }[] =>
        JSON.parse(
          execFileSync(
            'ip',
            ['netns', 'exec', netns, process.execPath, '--input-type=module', '-e', SCRIPT, module],
            { encoding: 'utf8' },
          ),
        )
      // A bridge is running a moment after its ports are.
      const found = await eventually('both bridges', () => {
        const bridges = look().filter(({ address }) => address.startsWith('10.9.'))
        return bridges.length === 2 && bridges
      })
      expect(found.toSorted((a, b) => a.address.localeCompare(b.address))).toEqual([
        { address: '10.9.1.1', prefixBits: 24, withinHost: true },
        { address: '10.9.2.1', prefixBits: 24, withinHost: false },
      ])
    } finally {
      ip('netns', 'delete', netns)
    }
  })
})
