import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/api/operations/entry/operation.ts'
import { operations } from '../../../src/api/operations/operations.ts'
import { type Role, roles } from '../../../src/api/session.ts'
import { trustedProxies } from '../../../src/app/access/trusted-proxies.ts'
import { token } from '../../../src/state/state-dir.ts'
import { documentedTable } from '../../support/doc-table.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { addUsers, basic, openSocket, signIn, ticketOf } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

/** How a request is sent: to which app, and with what. */
interface Way {
  readonly app: TestApp
  readonly headers: Record<string, string>
  readonly protocols?: readonly string[]
}

/** Credentials that a test makes for each request anew, since some requests end what they were sent with. */
type Column = (operation: Operation) => Promise<Way>

const entries: Operation[] = Object.values(operations)
const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`
const isSocket = (operation: Operation) => 'x-websocket' in operation

/** What refuses for want of rights; with any other answer the request has got to its handler. */
const refusals = ['unauthorized', 'sign_in', 'forbidden', 'insecure', 'unknown_host', 'foreign_origin']

describeWith(['root'], 'every route and socket, for each way to prove who asks', () => {
  let app: TestApp
  let behindProxy: TestApp
  let bearer: string
  // Ends what the kernel frees, so that only the credentials count.
  const away = { via: '1.1 proxy' }

  beforeAll(async () => {
    app = await startTestApp({ access: { insecure: true } })
    await addUsers(app, roles)
    bearer = `Bearer ${await token(app.stateDir)}`
    behindProxy = await startTestApp({
      access: { proxies: trustedProxies(['user:root']), proxyHeader: 'X-Remote-User', insecure: true },
    })
    await addUsers(behindProxy, roles)
  })
  afterAll(() => Promise.all([app.remove(), behindProxy.remove()]))

  const sessionOf = (role: Role) => signIn(app, { user: role, password: goodPassword })

  const bySession =
    (role: Role): Column =>
    async (operation) => {
      const { session } = await sessionOf(role)
      if (!isSocket(operation)) return { app, headers: { ...away, ...session } }
      const protocols = ['scope.v1', `scope.ticket.${await ticketOf(app, session)}`]
      return { app, headers: { ...away, cookie: session.cookie }, protocols }
    }

  const columns: Readonly<Record<string, Column>> = {
    nobody: async () => ({ app, headers: away }),
    kernel: async () => ({ app, headers: {} }),
    'cookie only': async () => ({
      app,
      headers: { ...away, cookie: (await sessionOf('admin')).session.cookie },
    }),
    'secret only': async () => ({
      app,
      headers: { ...away, 'scope-secret': (await sessionOf('admin')).session['scope-secret'] },
    }),
    'proxy header': async () => ({ app: behindProxy, headers: { 'x-remote-user': 'admin' } }),
    viewer: bySession('viewer'),
    operator: bySession('operator'),
    admin: bySession('admin'),
    token: async () => ({ app, headers: { ...away, authorization: bearer } }),
    password: async () => ({ app, headers: { ...away, authorization: basic('admin') } }),
  }

  const outcomeOf = async (operation: Operation, column: Column): Promise<string> => {
    const { app: asked, headers, protocols = [] } = await column(operation)
    const path = operation.path
      .replace('{view}', 'hosts')
      .replace('{id}', 'no-such')
      .replace('{name}', 'no-such')
    const answer = await (isSocket(operation)
      ? openSocket(asked, path, headers, protocols)
      : answerTo(operation, asked, path, headers))
    if (operation['x-action'] === 'report:write' || operation['x-action'] === 'channel:open')
      return answer.status >= 400 && !refusals.includes(answer.code ?? '') ? 'proof' : `${answer.status}`
    return answer.code !== undefined && refusals.includes(answer.code) ? answer.code : 'yes'
  }

  const answerTo = async (
    { method, request }: Operation,
    asked: TestApp,
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; code?: string }> => {
    const takesJson = 'application/json' in (request.body?.content ?? {})
    const { status, text } = await ask(asked.url, {
      method: method.toUpperCase(),
      path,
      headers,
      ...(takesJson && { body: {} }),
    })
    return { status, code: JSON.parse(text).error?.code }
  }

  const [titles = [], ...rows] = documentedTable('docs/security.md', 'What each path takes')

  it('is documented', () => {
    expect(titles).toEqual(['', ...Object.keys(columns)])
    expect(rows.map(([name]) => name)).toEqual(entries.map(nameOf))
  })

  describe.each(entries.map((operation) => [nameOf(operation), operation] as const))(
    '%s',
    (name, operation) => {
      it('is allowed to whom the documentation says', async () => {
        const outcomes: string[] = []
        for (const column of Object.values(columns)) outcomes.push(await outcomeOf(operation, column))
        expect([name, ...outcomes]).toEqual(rows.find(([documented]) => documented === name))
      })
    },
  )

  it.each([
    ['/nothing-of-the-kind', 404],
    ['/api/nothing', 404],
    ['/api/session/x', 404],
    ['/API', 404],
    ['/api/', 404],
    ['//api', 404],
    ['/api/%74opology', 401],
    ['/api/topology/../report', 401],
  ])('a path beside them has nothing for nobody: %s', async (path, status) => {
    const answer = await ask(app.url, { path, headers: away })
    expect(answer.status).toBe(status)
  })

  it.each(['PUT', 'PATCH', 'OPTIONS', 'PROPFIND'])('no other method does anything: %s', async (method) => {
    for (const { path } of entries) {
      const answer = await ask(app.url, { path, method, headers: { authorization: bearer } })
      expect([path, answer.status]).toEqual([path, 405])
    }
  })

  it('a HEAD takes what a GET does', async () => {
    for (const operation of entries.filter((entry) => entry.method === 'get' && !isSocket(entry))) {
      const path = operation.path.replace('{view}', 'hosts').replace('{id}', 'x')
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) => ask(app.url, { path, method, headers: away })),
      )
      expect([path, head?.status]).toEqual([path, get?.status])
    }
  })

  it('a socket that is asked for as a plain request takes the same', async () => {
    for (const { path } of entries.filter(isSocket)) {
      if (path === '/api/probe/ws') continue
      const answer = await ask(app.url, { path: path.replace('{view}', 'hosts'), headers: away })
      expect([path, answer.status]).toEqual([path, 401])
    }
  })
})
