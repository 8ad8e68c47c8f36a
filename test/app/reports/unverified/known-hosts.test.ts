import { describe, expect, test } from 'vitest'
import { type HostBinding, KnownHosts } from '../../../../src/app/reports/unverified/known-hosts.ts'

const today = '2026-05-02'
const binding = (probe: string, verified = false, seen = today): HostBinding => ({ probe, verified, seen })
const known = (entries: Record<string, HostBinding>, unverified = 500) =>
  new KnownHosts(Object.entries(entries), { verified: 2, unverified })

describe('an unverified probe', () => {
  test.each<[string, KnownHosts, string, string, string | undefined]>([
    ['a host that nobody has', known({}), 'p', 'h', undefined],
    ['its own', known({ h: binding('p') }), 'p', 'h', undefined],
    ['that of another', known({ h: binding('q') }), 'p', 'h', 'host_taken'],
    ['that of a verified one', known({ h: binding('q', true) }), 'p', 'h', 'host_taken'],
    ['its own from when it was verified', known({ h: binding('p', true) }), 'p', 'h', 'was_verified'],
    ['another, when it was verified', known({ h: binding('p', true) }), 'p', 'other', 'was_verified'],
    ['one more than are remembered', known({ h: binding('q') }, 1), 'p', 'other', 'too_many_hosts'],
    [
      'one more, when one was not seen today',
      known({ h: binding('q', false, '2026-05-01') }, 1),
      'p',
      'other',
      undefined,
    ],
  ])('may report %s: %s', (_what, hosts, probe, host, code) => {
    expect(hosts.refuse({ probe, host }, today)?.code).toBe(code)
  })

  test('has one host at a time, so that it cannot fill what is remembered', () => {
    const hosts = known({})
    for (const host of ['a', 'b', 'c']) hosts.remember({ probe: 'p', host, verified: false }, today)
    expect([...hosts.entries.keys()]).toEqual(['c'])
  })

  test('makes way for one that was seen today, when it was not', () => {
    const hosts = known({ old: binding('q', false, '2026-05-01') }, 1)
    hosts.remember({ probe: 'p', host: 'new', verified: false }, today)
    expect([...hosts.entries.keys()]).toEqual(['new'])
  })
})

test('a verified probe takes any host, and pushes no other out but the verified one that was not seen for longest', () => {
  const hosts = known({ h: binding('q'), a: binding('x', true, '2026-04-01'), b: binding('y', true) })
  expect(hosts.remember({ probe: 'p', host: 'h', verified: true }, today)).toBe(true)
  expect(hosts.entries.get('h')).toEqual(binding('p', true))
  expect([...hosts.entries.keys()].sort()).toEqual(['b', 'h'])
  expect(hosts.remember({ probe: 'p', host: 'h', verified: true }, today)).toBe(false)
})

test('what is forgotten belongs to whoever is next', () => {
  const hosts = known({ h: binding('p', true), u: binding('q') })
  expect([hosts.forget('h'), hosts.forget('h')]).toEqual([true, false])
  expect(hosts.refuse({ probe: 'p', host: 'h' }, today)).toBeUndefined()
  expect(hosts.forgetUnverified()).toEqual(['u'])
  expect(hosts.entries.size).toBe(0)
})
