import { describe, expect, it } from 'vitest'
import { CODE_REPEAT_MS, createCodeUses } from '../../../src/app/accounts/code-uses.ts'
import { createTickets } from '../../../src/app/accounts/tickets.ts'
import { fromHere, testAccounts, testClock } from './test-accounts.ts'

describe('a one-time code', () => {
  it('signs in as the owner, once', () => {
    const { codes } = testAccounts().accounts
    const [one, other] = [codes.make(), codes.make()]
    expect(one).toMatch(/^[\w-]{22}$/)
    expect(codes.redeem(one)).toBe('owner')
    expect(codes.redeem(one)).toBeUndefined()
    expect(codes.redeem(other)).toBe('owner')
  })

  it('is worth nothing after 10 minutes', () => {
    const { accounts, clock } = testAccounts()
    const code = accounts.codes.make()
    clock.pass(10 * 60_000 - 1)
    const late = accounts.codes.make()
    expect(accounts.codes.redeem(code)).toBe('owner')
    clock.pass(10 * 60_000)
    expect(accounts.codes.redeem(late)).toBeUndefined()
  })

  it('still works after 1,000 wrong ones, none of which did', () => {
    const { codes } = testAccounts().accounts
    const code = codes.make()
    for (let guess = 0; guess < 1000; guess++) {
      const wrong = guess % 2 === 0 ? `${code.slice(0, -1)}${guess}` : `${guess}`.padStart(22, 'A')
      expect(codes.redeem(wrong)).toBeUndefined()
    }
    expect(codes.redeem('x'.repeat(1_000_000))).toBeUndefined()
    expect(codes.redeem(code)).toBe('owner')
  })

  it('goes when 200 newer ones were made', () => {
    const { accounts, clock } = testAccounts()
    const codes = Array.from({ length: 201 }, () => {
      clock.pass(1)
      return accounts.codes.make()
    })
    expect(accounts.codes.redeem(codes[0] ?? '')).toBeUndefined()
    expect(accounts.codes.redeem(codes[1] ?? '')).toBe('owner')
    expect(accounts.codes.redeem(codes[200] ?? '')).toBe('owner')
  })
})

describe('a use of a code', () => {
  const use = { code: 'a', idempotencyKey: 'k' }

  it('is that of the session it opened, for whoever has its code and its key', () => {
    const uses = createCodeUses(testClock().nowMs)
    uses.opened(use, '1')
    uses.opened({ code: 'b', idempotencyKey: 'k' }, '2')
    uses.opened({ code: 'c' }, '3')
    expect(uses.openedBy(use)).toBe('1')
    for (const other of [
      { code: 'a' },
      { ...use, idempotencyKey: 'K' },
      { ...use, code: 'A' },
      { code: 'c' },
    ])
      expect(uses.openedBy(other)).toBeUndefined()
  })

  it('is forgotten when its session is used', () => {
    const uses = createCodeUses(testClock().nowMs)
    uses.opened(use, '1')
    uses.opened({ ...use, code: 'b' }, '2')
    uses.sessionUsed('1')
    expect(uses.openedBy(use)).toBeUndefined()
    expect(uses.openedBy({ ...use, code: 'b' })).toBe('2')
  })

  it('is forgotten a minute after the first, however often it is repeated', () => {
    const clock = testClock()
    const uses = createCodeUses(clock.nowMs)
    uses.opened(use, '1')
    clock.pass(CODE_REPEAT_MS - 1)
    uses.opened(use, '2')
    expect(uses.openedBy(use)).toBe('2')
    uses.sessionUsed('1')
    expect(uses.openedBy(use)).toBe('2')
    clock.pass(1)
    expect(uses.openedBy(use)).toBeUndefined()
  })

  it('is forgotten when there were 200 later ones', () => {
    const uses = createCodeUses(testClock().nowMs)
    for (let number = 0; number <= 200; number++) uses.opened({ ...use, code: `${number}` }, `${number}`)
    expect(uses.openedBy({ ...use, code: '0' })).toBeUndefined()
    expect(uses.openedBy({ ...use, code: '1' })).toBe('1')
  })
})

describe('a session that opens in place of another', () => {
  it('ends that, or is not opened', () => {
    const { sessions } = testAccounts().accounts
    const as = { ...fromHere, user: 'owner', by: 'code' } as const
    const first = sessions.open(as).session.id
    const second = sessions.open({ ...as, replaces: first }).session.id
    expect(sessions.list().map(({ id }) => id)).toEqual([second])
    expect(() => sessions.open({ ...as, replaces: first })).toThrow('has ended already')
    expect(sessions.list().map(({ id }) => id)).toEqual([second])
  })
})

describe('a ticket', () => {
  it('gives its session, once, within 30 seconds', () => {
    const clock = testClock()
    const tickets = createTickets(clock.nowMs)
    const [one, late] = [tickets.issue('a'), tickets.issue('b')]
    expect(one).toMatch(/^[\w-]{22}$/)
    expect(tickets.redeem('guessed')).toBeUndefined()
    clock.pass(29_999)
    expect(tickets.redeem(one)).toBe('a')
    expect(tickets.redeem(one)).toBeUndefined()
    clock.pass(1)
    expect(tickets.redeem(late)).toBeUndefined()
  })

  it('is worth nothing when its session has ended', () => {
    const { accounts } = testAccounts()
    const open = () => accounts.sessions.open({ user: 'owner', ...fromHere, by: 'code' }).session.id
    const [ended, other] = [open(), open()]
    const tickets = [accounts.tickets.issue(ended), accounts.tickets.issue(other)] as const
    accounts.sessions.end(ended)
    expect(accounts.tickets.redeem(tickets[0])).toBeUndefined()
    expect(accounts.tickets.redeem(tickets[1])).toBe(other)
  })

  it('goes when its session has 64 newer ones, or all have 10,000', () => {
    const tickets = createTickets(testClock().nowMs)
    const other = tickets.issue('other')
    const own = Array.from({ length: 65 }, () => tickets.issue('own'))
    expect(tickets.redeem(own[0] ?? '')).toBeUndefined()
    expect(tickets.redeem(own[1] ?? '')).toBe('own')
    for (let number = 0; number < 10_000; number++) tickets.issue(`${number}`)
    expect(tickets.redeem(other)).toBeUndefined()
  })
})
