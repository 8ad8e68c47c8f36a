import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Role, SignedIn, SignIn } from '../../../src/api/session.ts'
import type { Accounts } from '../../../src/app/accounts/accounts.ts'
import { openAccounts } from '../../../src/app/accounts/open-accounts.ts'
import { appDir } from '../../../src/state/app-dir.ts'
import { cheapHash, goodPassword } from '../accounts/test-accounts.ts'
import { ask, type TestApp } from '../start-test-app.ts'

/** Headers of a session, as a browser sends them. */
export interface SessionHeaders {
  readonly cookie: string
  readonly 'scope-secret': string
}

/** The accounts of an app that runs, opened beside it as a command does. The caller closes them. */
export const accountsBeside = ({ stateDir }: Pick<TestApp, 'stateDir'>): Accounts =>
  openAccounts({ directory: appDir(stateDir), nowMs: Date.now, hashCost: cheapHash })

/** Adds users named by their role, with {@link goodPassword}. */
export const addUsers = async (app: TestApp, roles: readonly Role[]): Promise<void> => {
  const accounts = accountsBeside(app)
  try {
    for (const role of roles) await accounts.users.add({ name: role, role, password: goodPassword })
  } finally {
    accounts.close()
  }
}

/** A one-time code, as `scope token --link` prints it. */
export const codeOf = (app: TestApp): string => {
  const accounts = accountsBeside(app)
  try {
    return accounts.codes.make()
  } finally {
    accounts.close()
  }
}

/** Signs in, by default as the owner. @returns what the browser then sends, and the answer */
export const signIn = async (
  app: TestApp,
  as: SignIn = { code: codeOf(app) },
  headers: Readonly<Record<string, string>> = {},
): Promise<{ session: SessionHeaders; answer: SignedIn; setCookie: string }> => {
  const {
    status,
    text,
    headers: answered,
  } = await ask(app.url, {
    path: '/api/session',
    method: 'POST',
    body: as,
    headers,
  })
  if (status !== 200) throw new Error(`signing in was answered with ${status}: ${text}`)
  const answer: SignedIn = JSON.parse(text)
  const [setCookie = ''] = answered['set-cookie'] ?? []
  return {
    session: { cookie: setCookie.split(';')[0] ?? '', 'scope-secret': answer.secret },
    answer,
    setCookie,
  }
}

/** Credentials of Basic authentication. */
export const basic = (name: string, password = goodPassword): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

/** The answer to a request for a WebSocket: with status 101 the socket, which is closed with the test. */
export const openSocket = async (
  app: Pick<TestApp, 'port'>,
  path = '/api/topology/hosts/ws',
  headers: Readonly<Record<string, string>> = {},
  protocols: readonly string[] = [],
): Promise<{ status: number; code?: string | undefined; socket?: WebSocket }> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, [...protocols], { headers })
  socket.on('error', () => {})
  const refused = once(socket, 'unexpected-response') as Promise<[ClientRequest, IncomingMessage]>
  const opened = once(socket, 'open')
  for (const outcome of [refused, opened]) outcome.catch(() => {})
  const answer = await Promise.race([refused, opened.then(() => undefined)])
  if (answer === undefined) {
    onTestFinished(() => socket.terminate())
    return { status: 101, socket }
  }
  const text = Buffer.concat(await answer[1].toArray()).toString()
  socket.terminate()
  return { status: answer[1].statusCode ?? 0, code: JSON.parse(text).error?.code }
}

/** A ticket of a session. */
export const ticketOf = async (app: TestApp, session: SessionHeaders): Promise<string> => {
  const { text } = await ask(app.url, { path: '/api/ticket', method: 'POST', headers: { ...session } })
  return JSON.parse(text).ticket
}
