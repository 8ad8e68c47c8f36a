import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Changes } from '../../../src/app/accounts/changes.ts'
import { Database } from '../../../src/app/accounts/database/database.ts'
import { accountsFile } from '../../../src/app/accounts/open-accounts.ts'
import { hashPassword, hasOtherCost, isPassword } from '../../../src/app/accounts/passwords/hash.ts'
import { hashingsAtOnce, MAY_WAIT, PasswordHasher } from '../../../src/app/accounts/passwords/hasher.ts'
import { PasswordCheck } from '../../../src/app/accounts/passwords/password-check.ts'
import { SignInLimits } from '../../../src/app/accounts/sign-in-limits.ts'
import { createUsers } from '../../../src/app/accounts/users.ts'
import { cheapHash, fromHere, goodPassword, testAccounts, testDirectory } from './test-accounts.ts'

const here = '192.0.2.7'

const withAnna = async (options: Parameters<typeof testAccounts>[0] = {}) => {
  const made = testAccounts(options)
  await made.accounts.users.add({ name: 'anna', role: 'operator', password: goodPassword })
  return made
}

describe('the hash of a password', () => {
  it('is argon2id in PHC format, with a salt of its own', async () => {
    const [one, other] = [await hashPassword('x', cheapHash), await hashPassword('x', cheapHash)]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(other)
    expect([await isPassword('x', one), await isPassword('x', other), await isPassword('y', one)]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('is the same as another program makes', async () => {
    // printf password | argon2 somesalt -id -v 13 -t 2 -k 65536 -p 1 -l 32 -e (phc-winner-argon2, its test vectors)
    const known = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await isPassword('password', known)).toBe(true)
    expect(await isPassword('Password', known)).toBe(false)
  })

  it('does not depend on how a character is composed', async () => {
    expect(await isPassword('caf\u00e9', await hashPassword('cafe\u0301', cheapHash))).toBe(true)
  })

  it('is refused when it is none', async () => {
    await expect(isPassword('x', 'x')).rejects.toThrow('no argon2id hash')
  })

  it('tells whether it costs what it should', async () => {
    const hashed = await hashPassword('x', cheapHash)
    expect(hasOtherCost(hashed, cheapHash)).toBe(false)
    expect(hasOtherCost(hashed, { ...cheapHash, passes: 2 })).toBe(true)
  })

  it.each([
    [1, 1],
    [3, 1],
    [4, 2],
    [64, 2],
  ])('takes at most half of %i cores, if there is more than one: %i at once', (cores, atOnce) => {
    expect(hashingsAtOnce(cores)).toBe(atOnce)
  })

  it('is made once or twice at a time, while 16 wait', async () => {
    const hasher = new PasswordHasher(cheapHash)
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => hasher.hash('x')))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(hashingsAtOnce() + MAY_WAIT)
    expect(all.at(-1)).toMatchObject({ reason: { code: 'busy' } })
  })
})

describe('a password', () => {
  it('is made anew at sign-in when hashes cost something else now', async () => {
    const directory = testDirectory()
    const { accounts } = await withAnna({ directory })
    const { session } = accounts.sessions.open({ user: 'anna', ...fromHere })
    const stored = () => {
      const database = new DatabaseSync(accountsFile(directory))
      const row = database.prepare('SELECT password FROM users').get()
      database.close()
      return String(row?.password)
    }
    const dearer = testAccounts({ directory, hashCost: { ...cheapHash, passes: 2 } }).accounts
    expect(await dearer.verifyPassword('anna', 'wrong')).toBeUndefined()
    expect(stored()).toContain('m=64,t=1,p=1')
    expect(await dearer.verifyPassword('anna', goodPassword)).toMatchObject({ name: 'anna' })
    expect(stored()).toContain('m=64,t=2,p=1')
    expect(await dearer.verifyPassword('anna', goodPassword)).toMatchObject({ name: 'anna' })
    expect(dearer.sessions.get(session.id)).toBeDefined()
  })

  it('is worth nothing when the user is removed while it is checked', async () => {
    const { accounts } = await withAnna()
    const answer = accounts.verifyPassword('anna', goodPassword)
    accounts.users.remove('anna')
    expect(await answer).toBeUndefined()
  })

  it('takes as long to check for a user who is not there', async () => {
    const { accounts } = testAccounts({ hashCost: { memoryKib: 19_456, passes: 3, lanes: 1 } })
    await accounts.users.add({ name: 'anna', role: 'viewer', password: goodPassword })
    const times = { anna: [] as number[], nobody: [] as number[], owner: [] as number[] }
    for (let round = 0; round < 7; round++)
      for (const name of ['anna', 'nobody', 'owner'] as const) {
        const before = process.cpuUsage()
        expect(await accounts.verifyPassword(name, 'wrong')).toBeUndefined()
        const { user, system } = process.cpuUsage(before)
        times[name].push(user + system)
      }
    // CPU time, the least of each, since other tests run beside. Without the work for nobody they differ a thousandfold.
    const [known, unknown, owner] = [times.anna, times.nobody, times.owner].map((all) => Math.min(...all))
    expect(unknown).toBeGreaterThan((known ?? 0) / 2)
    expect(owner).toBeGreaterThan((known ?? 0) / 2)
  })
})

/** Does something, as another process might, right before it notes a sign-in, where it has to wait for whoever writes. */
class Interrupted extends Database {
  meanwhile = (): void => {}

  override run(...[sql, ...values]: Parameters<Database['run']>): number {
    if (sql.includes('last_sign_in_at')) this.meanwhile()
    return super.run(sql, ...values)
  }
}

describe('a password that another process changes', () => {
  const old = { name: 'anna', password: goodPassword, source: here }
  const changed = { ...old, password: 'another password' }

  it('after it was found right opens no session', async () => {
    const { accounts, directory } = await withAnna()
    const command = testAccounts({ directory }).accounts
    const answer = await accounts.checkPassword(old)
    if (!('user' in answer)) throw new Error('it is right')
    await command.users.change('anna', { password: changed.password })
    const { user, stamp } = answer
    expect(() => accounts.sessions.open({ ...fromHere, user: user.name, stamp })).toThrow('password is wrong')
    expect(accounts.sessions.list()).toEqual([])
    expect(await accounts.checkPassword(old)).toEqual({ refused: 'wrong' })
    const again = await accounts.checkPassword(changed)
    if (!('user' in again)) throw new Error('it is right')
    accounts.sessions.open({ ...fromHere, user: again.user.name, stamp: again.stamp })
    expect(accounts.sessions.list()).toHaveLength(1)
  })

  it('of a user who is removed and added again meanwhile opens none either', async () => {
    const { accounts, directory } = await withAnna()
    const command = testAccounts({ directory }).accounts
    const answer = await accounts.checkPassword(old)
    if (!('user' in answer)) throw new Error('it is right')
    command.users.remove('anna')
    await command.users.add({ name: 'anna', role: 'admin', password: goodPassword })
    expect(() => accounts.sessions.open({ ...fromHere, user: 'anna', stamp: answer.stamp })).toThrow(
      'password is wrong',
    )
  })

  it('while it is noted that it was right is wrong, and not remembered', async () => {
    const { directory, clock } = await withAnna()
    const [database, other] = [Interrupted, Database].map(
      (Kind) => new Kind(accountsFile(directory), { busyTimeoutMs: 500 }),
    )
    if (!(database instanceof Interrupted) || other === undefined) throw new Error('two are opened')
    onTestFinished(() => {
      for (const opened of [database, other]) opened.close()
    })
    const hasher = new PasswordHasher(cheapHash)
    const { nowMs } = clock
    const users = createUsers({ database, changes: new Changes(database), hasher, nowMs })
    const passwords = new PasswordCheck({ database, users, hasher, limits: new SignInLimits(), nowMs })
    const hashed = await hasher.hash(changed.password)
    database.meanwhile = () => void other.run('UPDATE users SET password = ?, stamp = ?', hashed, 'another')
    expect(await passwords.check(old)).toEqual({ refused: 'wrong' })
    database.meanwhile = () => {}
    expect(users.find('anna')?.lastSignInAt).toBeUndefined()
    expect(await passwords.check(old)).toEqual({ refused: 'wrong' })
    expect(await passwords.check(changed)).toMatchObject({ user: { name: 'anna' } })
  })
})

describe('attempts to sign in', () => {
  it('are right or wrong, and a success is noted', async () => {
    const { accounts, clock } = await withAnna()
    clock.pass(1000)
    const check = (name: string, password: string) => accounts.checkPassword({ name, password, source: here })
    expect(await check('anna', 'wrong')).toEqual({ refused: 'wrong' })
    expect(await check('nobody', 'wrong')).toEqual({ refused: 'wrong' })
    expect(await check('no such name!', 'wrong')).toEqual({ refused: 'wrong' })
    expect(await check('anna', 'x'.repeat(10_000))).toEqual({ refused: 'wrong' })
    expect(await check('anna', goodPassword)).toMatchObject({ user: { name: 'anna', role: 'operator' } })
    expect(accounts.users.find('anna')?.lastSignInAt).toBe(new Date(clock.nowMs()).toISOString())
  })

  it('do not lock out the user, who signed in from elsewhere before, nor the link', async () => {
    const { accounts } = await withAnna()
    const home = { name: 'anna', password: goodPassword, source: here }
    expect(await accounts.checkPassword(home)).toMatchObject({ user: { name: 'anna' } })
    const answers = new Map<string, number>()
    for (let guess = 0; guess < 1000; guess++) {
      const source = `2001:db8:${guess % 100}::`
      const answer = await accounts.checkPassword({ name: 'anna', password: `guess ${guess}`, source })
      const what = 'refused' in answer ? answer.refused : 'right'
      answers.set(what, (answers.get(what) ?? 0) + 1)
    }
    expect(Object.fromEntries(answers)).toEqual({ wrong: 50, limited: 950 })
    // Not even with the right password can a stranger tell that it is right,
    expect(await accounts.checkPassword({ ...home, source: '198.51.100.9' })).toMatchObject({
      refused: 'limited',
    })
    // whereas the user and the owner are not concerned.
    expect(await accounts.checkPassword(home)).toMatchObject({ user: { name: 'anna' } })
    expect(await accounts.checkPassword({ ...home, password: 'a slip' })).toEqual({ refused: 'wrong' })
    expect(await accounts.checkPassword(home)).toMatchObject({ user: { name: 'anna' } })
    expect(accounts.codes.redeem(accounts.codes.make())).toBe('owner')
  })

  it('leave the user free also after the app was started again', async () => {
    const { accounts, directory } = await withAnna()
    const home = { name: 'anna', password: goodPassword, source: here }
    await accounts.checkPassword(home)
    accounts.close()
    const again = testAccounts({ directory }).accounts
    for (let guess = 0; guess < 60; guess++)
      await again.checkPassword({ ...home, password: `guess ${guess}`, source: `10.0.0.${guess}` })
    expect(await again.checkPassword({ ...home, source: '198.51.100.9' })).toMatchObject({
      refused: 'limited',
    })
    expect(await again.checkPassword(home)).toMatchObject({ user: { name: 'anna' } })
  })

  it('of a guesser who is limited do not show when a guess is right, though the user has just signed in', async () => {
    const { accounts } = await withAnna()
    const [user, guesser] = [here, '198.51.100.9'].map((source) => ({
      name: 'anna',
      password: goodPassword,
      source,
    }))
    if (user === undefined || guesser === undefined) throw new Error('two are made')
    await accounts.checkPassword(user)
    for (let guess = 0; guess < 10; guess++)
      await accounts.checkPassword({ ...guesser, password: `guess ${guess}` })
    expect(await accounts.checkPassword(guesser)).toMatchObject({ refused: 'limited' })
    expect(await accounts.checkPassword(user)).toMatchObject({ user: { name: 'anna' } })
  })

  it('of a script with each request are hashed once, until something about the user changes', async () => {
    const { accounts } = await withAnna({ hashCost: { memoryKib: 19_456, passes: 2, lanes: 1 } })
    const script = { name: 'anna', password: goodPassword, source: here }
    // Time of the CPU, which passes on no other work, and not while this process has to wait.
    const before = process.cpuUsage()
    const cpuMs = () => {
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    await accounts.checkPassword(script)
    const onceMs = cpuMs()
    const burst = await Promise.all(Array.from({ length: 200 }, () => accounts.checkPassword(script)))
    expect(burst.every((answer) => 'user' in answer)).toBe(true)
    expect(cpuMs()).toBeLessThan(100 * onceMs)
    await accounts.users.change('anna', { role: 'viewer' })
    expect(await accounts.checkPassword(script)).toMatchObject({ user: { role: 'viewer' } })
    await accounts.users.change('anna', { password: 'another password' })
    expect(await accounts.checkPassword(script)).toEqual({ refused: 'wrong' })
    accounts.users.remove('anna')
    expect(await accounts.checkPassword({ ...script, password: 'another password' })).toEqual({
      refused: 'wrong',
    })
  })

  it('that come at once with one password are one attempt, others are refused while too many wait', async () => {
    const { accounts } = await withAnna()
    const same = Array.from({ length: 100 }, () =>
      accounts.checkPassword({ name: 'anna', password: goodPassword, source: here }),
    )
    expect((await Promise.all(same)).every((answer) => 'user' in answer)).toBe(true)
    const others = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        accounts.checkPassword({ name: `user${index}`, password: 'wrong', source: `10.0.0.${index}` }),
      ),
    )
    const checked = hashingsAtOnce() + MAY_WAIT
    const count = (what: string) =>
      others.filter((answer) => 'refused' in answer && answer.refused === what).length
    expect({ wrong: count('wrong'), busy: count('busy') }).toEqual({ wrong: checked, busy: 60 - checked })
  })
})
