import { OpenAPIHono } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import { expect, it, onTestFinished } from 'vitest'
import { operations } from '../../../src/api/operations/operations.ts'
import type { Authentication } from '../../../src/app/access/authenticate.ts'
import type { Users } from '../../../src/app/accounts/accounts.ts'
import type { AppEnv } from '../../../src/app/http/env.ts'
import { answerErrors } from '../../../src/app/http/errors.ts'
import { userHandlers } from '../../../src/app/sign-in/user-handlers.ts'
import { WatchedSubjects } from '../../../src/app/sign-in/watched-subjects.ts'
import type { AuditRecord } from '../../../src/audit/audit-log.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { fromHere, goodPassword, testAccounts } from '../accounts/test-accounts.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const faults = createFaults({ nowMs: () => performance.now(), log })
const newUser = { name: 'm2', role: 'admin', password: goodPassword }

/** The handlers, and mallory's requests to them. What is done once they have begun is done by a command. */
const asMallory = async () => {
  const { accounts, directory } = testAccounts()
  const command = testAccounts({ directory }).accounts
  for (const name of ['mallory', 'anna'])
    await accounts.users.add({ name, role: name === 'anna' ? 'viewer' : 'admin', password: goodPassword })
  const { session } = accounts.sessions.open({ ...fromHere, user: 'mallory' })
  const authentication: Authentication = {
    subject: {
      by: 'session',
      name: 'mallory',
      role: 'admin',
      mayAct: true,
      sessionId: session.id,
      why: undefined,
    },
    connection: { from: '', source: '', viaProxy: false, isTls: true, insecure: undefined },
    inVain: [],
    proxyUser: undefined,
  }
  let begun = (): void => {}
  const users: Users = {
    ...accounts.users,
    add: (...args) => {
      const added = accounts.users.add(...args)
      // Its password is being hashed now.
      begun()
      return added
    },
    change: (...args) => {
      begun()
      return accounts.users.change(...args)
    },
    remove: (...args) => {
      begun()
      return accounts.users.remove(...args)
    },
  }
  const subjects = new WatchedSubjects(accounts, faults.guardOf('accounts'))
  onTestFinished(() => subjects.stop())
  const noted: AuditRecord[] = []
  const audit = { record: (entry: AuditRecord) => void noted.push(entry) }
  const handlers = userHandlers({ accounts: { ...accounts, users }, audit, subjects })
  const server = new OpenAPIHono<AppEnv>()
  server.onError(answerErrors(faults))
  server.use(async (c, next) => {
    c.set('authentication', authentication)
    await next()
  })
  for (const name of ['addUser', 'changeUser', 'removeUser'] as const)
    server.openapi(operations[name], handlers[name] as Handler<AppEnv>)
  const send = async (method: string, path: string, body?: object): Promise<number> => {
    const json = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return (await server.request(path, { method, ...json })).status
  }
  return {
    send,
    noted,
    accounts,
    command,
    onceBegun: (work: () => void) => {
      begun = work
    },
  }
}

const requests: [string, string, string, object | undefined][] = [
  ['adds no user', 'POST', '/api/users', newUser],
  ['changes no password', 'POST', '/api/users/anna', { password: 'another password' }],
  ['changes no role', 'POST', '/api/users/anna', { role: 'admin' }],
  ['removes no user', 'DELETE', '/api/users/anna', undefined],
]

it.each(requests)(
  'an admin who is removed once the request has begun %s',
  async (_what, method, path, body) => {
    const { send, noted, accounts, command, onceBegun } = await asMallory()
    onceBegun(() => command.users.remove('mallory'))
    expect(await send(method, path, body)).toBe(401)
    expect(accounts.users.list()).toMatchObject([{ name: 'anna', role: 'viewer' }])
    expect(await accounts.verifyPassword('anna', goodPassword)).toBeDefined()
    expect(noted).toMatchObject([
      { who: 'mallory', result: 'refused', reason: expect.stringMatching(/session/) },
    ])
  },
)

it('an admin who stays does all of that', async () => {
  const { send, noted } = await asMallory()
  for (const [, method, path, body] of requests) expect(await send(method, path, body)).toBe(200)
  expect(noted.map(({ result }) => result)).toEqual(['done', 'done', 'done', 'done'])
})
