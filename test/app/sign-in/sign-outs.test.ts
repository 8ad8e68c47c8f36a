import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditEntry } from '../../../src/api/types.ts'
import { token } from '../../../src/state/state-dir.ts'
import { goodPassword } from '../accounts/test-accounts.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'
import { addUsers, signIn } from './signing-in.ts'

let app: TestApp
let bearer: Record<string, string>
beforeAll(async () => {
  app = await startTestApp()
  await addUsers(app, ['viewer'])
  bearer = { authorization: `Bearer ${await token(app.stateDir)}` }
})
afterAll(() => app.remove())

const signOuts = async () => {
  const { text } = await ask(app.url, { path: '/api/audit', headers: bearer })
  const { entries } = JSON.parse(text) as { entries: AuditEntry[] }
  return entries.filter(({ who, action }) => who === 'viewer' && action === 'sign-out')
}
const everywhere = async (headers: object) => {
  const answer = await ask(app.url, { path: '/api/sessions', method: 'DELETE', headers: { ...headers } })
  return JSON.parse(answer.text)
}

it('signing out everywhere is written to the audit log where it has ended something', async () => {
  const { session } = await signIn(app, { user: 'viewer', password: goodPassword })
  const byPassword = { authorization: `Basic ${btoa(`viewer:${goodPassword}`)}` }
  expect(await everywhere(session)).toEqual({ ended: 1 })
  expect(await signOuts()).toMatchObject([{ target: 'everywhere', result: 'done' }])
  for (let i = 0; i < 5; i++) expect(await everywhere(byPassword)).toEqual({ ended: 0 })
  expect(await signOuts()).toHaveLength(1)
})
