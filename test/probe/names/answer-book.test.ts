import { describe, expect, it } from 'vitest'
import { AnswerBook } from '../../../src/probe/names/answers/answer-book.ts'
import type { Place } from '../../../src/probe/names/answers/askers.ts'

const HOST_NETNS = 1
const host: Place = { cgroupId: 10, netns: HOST_NETNS }
const onHostToo: Place = { cgroupId: 11, netns: HOST_NETNS }
const web: Place = { cgroupId: 20, netns: 2 }
const webInner: Place = { cgroupId: 21, netns: 2 }
const db: Place = { cgroupId: 30, netns: 3 }
const onHostNetwork: Place = { cgroupId: 40, netns: HOST_NETNS }
const bareNetns: Place = { cgroupId: 10, netns: 5 }

const containers = new Map([
  [20, 'web'],
  [21, 'web'],
  [30, 'db'],
  [40, 'hosted'],
])

const IP = '192.0.2.1'

const open = (known = containers) => {
  const clock = { nowMs: 0 }
  const book = new AnswerBook({
    containerOf: ({ cgroupId }) => known.get(cgroupId),
    tenancyOf: () => undefined,
    hostNetns: HOST_NETNS,
    nowMs: () => clock.nowMs,
  })
  const tell = (place: Place, name: string, ttlSeconds = 60, ip = IP) =>
    book.enter(place, { name, addresses: [{ ip, ttlSeconds }] })
  return { book, clock, tell }
}

describe('who was told which name', () => {
  it.each<[string, readonly [Place, string][], Place, string | undefined]>([
    ['to the host: known to all of the host', [[host, 'a']], onHostToo, 'a'],
    ['to the host: known to its containers', [[host, 'a']], web, 'a'],
    ['to a container: known to all of that container', [[web, 'a']], webInner, 'a'],
    ['to a container: not known to another', [[web, 'a']], db, undefined],
    ['to a container: not known to the host', [[web, 'a']], host, undefined],
    ['to a container on the host network: not known to the host', [[onHostNetwork, 'a']], host, undefined],
    [
      'its own answer, before a later one of the host',
      [
        [web, 'a'],
        [host, 'b'],
      ],
      web,
      'a',
    ],
    [
      'the latest',
      [
        [web, 'a'],
        [web, 'b'],
        [db, 'c'],
      ],
      web,
      'b',
    ],
    [
      'the latest, told again',
      [
        [web, 'a'],
        [web, 'b'],
        [web, 'a'],
      ],
      web,
      'a',
    ],
    ['to a network namespace without container', [[bareNetns, 'a']], bareNetns, 'a'],
    ['to a network namespace without container: not known to the host', [[bareNetns, 'a']], host, undefined],
    ['to nobody', [], host, undefined],
  ])('%s', (_, told, place, expected) => {
    const { book, tell } = open()
    for (const [to, name] of told) tell(to, name)
    expect(book.find(place, IP)).toBe(expected)
  })

  it.each([
    [60, 59_999, 60_000],
    [0, 999, 1000],
    [1_000_000, 3_599_999, 3_600_000],
  ])('for its time to live, at least 1 s and at most an hour: %i s', (ttlSeconds, stillMs, overMs) => {
    const { book, clock, tell } = open()
    tell(host, 'a', ttlSeconds)
    clock.nowMs = stillMs
    expect(book.find(host, IP)).toBe('a')
    clock.nowMs = overMs
    expect(book.find(host, IP)).toBeUndefined()
  })

  it('falls back to an older name that still holds', () => {
    const { book, clock, tell } = open()
    tell(host, 'long', 600)
    tell(host, 'short', 10)
    clock.nowMs = 20_000
    expect(book.find(host, IP)).toBe('long')
  })

  it('counts an answer to a container that was not known yet', () => {
    const known = new Map<number, string>()
    const { book, tell } = open(known)
    tell(web, 'a')
    known.set(20, 'web').set(21, 'web')
    expect(book.find({ ...webInner, netns: 9 }, IP)).toBe('a')
  })

  it.each<[string, number, Place, string | undefined]>([
    ['whenever it becomes known', 60_000, web, 'a'],
    ['for a moment only when it is by its network namespace', 60_000, bareNetns, undefined],
    ['by its network namespace', 1000, bareNetns, 'a'],
  ])('tells the container of an answer %s', (_, afterMs, place, expected) => {
    const known = new Map<string, string>()
    const tenancy = { sinceMs: afterMs, containers: known }
    const clock = { nowMs: 0 }
    const book = new AnswerBook({
      containerOf: ({ cgroupId, netns }) => known.get(`cgroup ${cgroupId}`) ?? known.get(`netns ${netns}`),
      tenancyOf: (netns) => (known.has(`netns ${netns}`) ? tenancy : undefined),
      hostNetns: HOST_NETNS,
      nowMs: () => clock.nowMs,
    })
    book.enter(place, { name: 'a', addresses: [{ ip: IP, ttlSeconds: 600 }] })
    for (; clock.nowMs < afterMs; clock.nowMs += 200) book.settle()
    known.set('cgroup 20', 'one').set('netns 5', 'one')
    expect(book.find(place, IP)).toBe(expected)
    for (; clock.nowMs < 120_000; clock.nowMs += 200) book.settle()
    expect(book.find(place, IP)).toBe(expected)
  })

  it('stays within bounds', () => {
    const { book, tell } = open()
    for (let i = 0; i < 1000; i++) tell({ cgroupId: i, netns: i }, 'a')
    expect(book.size).toBeLessThanOrEqual(256)
    for (let i = 0; i < 40_000; i++) tell(host, 'a', 60, `10.0.${i >> 8}.${i & 255}`)
    expect(book.size).toBeLessThanOrEqual(32_768)
    expect(book.find(host, `10.0.${39_999 >> 8}.${39_999 & 255}`)).toBe('a')
  })

  const many = (count: number, of: (i: number) => { place?: Place; name?: string; ip?: string }) => {
    const opened = open()
    opened.tell(web, 'a')
    for (let i = 0; i < count; i++) {
      const { place = db, name = 'b', ip = IP } = of(i)
      opened.tell(place, name, 60, ip)
    }
    return opened.book
  }
  const ipOf = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`

  it.each<[string, (i: number) => { place?: Place; name?: string; ip?: string }]>([
    ['addresses', (i) => ({ ip: ipOf(i) })],
    ['names of one address', (i) => ({ name: `b${i}` })],
    [
      'addresses in many network namespaces',
      (i) => ({ place: { cgroupId: 30, netns: 100 + i }, ip: ipOf(i) }),
    ],
    [
      'names of one address in many network namespaces',
      (i) => ({ place: { cgroupId: 30, netns: 100 + i }, name: `b${i}` }),
    ],
    [
      'addresses where no cgroup is known',
      (i) => ({ place: { cgroupId: i % 2, netns: 3 }, name: `b${i}`, ip: ipOf(i) }),
    ],
  ])('keeps what one place was told, however many %s another is told', (_, of) => {
    expect(many(40_000, of).find(web, IP)).toBe('a')
  })

  it('keeps the newest of what a place was told too much of', () => {
    const book = many(40_000, (i) => ({ ip: ipOf(i) }))
    expect(book.find(db, ipOf(39_999))).toBe('b')
    expect(book.find(db, ipOf(8000))).toBe('b')
    expect(book.find(db, ipOf(0))).toBeUndefined()
    expect(book.size).toBe(32_768)
    const names = many(40_000, (i) => ({ name: `b${i}` }))
    expect(names.find(db, IP)).toBe('b39999')
  })

  it('keeps room for those that come after one that was told too much', () => {
    const book = many(50_000, (i) =>
      i < 40_000 ? { ip: ipOf(i) } : { place: host, ip: `192.0.2.${i % 200}` },
    )
    for (let i = 0; i < 200; i++) expect(book.find(host, `192.0.2.${i}`)).toBe('b')
    expect(book.find(web, IP)).toBe('a')
  })

  it('takes from those that were told most, one as much as another', () => {
    const placeOf = (i: number): Place => ({ cgroupId: 50 + (i % 4), netns: 50 })
    const book = many(100_000, (i) => ({ place: placeOf(i), ip: ipOf(i) }))
    const kept = Array.from(
      { length: 100_000 },
      (_, i) => book.find(placeOf(i), ipOf(i)) && placeOf(i).cgroupId,
    )
    const counts = [50, 51, 52, 53].map((id) => kept.filter((one) => one === id).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    expect(book.find(web, IP)).toBe('a')
  })

  it.each([
    ['each of which was told one', 32_768],
    ['each of which was told sixteen', 2048],
  ])(
    'keeps all that is told where there is room for no more than what places were told, %s, and has expired',
    (_, places) => {
      const { book, clock, tell } = open()
      for (let i = 0; i < 32_768; i++) tell({ cgroupId: 1000 + (i % places), netns: 9 }, 'x', 60, ipOf(i))
      clock.nowMs = 60_000
      const addresses = Array.from({ length: 64 }, (_, i) => ({ ip: `192.0.2.${i}`, ttlSeconds: 60 }))
      book.enter(web, { name: 'a', addresses })
      for (const { ip } of addresses) expect(book.find(web, ip)).toBe('a')
    },
  )

  it('keeps what it was told last where very many were told as much', () => {
    const { book, tell } = open()
    for (let i = 0; i < 40_000; i++) {
      tell({ cgroupId: 1000 + i, netns: 9 }, 'x', 60, ipOf(i))
      if (i % 1000 === 0) tell(host, 'a', 60, '192.0.2.2')
      if (i >= 39_000) expect(book.find(host, '192.0.2.2')).toBe('a')
    }
  })

  it('forgets what has expired, though nobody is told anything any more', () => {
    const { book, clock, tell } = open()
    for (let i = 1; i <= 100; i++) tell(host, 'a', i, ipOf(i))
    tell(host, 'b', 1000, ipOf(1))
    for (; clock.nowMs < 200_000; clock.nowMs += 200) {
      book.settle()
      expect(book.size).toBe(Math.max(1, 101 - Math.floor(clock.nowMs / 1000)))
    }
    expect(book.find(host, ipOf(1))).toBe('b')
  })
})
