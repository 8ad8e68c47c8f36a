import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsFile } from '../../../src/app/accounts/open-accounts.ts'
import { appDir } from '../../../src/state/app-dir.ts'
import { addUsers, basic, codeOf, signIn } from '../sign-in/signing-in.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import { goodPassword } from './test-accounts.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['operator'])
})
afterAll(() => app.stop())

const attempt = async (body: object): Promise<{ status: number; retryAfter: string | undefined }> => {
  const { status, headers } = await ask(app.url, { path: '/api/session', method: 'POST', body })
  return { status, retryAfter: headers['retry-after'] }
}

/** How often each status was answered. */
const tally = async (times: number, body: (index: number) => object): Promise<Record<number, number>> => {
  const counts: Record<number, number> = {}
  for (let index = 0; index < times; index++) {
    const { status } = await attempt(body(index))
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

describe('whoever guesses at a running app', () => {
  it('gets in with none of 1,000 wrong codes, and the right one still does', async () => {
    const code = codeOf(app)
    const wrong = (index: number) => ({ code: `${index}${code.slice(4)}`.padEnd(22, 'A') })
    expect(await tally(1000, wrong)).toEqual({ 401: 1000 })
    expect(await signIn(app, { code })).toMatchObject({ answer: { who: { name: 'owner', role: 'admin' } } })
  })

  it('has 10 of 300 passwords looked at, and keeps the owner out by none of them', async () => {
    const right = { user: 'operator', password: goodPassword }
    expect(await tally(300, (index) => ({ ...right, password: `guess ${index}` }))).toEqual({
      401: 10,
      429: 290,
    })
    // The right one is not looked at any more, be it in the form or by Basic authentication.
    expect(await attempt(right)).toMatchObject({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) })
    const headers = { authorization: basic('operator'), 'x-forwarded-for': '10.0.0.1' }
    expect((await ask(app.url, { path: '/api/topology', headers })).status).not.toBe(200)
    expect(await signIn(app)).toMatchObject({ answer: { who: { name: 'owner' } } })
  })

  it('is in the audit log in a few lines', async () => {
    const { session } = await signIn(app)
    const { status, text } = await ask(app.url, { path: '/api/audit?limit=1000', headers: { ...session } })
    expect(status).toBe(200)
    const entries: { action: string; result: string; count?: number }[] = JSON.parse(text).entries
    const refused = entries.filter(({ action, result }) => action === 'sign-in' && result === 'refused')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(100)
    expect(text).not.toMatch(/guess \d/)
    // How long one has to wait would make each refusal another.
    expect(text).toContain('"reason":"too many attempts failed"')
    expect(text).not.toContain('try again in')
  })
})

it('tells who signs in while the accounts are locked, and those who see the map go on', async () => {
  const other = new DatabaseSync(accountsFile(appDir(app.stateDir)))
  const code = codeOf(app)
  other.exec('BEGIN IMMEDIATE')
  const { status, text } = await ask(app.url, { path: '/api/session', method: 'POST', body: { code } })
  expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 503, code: 'no_accounts' })
  expect(text).not.toContain(app.stateDir)
  expect((await ask(app.url, { path: '/api/topology' })).status).toBe(200)
  expect((await ask(app.url, { path: '/health' })).text).toMatch(/degraded.*another process keeps/s)
  other.exec('ROLLBACK')
  other.close()
  expect(await signIn(app, { code })).toMatchObject({ answer: { who: { name: 'owner' } } })
})
