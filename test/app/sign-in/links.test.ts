import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { token } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import { accountsBeside, codeOf, signIn } from './signing-in.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const asked = async (path: string, options: Parameters<typeof ask>[1] = {}) => {
  const { status, text, headers } = await ask(app.url, { path, ...options })
  return { status, headers, body: JSON.parse(text) }
}
const by = async (headers: object) => (await asked('/api/session', { headers: { ...headers } })).body.by

describe('a link whose answer was lost', () => {
  it('gives another session in place of the first, to the same browser only', async () => {
    const code = codeOf(app)
    const [own, other] = ['own-key-of-this-browser', 'key-of-another-browser_']
    const { session: lost } = await signIn(app, { code, idempotencyKey: own })
    for (const body of [
      { code },
      { code, idempotencyKey: other },
      { code: codeOf(app).slice(1), idempotencyKey: own },
    ])
      expect(await asked('/api/session', { method: 'POST', body })).toMatchObject({
        status: 401,
        body: { error: { code: 'wrong_code' } },
      })
    const { session } = await signIn(app, { code, idempotencyKey: own })
    expect(await by(lost)).toBe('kernel')
    expect(await by(session)).toBe('session')
    const bearer = { authorization: `Bearer ${await token(app.stateDir)}` }
    const { entries } = (await asked('/api/audit', { headers: bearer })).body
    expect(entries).toContainEqual(
      expect.objectContaining({
        ...{ who: 'owner', action: 'sign-in', result: 'done' },
        reason: 'by a link, once more, since the answer did not arrive',
      }),
    )

    // The browser has it now.
    const again = await asked('/api/session', { method: 'POST', body: { code, idempotencyKey: own } })
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'wrong_code' } } })
    expect(await by(session)).toBe('session')
  })

  it('gives no session in place of one that has ended', async () => {
    const use = { code: codeOf(app), idempotencyKey: 'own-key-of-this-browser' }
    await signIn(app, use)
    const beside = accountsBeside(app)
    beside.sessions.endAll('owner')
    beside.close()
    const again = await asked('/api/session', { method: 'POST', body: use })
    expect(again).toMatchObject({ status: 401, body: { error: { code: 'session_ended' } } })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('is not remembered by a key that could be guessed', async () => {
    const code = codeOf(app)
    const body = { code, idempotencyKey: '1' }
    expect(await asked('/api/session', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_parameter' } },
    })
    // The code was not even looked at.
    await signIn(app, { code })
  })
})
