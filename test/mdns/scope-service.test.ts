import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isNeighbour, lanAddresses } from '../../src/mdns/lan.ts'
import { type HeardService, readService, txtOf } from '../../src/mdns/scope-service.ts'

const ipv4 = (address: string, netmask = '255.255.255.0', internal = false): NetworkInterfaceInfo => ({
  ...{ address, netmask, internal, family: 'IPv4', mac: '', cidr: null },
})
const ipv6: NetworkInterfaceInfo = {
  ...{
    address: 'fd00::1',
    netmask: 'ffff::',
    internal: false,
    family: 'IPv6',
    mac: '',
    cidr: null,
    scopeid: 0,
  },
}

describe('local networks', () => {
  it('are those of IPv4 addresses, but for loopback and bridges of Docker', () => {
    const found = lanAddresses({
      lo: [ipv4('127.0.0.1', '255.0.0.0', true)],
      docker0: [ipv4('172.17.0.1', '255.255.0.0')],
      'br-0123456789ab': [ipv4('172.18.0.1')],
      eth0: [ipv6, ipv4('10.0.0.1')],
      'br-lan': [ipv4('192.168.1.1')],
    })
    expect(found.map(({ address }) => address)).toEqual(['10.0.0.1', '192.168.1.1'])
  })

  const own = [
    { address: '10.0.0.1', netmask: '255.255.255.0' },
    { address: '192.168.4.9', netmask: '255.255.252.0' },
  ]
  it.each([
    ['10.0.0.2', true],
    ['10.0.0.255', true],
    ['10.0.0.1', false],
    ['10.0.1.2', false],
    ['192.168.7.1', true],
    ['192.168.8.1', false],
    ['8.8.8.8', false],
  ])('%s on one of them: %j', (address, expected) => {
    expect(isNeighbour(address, own)).toBe(expected)
  })
  it('with one address have no neighbours', () => {
    expect(isNeighbour('10.0.0.2', [{ address: '10.0.0.1', netmask: '255.255.255.255' }])).toBe(false)
    expect(isNeighbour('10.0.0.2', [])).toBe(false)
  })
})

describe('an announcement', () => {
  const near = (address: string) => address.startsWith('10.')
  const heard: HeardService = {
    port: 4040,
    txt: txtOf({ port: 4040, tls: false }),
    referer: { address: '10.0.0.2' },
  }

  it('says where an app is', () => {
    expect(readService(heard, near)).toEqual({ url: 'http://10.0.0.2:4040', address: '10.0.0.2' })
    const tls = { ...heard, txt: txtOf({ port: 4040, tls: true }) }
    expect(readService(tls, near)).toEqual({ url: 'https://10.0.0.2:4040', address: '10.0.0.2' })
  })

  it.each<[string, Partial<HeardService>]>([
    ['from elsewhere', { referer: { address: '8.8.8.8' } }],
    ['from nobody', { referer: undefined }],
    ['without a port', { port: undefined }],
    ['with no port', { port: 0 }],
    ['with half a port', { port: 40.5 }],
    ['without a text', { txt: undefined }],
    ['with another text', { txt: { v: '2' } }],
    ['with nonsense', { txt: 'v=1', port: '4040', referer: { address: 7 } }],
  ])('%s is none', (_how, change) => {
    expect(readService({ ...heard, ...change }, near)).toBeUndefined()
  })
})
