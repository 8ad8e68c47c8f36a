import { describe, expect, it } from 'vitest'
import { AccountsError } from '../../../src/app/accounts/accounts.ts'
import { fromHere, goodPassword, testAccounts } from './test-accounts.ts'

const anna = { name: 'anna', role: 'operator', password: goodPassword } as const

describe('users', () => {
  it('are added, found, listed by name, and removed', async () => {
    const { accounts, clock } = testAccounts()
    const { users } = accounts
    await users.add({ ...anna, name: 'zoe', role: 'viewer' })
    const added = await users.add(anna)
    expect(added).toEqual({
      name: 'anna',
      role: 'operator',
      createdAt: new Date(clock.nowMs()).toISOString(),
    })
    expect(users.find('anna')).toEqual(added)
    expect(users.list().map(({ name }) => name)).toEqual(['anna', 'zoe'])
    users.remove('anna')
    expect(users.find('anna')).toBeUndefined()
    expect(users.list().map(({ name }) => name)).toEqual(['zoe'])
    expect(await accounts.verifyPassword('anna', goodPassword)).toBeUndefined()
  })

  it('cannot be added twice, also at the same time', async () => {
    const { users } = testAccounts().accounts
    const both = await Promise.allSettled([users.add(anna), users.add(anna)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(users.add(anna)).rejects.toMatchObject({ code: 'user_exists' })
    expect(users.list()).toHaveLength(1)
  })

  it.each(['owner', 'token'])('cannot be called %s', async (name) => {
    const { users } = testAccounts().accounts
    await expect(users.add({ ...anna, name })).rejects.toMatchObject({ code: 'reserved_name' })
  })

  it('cannot be changed or removed when there are none', async () => {
    const { users } = testAccounts().accounts
    await expect(users.change('bob', { role: 'admin' })).rejects.toThrow(AccountsError)
    expect(() => users.remove('bob')).toThrow('there is no user bob')
  })

  it.each([
    { what: 'a new role', change: { role: 'admin' } as const, ends: true },
    { what: 'the same role', change: { role: 'operator' } as const, ends: false },
    { what: 'a new password', change: { password: 'another password' }, ends: true },
    { what: 'the same password again', change: { password: goodPassword }, ends: true },
    { what: 'nothing', change: {}, ends: false },
  ])('that get $what keep no session: $ends', async ({ change, ends }) => {
    const { accounts } = testAccounts()
    await accounts.users.add(anna)
    await accounts.users.add({ ...anna, name: 'bob' })
    const { cookie, secret, session } = accounts.sessions.open({ user: 'anna', ...fromHere })
    accounts.sessions.open({ user: 'bob', ...fromHere })
    const ended: string[] = []
    const changed: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    accounts.onUsersChanged((names) => changed.push(...names))
    const user = await accounts.users.change('anna', change)
    expect(user).toMatchObject({ name: 'anna', role: 'operator', ...('role' in change ? change : {}) })
    expect(accounts.sessions.find(cookie, secret) === undefined).toBe(ends)
    expect(ended).toEqual(ends ? [session.id] : [])
    expect(changed).toEqual(ends ? ['anna'] : [])
    expect(accounts.sessions.list('bob')).toHaveLength(1)
  })

  it('that are removed lose their sessions, and those of the same name later do not get them', async () => {
    const { accounts } = testAccounts()
    await accounts.users.add(anna)
    const { cookie, secret, session } = accounts.sessions.open({ user: 'anna', ...fromHere })
    const ended: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    accounts.users.remove('anna')
    await accounts.users.add({ ...anna, role: 'admin' })
    expect(ended).toEqual([session.id])
    expect(accounts.sessions.find(cookie, secret)).toBeUndefined()
  })

  it('have their new password at once', async () => {
    const { accounts } = testAccounts()
    await accounts.users.add(anna)
    await accounts.users.change('anna', { password: 'another password' })
    expect(await accounts.verifyPassword('anna', goodPassword)).toBeUndefined()
    expect(await accounts.verifyPassword('anna', 'another password')).toMatchObject({ name: 'anna' })
  })

  it('are left as they are when a last check, at which nobody else can write, fails', async () => {
    const { users, sessions } = testAccounts().accounts
    await users.add(anna)
    sessions.open({ user: 'anna', ...fromHere })
    const check = (): void => {
      throw new Error(`${sessions.list().length} sessions, and no more`)
    }
    const refused = '1 sessions, and no more'
    await expect(users.add({ ...anna, name: 'bob' }, check)).rejects.toThrow(refused)
    await expect(users.change('anna', { role: 'admin' }, check)).rejects.toThrow(refused)
    await expect(users.change('anna', { password: 'another password' }, check)).rejects.toThrow(refused)
    expect(() => users.remove('anna', check)).toThrow(refused)
    expect(users.list()).toMatchObject([{ name: 'anna', role: 'operator' }])
    expect(sessions.list('anna')).toHaveLength(1)
  })
})
