import { describe, expect, it } from 'vitest'
import { addressOfHost } from '../../../../tools/bench/app/network.ts'

describe('the address of a simulated host', () => {
  it.each([
    [0, '198.18.0.1'],
    [254, '198.18.0.255'],
    [255, '198.18.1.0'],
    [65_534, '198.18.255.255'],
    [65_535, '198.19.0.0'],
  ])('of %i is %s', (index, address) => {
    expect(addressOfHost(index)).toBe(address)
  })

  it('is one of the network only', () => {
    expect(() => addressOfHost(-1)).toThrow('no address')
    expect(() => addressOfHost(131_071)).toThrow('no address')
  })
})
