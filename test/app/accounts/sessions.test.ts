import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { accountsFile } from '../../../src/app/accounts/open-accounts.ts'
import { fromHere, goodPassword, testAccounts } from './test-accounts.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

const withAnna = async (options: Parameters<typeof testAccounts>[0] = {}) => {
  const made = testAccounts(options)
  await made.accounts.users.add({ name: 'anna', role: 'operator', password: goodPassword })
  return { ...made, sessions: made.accounts.sessions }
}

describe('a session', () => {
  it('is found by cookie and secret together, and by neither alone', async () => {
    const { sessions } = await withAnna()
    const one = sessions.open({ user: 'anna', ...fromHere })
    const other = sessions.open({ user: 'anna', ...fromHere, secure: false })
    expect(sessions.find(one.cookie, one.secret)).toEqual({
      sessionId: one.session.id,
      user: 'anna',
      role: 'operator',
      by: 'password',
      secure: true,
    })
    expect(sessions.find(other.cookie, other.secret)).toMatchObject({
      sessionId: other.session.id,
      secure: false,
    })
    for (const [cookie, secret] of [
      [one.cookie, other.secret],
      [one.cookie, ''],
      ['', one.secret],
      [one.secret, one.cookie],
      [one.session.id, one.secret],
      [one.cookie, one.cookie],
      ['x'.repeat(100_000), one.secret],
    ] as const)
      expect(sessions.find(cookie, secret)).toBeUndefined()
  })

  it('has random secrets of 256 bits, of which the files hold neither', async () => {
    const { accounts, sessions, directory } = await withAnna()
    const { cookie, secret } = sessions.open({ user: 'anna', ...fromHere })
    const code = accounts.codes.make()
    for (const text of [cookie, secret]) expect(text).toMatch(/^[\w-]{43}$/)
    const stored = ['', '-wal']
      .map((suffix) => readFileSync(`${accountsFile(directory)}${suffix}`, 'latin1'))
      .join()
    expect(stored).toContain('192.0.2.7')
    for (const text of [cookie, secret, code, goodPassword]) {
      expect(stored).not.toContain(text)
      expect(stored).not.toContain(Buffer.from(text, 'base64url').toString('latin1'))
    }
  })

  it('ends 7 days after it was last seen', async () => {
    const { sessions, clock } = await withAnna()
    const { cookie, secret, session } = sessions.open({ user: 'anna', ...fromHere })
    clock.pass(7 * dayMs - 1)
    expect(sessions.find(cookie, secret)).toBeDefined()
    clock.pass(7 * dayMs - 1)
    expect(sessions.get(session.id)).toBeDefined()
    clock.pass(7 * dayMs)
    expect(sessions.find(cookie, secret)).toBeUndefined()
    expect(sessions.get(session.id)).toBeUndefined()
    expect(sessions.list()).toEqual([])
  })

  it('ends 30 days after it was opened, however often it is seen', async () => {
    const { sessions, clock } = await withAnna()
    const { cookie, secret } = sessions.open({ user: 'anna', ...fromHere })
    for (let day = 1; day < 30; day++) {
      clock.pass(dayMs)
      expect(sessions.find(cookie, secret)).toBeDefined()
    }
    clock.pass(dayMs)
    expect(sessions.find(cookie, secret)).toBeUndefined()
  })

  it('is listed with what one recognises it by', async () => {
    const { sessions, clock } = await withAnna()
    const { session } = sessions.open({ user: 'anna', ...fromHere })
    const openedAt = clock.nowMs()
    clock.pass(minuteMs)
    sessions.open({ user: 'owner', ...fromHere, by: 'code', agent: `evil\u0000\u202e${'x'.repeat(1000)}` })
    sessions.get(session.id)
    expect(sessions.list('anna')).toEqual([
      {
        id: session.id,
        user: 'anna',
        createdAt: new Date(openedAt).toISOString(),
        lastSeenAt: new Date(openedAt + minuteMs).toISOString(),
        expiresAt: new Date(openedAt + minuteMs + 7 * dayMs).toISOString(),
        from: fromHere.from,
        agent: fromHere.agent,
      },
    ])
    const [newest] = sessions.list()
    expect(newest).toMatchObject({ user: 'owner' })
    expect(newest?.agent).toMatch(/^evil\ufffd\ufffdx{250}$/)
  })

  it('is ended alone, by its user only, or with all others of the user', async () => {
    const { accounts, sessions } = await withAnna()
    const [one, two, three] = Array.from({ length: 3 }, () => sessions.open({ user: 'anna', ...fromHere }))
    const owner = sessions.open({ user: 'owner', ...fromHere, by: 'code' })
    const ended: (readonly string[])[] = []
    accounts.onSessionsEnded((ids) => ended.push(ids))
    expect(sessions.end(one?.session.id ?? '', 'owner')).toBe(false)
    expect(sessions.end(one?.session.id ?? '', 'anna')).toBe(true)
    expect(sessions.end(one?.session.id ?? '')).toBe(false)
    expect(sessions.endAll('anna')).toBe(2)
    expect(sessions.endAll('anna')).toBe(0)
    expect(ended.map((ids) => [...ids].sort())).toEqual([
      [one?.session.id],
      [two?.session.id, three?.session.id].sort(),
    ])
    expect(sessions.find(owner.cookie, owner.secret)).toMatchObject({
      user: 'owner',
      role: 'admin',
      by: 'code',
    })
  })

  it('is only opened for those who may have one', async () => {
    const { sessions } = await withAnna({ proxyRole: 'viewer' })
    const open = (session: { user: string; by: 'code' | 'password' | 'proxy' }) =>
      sessions.open({ ...fromHere, ...session })
    expect(() => open({ user: 'bob', by: 'password' })).toThrow('there is no user bob')
    expect(() => open({ user: 'bob', by: 'code' })).toThrow('there is no user bob')
    expect(() => open({ user: 'owner', by: 'password' })).toThrow('nobody can sign in as owner')
    expect(() => open({ user: 'owner', by: 'proxy' })).toThrow('nobody can sign in as owner')
    expect(() => open({ user: 'token', by: 'proxy' })).toThrow('nobody can sign in as token')
    expect(sessions.list()).toEqual([])
    const bob = open({ user: 'bob', by: 'proxy' })
    expect(sessions.find(bob.cookie, bob.secret)).toMatchObject({ user: 'bob', role: 'viewer', by: 'proxy' })
    const anna = open({ user: 'anna', by: 'proxy' })
    expect(sessions.find(anna.cookie, anna.secret)).toMatchObject({ user: 'anna', role: 'operator' })
  })

  it('is opened for nobody whom only a proxy knows where none names users', async () => {
    const { sessions } = await withAnna()
    expect(() => sessions.open({ ...fromHere, user: 'bob', by: 'proxy' })).toThrow('there is no user bob')
  })

  it('of a name that only a proxy knows has the role that such have now, and counts only where they have one', async () => {
    const { accounts, sessions, clock, directory } = await withAnna({ proxyRole: 'admin' })
    const bob = sessions.open({ ...fromHere, user: 'bob', by: 'proxy' })
    const anna = sessions.open({ ...fromHere, user: 'anna', by: 'proxy' })
    const owner = sessions.open({ ...fromHere, user: 'owner', by: 'code' })
    accounts.close()
    const roles = (['viewer', undefined, 'operator'] as const).map((proxyRole) => {
      const again = testAccounts({ directory, nowMs: clock.nowMs, proxyRole }).accounts
      const found = [bob, anna, owner].map(({ cookie, secret }) => again.sessions.find(cookie, secret)?.role)
      expect(again.sessions.get(bob.session.id)?.role).toBe(found[0])
      expect(again.sessions.list('bob')).toHaveLength(1)
      return found
    })
    expect(roles).toEqual([
      ['viewer', 'operator', 'admin'],
      [undefined, 'operator', 'admin'],
      ['operator', 'operator', 'admin'],
    ])
  })

  it('of a name that only a proxy knows ends when that is removed', async () => {
    const { accounts, sessions } = await withAnna({ proxyRole: 'viewer' })
    const bobs = [1, 2].map(() => sessions.open({ ...fromHere, user: 'bob', by: 'proxy' }).session.id)
    const ended: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    expect(accounts.users.remove('bob')).toBe(false)
    expect(ended.toSorted()).toEqual(bobs.toSorted())
    expect(() => accounts.users.remove('bob')).toThrow('there is no user bob')
    expect(accounts.users.remove('anna')).toBe(true)
  })

  it('of a name that only a proxy knows ends when that becomes a user', async () => {
    const { accounts, sessions } = await withAnna({ proxyRole: 'viewer' })
    const bob = sessions.open({ ...fromHere, user: 'bob', by: 'proxy' })
    await accounts.users.add({ name: 'bob', role: 'admin', password: goodPassword })
    expect(sessions.find(bob.cookie, bob.secret)).toBeUndefined()
  })

  it('makes place for new ones when a user has 50', async () => {
    const { accounts, sessions, clock } = await withAnna()
    const owner = sessions.open({ user: 'owner', ...fromHere, by: 'code' })
    const opened = Array.from({ length: 50 }, () => {
      clock.pass(1000)
      return sessions.open({ user: 'anna', ...fromHere })
    })
    const ended: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    clock.pass(1000)
    sessions.get(opened[0]?.session.id ?? '')
    sessions.open({ user: 'anna', ...fromHere })
    expect(ended).toEqual([opened[1]?.session.id])
    expect(sessions.list('anna')).toHaveLength(50)
    expect(sessions.get(owner.session.id)).toBeDefined()
  })

  it('outlives the process, with when it was last seen', async () => {
    const { accounts, sessions, clock, directory } = await withAnna()
    const { cookie, secret, session } = sessions.open({ user: 'anna', ...fromHere })
    clock.pass(dayMs)
    sessions.find(cookie, secret)
    const seenAt = clock.nowMs()
    accounts.close()
    clock.pass(dayMs)
    const again = testAccounts({ directory, nowMs: clock.nowMs }).accounts.sessions
    expect(again.list()).toMatchObject([{ id: session.id, lastSeenAt: new Date(seenAt).toISOString() }])
    expect(again.find(cookie, secret)).toMatchObject({ user: 'anna' })
  })
})

describe('when sessions were last seen', () => {
  it('is not written with each request', async () => {
    const { sessions, clock, directory } = await withAnna()
    const { cookie, secret } = sessions.open({ user: 'anna', ...fromHere })
    const other = new DatabaseSync(accountsFile(directory))
    const version = () => other.prepare('PRAGMA data_version').get()?.data_version
    const before = version()
    for (let request = 0; request < 100; request++) {
      clock.pass(100)
      sessions.find(cookie, secret)
    }
    expect(version()).toBe(before)
    other.close()
  })
})
