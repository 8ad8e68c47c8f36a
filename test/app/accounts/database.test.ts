import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Database } from '../../../src/app/accounts/database/database.ts'
import { accountsFile, openAccounts } from '../../../src/app/accounts/open-accounts.ts'
import { StateError } from '../../../src/state/state-dir.ts'
import { eventually } from '../../support/eventually.ts'
import { cheapHash, fromHere, goodPassword, testAccounts, testDirectory } from './test-accounts.ts'

const open = (directory: string) => openAccounts({ directory, nowMs: Date.now })

const errorOf = (work: () => unknown): Error => {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}

describe('the database of accounts', () => {
  it('and its helpers can be read by their owner only', () => {
    const { accounts, directory } = testAccounts()
    accounts.codes.make()
    for (const suffix of ['', '-wal', '-shm'])
      expect((statSync(`${accountsFile(directory)}${suffix}`).mode & 0o777).toString(8)).toBe('600')
  })

  it('is not used when others may read it, or when it is a link', () => {
    const directory = testDirectory()
    open(directory).close()
    chmodSync(accountsFile(directory), 0o644)
    expect(errorOf(() => open(directory)).message).toMatch(/other users may read .*chmod 600/)
    const other = testDirectory()
    symlinkSync(accountsFile(directory), accountsFile(other))
    expect(errorOf(() => open(other)).message).toMatch(/is no file/)
  })

  it.each([
    ['is no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000), { mode: 0o600 })],
    [
      'has lost its end',
      async (path: string) => {
        const accounts = open(join(path, '..'))
        for (let index = 0; index < 100; index++) accounts.codes.make()
        accounts.close()
        truncateSync(path, 8192)
      },
    ],
    [
      'has been overwritten in the middle',
      async (path: string) => {
        open(join(path, '..')).close()
        const bytes = readFileSync(path)
        bytes.fill(0xff, 4096, 4200)
        writeFileSync(path, bytes)
      },
    ],
  ])('that %s is told in plain words', async (_what, damage) => {
    const directory = testDirectory()
    await damage(accountsFile(directory))
    const error = errorOf(() => open(directory))
    expect(error).toBeInstanceOf(StateError)
    expect(error.message).toMatch(
      /accounts\.db \(users and sessions\) is damaged: .*move .*away.*scope user add/s,
    )
  })

  it('that is locked is told in plain words', () => {
    const { accounts, directory } = testAccounts()
    const other = new DatabaseSync(accountsFile(directory))
    other.exec('BEGIN IMMEDIATE')
    const error = errorOf(() => accounts.codes.make())
    expect(error).toBeInstanceOf(StateError)
    expect(error.message).toMatch(/another process keeps .*locked; try again/)
    // Who is signed in can still be seen.
    expect(accounts.users.list()).toEqual([])
    other.exec('ROLLBACK')
    expect(accounts.codes.redeem(accounts.codes.make())).toBe('owner')
    other.close()
  })

  it('of a newer Scope is left alone', () => {
    const directory = testDirectory()
    open(directory).close()
    const newer = new DatabaseSync(accountsFile(directory))
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(errorOf(() => open(directory)).message).toMatch(/written by a newer Scope \(schema 99/)
  })

  it('of an older Scope is brought to the newest schema, or left as it was', () => {
    const path = join(testDirectory(), 'x.db')
    const openWith = (...steps: string[]) => new Database(path, { busyTimeoutMs: 100, steps })
    const first = 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);'
    openWith(first).close()
    expect(() => openWith(first, 'ALTER TABLE a ADD y INTEGER; UPDATE a SET z = 1;')).toThrow(
      /no such column/,
    )
    const second = 'ALTER TABLE a ADD y INTEGER; UPDATE a SET y = x + 1;'
    const newest = openWith(first, second)
    expect(newest.all('SELECT * FROM a')).toEqual([{ x: 7, y: 8 }])
    newest.close()
    openWith(first, second).close()
    expect(() => openWith(first)).toThrow(/written by a newer Scope/)
  })

  it('cannot be where a directory is, or where there is none', () => {
    const directory = testDirectory()
    expect(errorOf(() => open(join(directory, 'none'))).message).toMatch(/cannot make .*ENOENT/)
    mkdirSync(accountsFile(directory))
    expect(errorOf(() => open(directory)).message).toMatch(/is no file/)
  })

  it.each([
    ['is removed', (path: string) => rmSync(path)],
    [
      'is replaced',
      (path: string) => {
        const other = testDirectory()
        open(other).close()
        for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`)
        renameSync(accountsFile(other), path)
      },
    ],
  ])('that %s while the app runs is opened anew, and all sessions end', async (_how, replace) => {
    const directory = testDirectory()
    const accounts = openAccounts({ directory, nowMs: Date.now, hashCost: cheapHash })
    onTestFinished(() => accounts.close())
    await accounts.users.add({ name: 'anna', role: 'admin', password: goodPassword })
    const { session } = accounts.sessions.open({ user: 'anna', ...fromHere })
    const ended: string[] = []
    const changed: string[] = []
    accounts.onSessionsEnded((ids) => ended.push(...ids))
    accounts.onUsersChanged((names) => changed.push(...names))
    replace(accountsFile(directory))
    await eventually('the app notices', () => ended.length > 0)
    expect({ ended, changed }).toEqual({ ended: [session.id], changed: ['anna'] })
    expect(accounts.users.list()).toEqual([])
    const beside = open(directory)
    const code = beside.codes.make()
    beside.close()
    expect(accounts.codes.redeem(code)).toBe('owner')
  })

  it('a user whom another process adds, and changes as soon as they have signed in, has changed', async () => {
    const directory = testDirectory()
    const accounts = openAccounts({ directory, nowMs: Date.now, hashCost: cheapHash })
    onTestFinished(() => accounts.close())
    const changed: string[] = []
    accounts.onUsersChanged((names) => changed.push(...names))
    const beside = openAccounts({ directory, nowMs: Date.now, hashCost: cheapHash })
    onTestFinished(() => beside.close())
    await beside.users.add({ name: 'anna', role: 'operator', password: goodPassword })
    const attempt = { name: 'anna', password: goodPassword, source: 'test' }
    expect(await accounts.checkPassword(attempt)).toMatchObject({ user: { name: 'anna' } })
    await beside.users.change('anna', { role: 'viewer' })
    await eventually('the app notices', () => changed.length > 0)
    expect(changed).toEqual(['anna'])
  })

  it('keeps nothing of a transaction that fails', () => {
    const database = new Database(join(testDirectory(), 'x.db'), { busyTimeoutMs: 100 })
    const add = (name: string) =>
      database.run('INSERT INTO codes (hash, user, expires_at) VALUES (?, ?, 0)', Buffer.from(name), name)
    expect(() =>
      database.transaction(() => {
        add('a')
        throw new Error('something else')
      }),
    ).toThrow('something else')
    database.transaction(() => add('b'))
    expect(database.all('SELECT user FROM codes')).toEqual([{ user: 'b' }])
    database.close()
  })

  it('has no session of a user who is not there, whatever is tried', async () => {
    const { accounts, directory } = testAccounts()
    await accounts.users.add({ name: 'anna', role: 'admin', password: goodPassword })
    const database = new DatabaseSync(accountsFile(directory))
    const insert = (account: string) =>
      database
        .prepare(
          `INSERT INTO sessions VALUES ('${account}', x'01', x'02', ?1, ?1, NULL, 'password', 0, 0, '', '', 1)`,
        )
        .run(account)
    expect(() => insert('bob')).toThrow(/FOREIGN KEY/)
    insert('anna')
    database.exec(`DELETE FROM users WHERE name = 'anna'`)
    expect(database.prepare('SELECT * FROM sessions').all()).toEqual([])
    database.close()
  })
})
