import { describe, expect, test } from 'vitest'
import type { FamilyAnswer } from '../../../src/probe/targets/names/answer.ts'
import { GRACE_MS, MAX_ADDRESSES, NameAddresses } from '../../../src/probe/targets/names/name-addresses.ts'
import { familiesOf, usableAddresses } from '../../../src/probe/targets/names/usable-addresses.ts'

const told = (...addresses: string[]): FamilyAnswer => ({ kind: 'told', addresses })
const unknown: FamilyAnswer = { kind: 'unknown', reason: 'SERVFAIL' }
const both = { ipv4: true, ipv6: true }

const known = (dead: readonly string[] = []) => {
  const all = new NameAddresses({
    usable: (addresses) => usableAddresses(addresses, both),
    isAnswering: (address) => !dead.includes(address),
  })
  const take = (ipv4: FamilyAnswer, ipv6: FamilyAnswer, nowMs: number): string[] => {
    all.take({ ipv4, ipv6 }, nowMs)
    return all.addresses.map(({ address, isNew }) => `${address}${isNew ? ' new' : ''}`)
  }
  return { all, take }
}

describe('the addresses of a name', () => {
  test('are those of both families, and what appears later is new', () => {
    const { take } = known()
    expect(take(told('10.0.0.1'), told('fd00::1'), 0)).toEqual(['10.0.0.1', 'fd00::1'])
    expect(take(told('10.0.0.1', '10.0.0.2'), told('fd00::1'), 1)).toEqual([
      '10.0.0.1',
      'fd00::1',
      '10.0.0.2 new',
    ])
  })

  test('are kept for a grace when they vanish, and forgotten after it', () => {
    const { take } = known()
    take(told('10.0.0.1', '10.0.0.2'), told(), 0)
    expect(take(told('10.0.0.1'), told(), 1000)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(take(told('10.0.0.1'), told(), 1000 + GRACE_MS - 1)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(take(told('10.0.0.1'), told(), 1000 + GRACE_MS)).toEqual(['10.0.0.1'])
    expect(take(told('10.0.0.1', '10.0.0.2'), told(), 200_000)).toEqual(['10.0.0.1', '10.0.0.2 new'])
  })

  test('that come back within the grace were never gone', () => {
    const { take } = known()
    take(told('10.0.0.1', '10.0.0.2'), told(), 0)
    take(told('10.0.0.1'), told(), 1000)
    expect(take(told('10.0.0.2', '10.0.0.1'), told(), 30_000)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(take(told('10.0.0.1'), told(), 31_000 + GRACE_MS - 1)).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  test('go at once when they vanish while nobody answers there and the name has others', () => {
    const { take } = known(['10.0.0.2'])
    take(told('10.0.0.1', '10.0.0.2'), told(), 0)
    expect(take(told('10.0.0.1'), told(), 1)).toEqual(['10.0.0.1'])
  })

  test('are kept although nobody answers there when the name has no others', () => {
    const { take } = known(['10.0.0.1', '10.0.0.2'])
    take(told('10.0.0.1', '10.0.0.2'), told(), 0)
    expect(take(told(), told(), 1)).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(take(told(), told(), 1 + GRACE_MS)).toEqual([])
  })

  test('stay as long as the name server cannot be asked', () => {
    const { take } = known(['10.0.0.1'])
    take(told('10.0.0.1'), told('fd00::1'), 0)
    expect(take(unknown, unknown, 3_600_000)).toEqual(['10.0.0.1', 'fd00::1'])
    expect(take(unknown, told('fd00::2'), 3_600_001)).toEqual(['10.0.0.1', 'fd00::1', 'fd00::2 new'])
    expect(take(told('10.0.0.1'), told('fd00::2'), 3_600_002 + GRACE_MS)).toEqual(['10.0.0.1', 'fd00::2 new'])
  })

  test('of a family that could not be asked at first are of the first answer as well', () => {
    const { take } = known()
    take(told('10.0.0.1'), unknown, 0)
    expect(take(told('10.0.0.1'), told('fd00::1'), 1)).toEqual(['10.0.0.1', 'fd00::1'])
    expect(take(told('10.0.0.1'), told('fd00::1', 'fd00::2'), 2)).toContain('fd00::2 new')
  })

  test('of a name that did not exist yet are the first answer', () => {
    const { take } = known()
    expect(take(told(), told(), 0)).toEqual([])
    expect(take(told('10.0.0.1', '10.0.0.2'), told(), 1)).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  test('are bounded, and stay the same ones whatever the server deals out', () => {
    const { all, take } = known()
    const many = Array.from({ length: 500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
    const first = take(told(...many), told(), 0)
    expect(first).toHaveLength(MAX_ADDRESSES)
    expect(all.passedOver).toBe(500 - MAX_ADDRESSES)
    expect(take(told(...many.toReversed()), told(), 1)).toEqual(first)
    for (let round = 1; round < 8; round++) {
      const others = many.map((address) => address.replace('10.0', `10.${round}`))
      expect(take(told(...others), told(), round * 8000)).toHaveLength(MAX_ADDRESSES)
    }
  })
})

describe('addresses that can be dialled', () => {
  const none = { ipv4: false, ipv6: false }
  test.each<[string[], { ipv4: boolean; ipv6: boolean }, string[]]>([
    [['10.0.0.1', 'fd00::1'], both, ['10.0.0.1', 'fd00::1']],
    [['10.0.0.1', 'fd00::1'], { ipv4: true, ipv6: false }, ['10.0.0.1']],
    [['10.0.0.1', 'fd00::1'], { ipv4: false, ipv6: true }, ['fd00::1']],
    [['fd00::1'], { ipv4: true, ipv6: false }, ['fd00::1']],
    [['127.0.0.1', '::1', '10.0.0.1'], none, ['127.0.0.1', '::1']],
    [['0.0.0.0', '::', '224.0.0.1', '239.1.2.3', 'ff02::1', '255.255.255.255', 'fe80::1'], both, []],
    [['169.254.7.7'], both, ['169.254.7.7']],
  ])('of %j with %j are %j', (addresses, own, usable) => {
    expect(usableAddresses(addresses, own)).toEqual(usable)
  })

  test.each([
    [['127.0.0.1', '::1', 'fe80::1'], false, false],
    [['127.0.0.1', '10.0.0.1'], true, false],
    [['127.0.0.1', 'fd00::1'], false, true],
  ])('%j are IPv4: %s, IPv6: %s', (addresses, ipv4, ipv6) => {
    expect(familiesOf(addresses)).toEqual({ ipv4, ipv6 })
  })
})
