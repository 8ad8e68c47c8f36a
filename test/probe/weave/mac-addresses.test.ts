import { expect, test } from 'vitest'
import type { NamespaceInterface } from '../../../src/native/netlink/namespace-interfaces.ts'
import { MacAddresses } from '../../../src/probe/weave/mac-addresses.ts'

const ethwe = (address: string, mac = '56:27:f4:62:66:c9'): NamespaceInterface => ({
  ...{ name: 'ethwe', mac },
  addresses: [address, 'fe80::1'],
})
const eth0: NamespaceInterface = { name: 'eth0', mac: '02:42:ac:11:00:02', addresses: ['172.17.0.2'] }
const web = { id: 'web', pid: 7, addresses: ['10.32.0.7'] }

const asking = (there: Record<number, readonly NamespaceInterface[]>) => {
  const asked: number[] = []
  const macs = new MacAddresses({
    interfacesOf: (pid) => {
      asked.push(pid)
      return there[pid]
    },
  })
  return { macs, asked, there }
}

test('of a container is told that of the interface that has its address', () => {
  const { macs } = asking({ 7: [eth0, ethwe('10.32.0.7')], 8: [eth0, ethwe('10.32.0.9')] })
  const db = { id: 'db', pid: 8, addresses: ['10.32.0.8'] }
  expect(macs.of([web, db], 0)).toEqual(new Map([['web', ['56:27:f4:62:66:c9']]]))
})

test('several interfaces are told in order, and each once', () => {
  const all = [ethwe('10.32.0.7', 'bb:00:00:00:00:01'), ethwe('10.40.0.7', 'aa:00:00:00:00:01'), eth0]
  const { macs } = asking({ 7: [...all, ethwe('10.40.0.7', 'aa:00:00:00:00:01')] })
  expect(macs.of([{ ...web, addresses: ['10.32.0.7', '10.40.0.7'] }], 0).get('web')).toEqual([
    'aa:00:00:00:00:01',
    'bb:00:00:00:00:01',
  ])
})

test('the kernel is asked again when something has changed, or after a while', () => {
  const { macs, asked, there } = asking({})
  const of = (nowMs: number, more = {}) => macs.of([{ ...web, ...more }], nowMs).get('web')
  expect([of(0), of(4000), asked.length]).toEqual([undefined, undefined, 1])
  there[7] = [ethwe('10.32.0.7')]
  expect([of(6000), of(60_000), asked.length]).toEqual([['56:27:f4:62:66:c9'], ['56:27:f4:62:66:c9'], 2])
  there[7] = [ethwe('10.32.0.7', 'aa:00:00:00:00:02')]
  expect(of(67_000)).toEqual(['aa:00:00:00:00:02'])
  there[9] = [ethwe('10.32.0.7', 'aa:00:00:00:00:03')]
  expect(of(68_000, { pid: 9 })).toEqual(['aa:00:00:00:00:03'])
  expect(of(69_000, { pid: 9, addresses: ['10.32.0.8'] })).toBeUndefined()
  expect(macs.of([], 70_000).size).toBe(0)
})
