import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccessOptions } from '../../../src/app/access/rules.ts'
import { trustedProxies } from '../../../src/app/access/trusted-proxies.ts'
import { token } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import { accountsBeside, addUsers, openSocket, type SessionHeaders, signIn, ticketOf } from './signing-in.ts'

// The tests, root or not, are the proxy.
const access = {
  proxies: trustedProxies([`user:${process.getuid?.()}`]),
  proxyHeader: 'X-Remote-User',
  proxyRole: 'admin',
} as const
const https = { 'x-forwarded-proto': 'https' }

let app: TestApp

beforeEach(async () => {
  app = await startTestApp({ access })
})
afterEach(() => app.remove())

const bobSignsIn = async (name = 'bob'): Promise<SessionHeaders> =>
  (await signIn(app, { proxy: true }, { ...https, 'x-remote-user': name })).session

const restartedWith = async (changed: AccessOptions): Promise<void> => {
  await app.stop()
  app = await startTestApp({ access: changed }, dirname(app.stateDir))
}

const asked = async (session: SessionHeaders, path: string, method = 'GET') => {
  // The port is another after the app was started again, and the name of the cookie with it.
  const cookie = session.cookie.replace(/^scope-\d+/, `scope-${app.port}`)
  const { status, text } = await ask(app.url, { path, method, headers: { ...https, ...session, cookie } })
  return { status, body: JSON.parse(text) }
}

describe('the session of somebody whom only a proxy knows', () => {
  it('has the role that such have now', async () => {
    const session = await bobSignsIn()
    expect((await asked(session, '/api/users')).status).toBe(200)
    await restartedWith({ ...access, proxyRole: 'viewer' })
    expect((await asked(session, '/api/session')).body).toMatchObject({
      by: 'session',
      name: 'bob',
      role: 'viewer',
    })
    expect((await asked(session, '/api/users')).status).toBe(403)
    await restartedWith({ ...access, proxyRole: 'operator' })
    expect((await asked(session, '/api/session')).body).toMatchObject({ role: 'operator' })
  })

  it('is worth nothing while no proxy names users', async () => {
    const session = await bobSignsIn()
    const { proxyHeader: _, ...without } = access
    await restartedWith(without)
    expect((await asked(session, '/api/users')).status).toBe(401)
    expect((await asked(session, '/api/session')).body).toMatchObject({ by: 'nothing' })
  })

  it('of a user whom the app knows is as that user is', async () => {
    await addUsers(app, ['operator'])
    const session = await bobSignsIn('operator')
    const { proxyHeader: _, ...without } = access
    await restartedWith(without)
    expect((await asked(session, '/api/session')).body).toMatchObject({ by: 'session', role: 'operator' })
  })

  it('is ended, with its sockets, by an admin who removes the name', async () => {
    const session = await bobSignsIn()
    const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, { ...https, ...session })}`]
    const { socket } = await openSocket(app, undefined, { ...https, cookie: session.cookie }, protocols)
    if (socket === undefined) throw new Error('it was not opened')
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const headers = { ...https, authorization: `Bearer ${await token(app.stateDir)}` }
    const remove = (name: string) => ask(app.url, { path: `/api/users/${name}`, method: 'DELETE', headers })
    const removed = await remove('bob')
    expect([removed.status, removed.text]).toEqual([200, '{"ended":1}'])
    expect(await closed).toBe(1008)
    expect((await asked(session, '/api/users')).status).toBe(401)
    expect((await remove('bob')).status).toBe(404)
  })

  it('is ended by a command that removes the name, and those of the owner are by none', async () => {
    const session = await bobSignsIn('Bob@example.com')
    const accounts = accountsBeside(app)
    try {
      const owner = await signIn(app, { code: accounts.codes.make() }, https)
      expect(accounts.users.remove('Bob@example.com')).toBe(false)
      expect(() => accounts.users.remove('owner')).toThrow('there is no user owner')
      expect((await asked(session, '/api/users')).status).toBe(401)
      expect((await asked(owner.session, '/api/users')).status).toBe(200)
    } finally {
      accounts.close()
    }
  })
})
