import { expect, it } from 'vitest'
import type { Authentication } from '../../../src/app/access/authenticate.ts'
import { checkSignIn } from '../../../src/app/sign-in/sign-in.ts'
import { fromHere, goodPassword, testAccounts } from '../accounts/test-accounts.ts'

const authentication: Authentication = {
  subject: {
    by: 'nothing',
    name: '',
    role: undefined,
    mayAct: false,
    sessionId: undefined,
    why: 'it comes from another machine',
  },
  connection: {
    from: fromHere.from,
    source: fromHere.from,
    viaProxy: false,
    isTls: true,
    insecure: undefined,
  },
  inVain: [],
  proxyUser: undefined,
}

it('whoever signs in with a password that a command changes meanwhile gets no session', async () => {
  const { accounts, directory } = testAccounts()
  const command = testAccounts({ directory }).accounts
  const { users, sessions } = accounts
  await users.add({ name: 'anna', role: 'admin', password: goodPassword })
  const given = { user: 'anna', password: goodPassword }
  const before = await checkSignIn(given, authentication, { accounts })
  sessions.open({ ...fromHere, ...before })
  const overtaken = await checkSignIn(given, authentication, { accounts })
  await command.users.change('anna', { password: 'another password' })
  expect(() => sessions.open({ ...fromHere, ...overtaken })).toThrow('password is wrong')
  expect(sessions.list()).toEqual([])
})
