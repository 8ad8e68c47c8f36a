import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { authenticate } from '../../../src/app/access/authenticate.ts'
import { proveBy } from '../../../src/app/access/prove.ts'
import { rulesOf } from '../../../src/app/access/rules.ts'
import type { Subject } from '../../../src/app/access/subject.ts'
import { accountsFile } from '../../../src/app/accounts/open-accounts.ts'
import { WatchedSubjects } from '../../../src/app/sign-in/watched-subjects.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { eventually } from '../../support/eventually.ts'
import { localFacts } from '../access/facts.ts'
import { goodPassword, testAccounts } from '../accounts/test-accounts.ts'
import { basic } from './signing-in.ts'

const nowMs = () => performance.now()
const faults = createFaults({ nowMs, log: createLogger({ format: 'text', debug: false, write: () => {} }) })

/** An app's accounts with anna, and what a command does to them; whoever asks by her password. */
const byPassword = async () => {
  const { accounts, directory } = testAccounts()
  const command = testAccounts({ directory }).accounts
  await accounts.users.add({ name: 'anna', role: 'operator', password: goodPassword })
  const subjects = new WatchedSubjects(accounts, faults.guardOf('accounts'))
  onTestFinished(() => subjects.stop())
  const rules = rulesOf({}, 'box', undefined)
  const prove = proveBy({ accounts, token: 'token', rules, faults })
  const ask = async (): Promise<Subject> =>
    (await authenticate({ ...localFacts, authorization: basic('anna') }, rules, prove)).subject
  return { subjects, ask, users: command.users, directory }
}

it('a socket that is opened by a password is closed if that was changed just before, though the role is the same', async () => {
  const { subjects, ask, users } = await byPassword()
  const lost: string[] = []
  subjects.watch(await ask(), () => lost.push('before'))
  const overtaken = await ask()
  expect(overtaken).toMatchObject({ by: 'password', name: 'anna', role: 'operator' })
  expect(lost).toEqual([])
  await users.change('anna', { password: 'another password' })
  subjects.watch(overtaken, () => lost.push('overtaken'))
  expect(lost).toEqual(['overtaken'])
})

it('who cannot be looked up is not watched: what was refused to them for that reason is told of no loss', async () => {
  const { subjects, ask, users, directory } = await byPassword()
  const subject = await ask()
  const lost: string[] = []
  const database = new DatabaseSync(accountsFile(directory))
  onTestFinished(() => database.close())
  database.exec('ALTER TABLE users RENAME TO elsewhere')
  expect(() => subjects.watch(subject, () => lost.push('refused'))).toThrow('no such table')
  database.exec('ALTER TABLE elsewhere RENAME TO users')
  subjects.watch(subject, () => lost.push('watched'))
  await users.change('anna', { password: 'another password' })
  await eventually('the loss', () => lost.includes('watched'))
  expect(lost).toEqual(['watched'])
})
