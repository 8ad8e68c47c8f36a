import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditDocument } from '../../../src/api/types.ts'
import { token } from '../../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const entries = async (query = '') => {
  const headers = { authorization: `Bearer ${await token(app.stateDir)}` }
  const answer = await ask(app.url, { path: `/api/audit${query}`, headers })
  expect(answer.status).toBe(200)
  return (JSON.parse(answer.text) as AuditDocument).entries
}

it('tells when the app started and stopped, newest first, over restarts', async () => {
  const starting = { who: `uid ${process.getuid?.()}`, from: 'command line', result: 'done' }
  expect(await entries()).toMatchObject([{ action: 'app-start', target: app.url, ...starting }])
  app = await app.restarted()
  expect(await entries()).toMatchObject([
    { action: 'app-start' },
    { action: 'app-stop' },
    { action: 'app-start' },
  ])
  expect(await entries('?limit=1')).toHaveLength(1)
})
