import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../../src/api/types.ts'
import { FailureFold } from '../../src/audit/folding/failure-fold.ts'
import { RefusalFold } from '../../src/audit/folding/refusal-fold.ts'
import { SessionFold } from '../../src/audit/folding/session-fold.ts'
import { emptyChain, encodeLine } from '../../src/audit/line.ts'
import { refused } from './log-in-dir.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND

/** A fold on a clock that the test moves, and all that it has given out to be written. */
const newFold = (Fold: typeof RefusalFold | typeof FailureFold | typeof SessionFold = RefusalFold) => {
  let nowMs = 0
  const fold = new Fold(() => nowMs)
  const written: AuditEntry[] = []
  return {
    written,
    take: (entry: Omit<AuditEntry, 'at'>) =>
      written.push(...fold.take({ at: new Date(nowMs).toISOString(), ...entry })),
    /** Lets time pass, as the timer of the log does. */
    pass(ms: number) {
      const untilMs = nowMs + ms
      while (fold.nextDueMs <= untilMs) {
        nowMs = fold.nextDueMs
        written.push(...fold.due())
      }
      nowMs = untilMs
    },
    end: () => written.push(...fold.all()),
  }
}

const bytesOf = (entries: readonly AuditEntry[]) =>
  entries.reduce((sum, entry) => sum + encodeLine(entry, emptyChain).bytes.length, 0)
const countOf = (entries: readonly AuditEntry[]) => entries.reduce((sum, { count = 1 }) => sum + count, 0)

it('gives out the first of equal refusals at once, and those that follow as one', () => {
  const { written, take, pass } = newFold()
  take(refused('10.0.0.1'))
  expect(written).toHaveLength(1)
  pass(SECOND)
  for (let i = 0; i < 5; i++) take(refused('10.0.0.1'))
  expect(written).toHaveLength(1)
  pass(10 * SECOND)
  expect(written).toEqual([
    { at: '1970-01-01T00:00:00.000Z', ...refused('10.0.0.1') },
    { at: '1970-01-01T00:00:01.000Z', ...refused('10.0.0.1'), count: 5 },
  ])
  pass(HOUR)
  expect(written).toHaveLength(2)
  take(refused('10.0.0.1'))
  expect(written).toHaveLength(3)
})

it('gives out a single one that follows as it is', () => {
  const { written, take, pass } = newFold()
  take(refused('10.0.0.1'))
  take(refused('10.0.0.1'))
  pass(10 * SECOND)
  expect(written.map(({ count }) => count)).toEqual([undefined, undefined])
})

it('gives out at the end what it has counted', () => {
  const { written, take, end } = newFold()
  for (let i = 0; i < 10; i++) take(refused('10.0.0.1'))
  end()
  expect(written.map(({ count }) => count)).toEqual([undefined, 9])
})

it.each<[string, Partial<AuditEntry>]>([
  ['from elsewhere', { from: '10.0.0.2' }],
  ['of somebody else', { who: 'anna' }],
  ['of something else', { action: 'control:host' }],
  ['of something other', { target: '/api/events' }],
  ['for another reason', { reason: 'a foreign page' }],
])('takes one %s for another', (_what, other) => {
  const { written, take } = newFold()
  take(refused('10.0.0.1'))
  take({ ...refused('10.0.0.1'), ...other })
  expect(written).toHaveLength(2)
})

it('names the address of refusals that are too many to tell, as long as these are few', () => {
  const { written, take, pass } = newFold()
  for (let i = 0; i < 1000; i++) take(refused('10.0.0.1', `/${i}`))
  for (let i = 0; i < 7; i++) take(refused('10.0.0.2', `/${i}`))
  pass(10 * SECOND)
  expect(written).toHaveLength(32 + 2)
  expect(written.slice(-2)).toMatchObject([
    { from: '10.0.0.1', count: 1000 - 32, reason: expect.stringContaining('too many') },
    { from: '10.0.0.2', count: 7 },
  ])
  expect(written.at(-1)).not.toHaveProperty('target')
})

it('counts the addresses of an IPv6 network together, so that nobody who has one hides those of others', () => {
  const { written, take, pass } = newFold()
  for (let i = 0; i < 1000; i++) take(refused(`2001:db8::${i.toString(16)}`))
  for (let i = 0; i < 7; i++) take(refused('10.0.0.2'))
  pass(10 * SECOND)
  expect(written.slice(-2)).toMatchObject([
    { from: '2001:db8::/64', count: 1000 - 32, reason: expect.stringContaining('too many') },
    { from: '10.0.0.2', count: 7 },
  ])
})

it('lets no flood of requests hide a refused sign-in', () => {
  const { written, take } = newFold()
  for (let i = 0; i < 10_000; i++) take(refused(`10.0.${i >> 8}.${i & 255}`, `/${i}`))
  const signIn: Omit<AuditEntry, 'at'> = { ...refused('10.9.9.9'), action: 'sign-in', who: 'anna' }
  take(signIn)
  expect(written.at(-1)).toMatchObject(signIn)
})

it('lets no flood of refused sign-ins, which anybody can cause, hide a refused control', () => {
  const { written, take, pass, end } = newFold()
  for (let i = 0; i < 200; i++) take({ ...refused(`2001:db8:0:${i}::1`), action: 'sign-in' })
  pass(SECOND)
  const control: Omit<AuditEntry, 'at'> = {
    ...{ who: 'operator', from: '10.9.9.9', action: 'host_exec', target: 'box', result: 'refused' },
    reason: 'the role operator may not do this',
  }
  take(control)
  expect(written.at(-1)).toMatchObject(control)
  end()
  expect(countOf(written)).toBe(201)
})

describe('a flood that lasts two hours', () => {
  it.each<[string, (i: number) => Omit<AuditEntry, 'at'>]>([
    ['of one refusal', () => refused('10.0.0.1')],
    ['of other paths', (i) => refused('10.0.0.1', `/${i}`)],
    ['of other addresses', (i) => refused(`2001:db8::${i.toString(16)}`)],
    ['of what comes again just when it was forgotten', (i) => refused(`10.0.0.${i % 64}`, `/${i % 640}`)],
  ])('%s writes few lines, and loses none', (_name, refusal) => {
    const { written, take, pass, end } = newFold()
    let taken = 0
    for (let second = 0; second < 7200; second++) {
      for (let i = 0; i < 20; i++) take(refusal(taken++))
      pass(SECOND)
    }
    end()
    expect(countOf(written)).toBe(taken)
    expect(written.length).toBeLessThan(20 * 120)
    expect(bytesOf(written)).toBeLessThan(700_000)
  })
})

describe('failures', () => {
  const failed = (more: Partial<AuditEntry> = {}): Omit<AuditEntry, 'at'> => ({
    who: 'anna',
    from: '10.0.0.7',
    action: 'docker_stop_container',
    target: 'web',
    result: 'failed',
    reason: 'the container does not run',
    ...more,
  })

  it('that are equal are written once, and then as one', () => {
    const { written, take, pass } = newFold(FailureFold)
    for (let i = 0; i < 100; i++) take(failed())
    expect(written).toHaveLength(1)
    pass(HOUR)
    expect(written).toHaveLength(2)
    expect(written[1]).toMatchObject({ ...failed(), count: 99 })
  })

  it('that differ in anything are each written at once', () => {
    const { written, take, pass } = newFold(FailureFold)
    const others = [{ who: 'ben' }, { target: 'db' }, { action: 'docker_kill_container' }, { reason: 'late' }]
    for (const more of [{}, ...others]) take(failed(more))
    for (let i = 0; i < 1000; i++) take(failed({ target: `c${i}` }))
    expect(written).toHaveLength(1005)
    pass(HOUR)
    expect(written).toHaveLength(1005)
  })

  it('of what was going on for some time are each written', () => {
    const { written, take } = newFold(FailureFold)
    for (let i = 0; i < 3; i++) take(failed({ durationMs: 5 }))
    expect(written).toHaveLength(3)
  })

  it('are not lost when the log is closed', () => {
    const { written, take, end } = newFold(FailureFold)
    for (let i = 0; i < 5; i++) take(failed())
    end()
    expect(countOf(written)).toBe(5)
  })
})

describe('sign-ins and sign-outs', () => {
  const signedIn = (more: Partial<AuditEntry> = {}): Omit<AuditEntry, 'at'> => ({
    ...{ who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done', reason: 'by a password', ...more },
  })
  const signedOut = (target: string): Omit<AuditEntry, 'at'> => ({
    ...{ who: 'anna', from: '10.0.0.7', action: 'sign-out', target, result: 'done' },
  })

  it('as people do it are each written at once, also equal ones', () => {
    const { written, take, pass, end } = newFold(SessionFold)
    for (let hour = 0; hour < 24; hour++) {
      for (let i = 0; i < 5; i++) take(signedIn())
      for (let i = 0; i < 5; i++) take(signedOut('this browser'))
      expect(written).toHaveLength(10 * (hour + 1))
      pass(HOUR)
    }
    end()
    expect(written.every(({ count }) => count === undefined)).toBe(true)
  })

  it('that one user does without end are counted, and told together', () => {
    const { written, take, pass } = newFold(SessionFold)
    for (let i = 0; i < 10_000; i++) take(signedIn())
    pass(HOUR)
    expect(written.length).toBeLessThan(20)
    expect(countOf(written)).toBe(10_000)
    expect(written.at(-1)).toEqual({ at: expect.any(String), ...signedIn(), count: 9989 })
  })

  it('that differ tell what they have in common', () => {
    const { written, take, pass } = newFold(SessionFold)
    for (let i = 0; i < 1000; i++) {
      take(signedIn({ from: `2001:db8::${i.toString(16)}` }))
      take(signedOut(`session ${i}`))
    }
    pass(HOUR)
    expect(countOf(written)).toBe(2000)
    const [ins, outs] = written.slice(-2)
    expect(ins).toEqual({ at: expect.any(String), ...signedIn({ from: '2001:db8::/64' }), count: 994 })
    const { target: _, ...out } = signedOut('')
    expect(outs).toEqual({ at: expect.any(String), ...out, count: 994 })
  })

  it('of one user take nothing from those of another', () => {
    const { written, take } = newFold(SessionFold)
    for (let i = 0; i < 10_000; i++) take(signedIn({ who: 'mallory' }))
    take(signedIn())
    expect(written.at(-1)).toMatchObject(signedIn())
  })

  it.each([
    ['another address', '203.0.113.9'],
    ['another /64', '2001:db8:0:2::1'],
    ['another user of the machine', '127.0.0.1 uid 1001'],
  ])('that flood the log hide none from %s', (_, from) => {
    const { written, take, pass } = newFold(SessionFold)
    for (let i = 0; i < 10_000; i++) {
      take(signedIn({ from: `2001:db8:0:1::${i.toString(16)}` }))
      take(signedIn({ from: '127.0.0.1 uid 1000' }))
    }
    take(signedIn({ from }))
    expect(written.at(-1)).toMatchObject(signedIn({ from }))
    for (let i = 0; i < 3; i++) take(signedIn({ from }))
    pass(10 * SECOND)
    expect(written).toContainEqual({ at: expect.any(String), ...signedIn({ from }), count: 3 })
  })

  it('from very many networks are told together, and the first of them each', () => {
    const { written, take, pass } = newFold(SessionFold)
    for (let i = 0; i < 10_000; i++) take(signedIn({ from: `10.${i >> 8}.${i & 255}.1` }))
    pass(HOUR)
    expect(countOf(written)).toBe(10_000)
    expect(written.length).toBeLessThan(30)
    expect(written.slice(0, 26).map(({ from }) => from)).toEqual(
      Array.from({ length: 26 }, (_, i) => `10.0.${i}.1`),
    )
    expect(written.at(-1)).toEqual({
      at: expect.any(String),
      ...signedIn({ from: 'several addresses' }),
      count: 10_000 - 26,
    })
  })

  it.each<[string, (i: number) => string]>([
    ['ever new networks', (i) => `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`],
    ['twenty networks in turn', (i) => `10.0.${i % 20}.1`],
    ['networks that come again when they were forgotten', (i) => `10.0.${Math.floor(i / 150) % 64}.1`],
  ])('that go on for two hours from %s write few lines, and none is lost', (_, from) => {
    const { written, take, pass, end } = newFold(SessionFold)
    let taken = 0
    for (let second = 0; second < 7200; second++) {
      for (let i = 0; i < 5; i++) take(signedIn({ from: from(taken++) }))
      pass(SECOND)
    }
    end()
    expect(countOf(written)).toBe(taken)
    expect(written.length).toBeLessThan(20 * 120)
    expect(bytesOf(written)).toBeLessThan(700_000)
  })

  it('of a user who has not signed in for long are again written as at first', () => {
    const { written, take, pass } = newFold(SessionFold)
    for (let i = 0; i < 1000; i++) take(signedIn())
    pass(HOUR)
    for (const who of ['ben', 'anna']) {
      const before = written.length
      for (let i = 0; i < 10; i++) take(signedIn({ who }))
      expect(written.length - before).toBe(10)
    }
  })

  it('that go on for two hours write few lines, and none is lost', () => {
    const { written, take, pass, end } = newFold(SessionFold)
    let taken = 0
    for (let second = 0; second < 7200; second++) {
      for (let i = 0; i < 20; i++) take(taken++ % 2 === 0 ? signedIn() : signedOut(`session ${taken}`))
      pass(SECOND)
    }
    end()
    expect(countOf(written)).toBe(taken)
    expect(written.length).toBeLessThan(4 * 120)
  })
})
