import { mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditDocument, Health } from '../../../src/api/types.ts'
import { auditPath } from '../../../src/audit/places.ts'
import { token } from '../../../src/state/state-dir.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

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

it('is a fault while it cannot be written, which ends with nothing lost, and the app goes on', async () => {
  const headers = { authorization: `Bearer ${await token(app.stateDir)}` }
  const health = async () => JSON.parse((await ask(app.url, { path: '/health', headers })).text) as Health
  const path = auditPath.app(app.stateDir)
  renameSync(path, `${path}.kept`)
  mkdirSync(path)
  const foreign = { origin: 'https://evil.example' }
  expect((await ask(app.url, { path: '/api/probes', headers: foreign })).status).toBe(403)
  expect(await health()).toMatchObject({
    status: 'degraded',
    faults: [{ part: 'audit', reason: expect.stringContaining('failed to write the audit log: EISDIR') }],
  })
  expect((await ask(app.url, { path: '/api/topology/hosts', headers })).status).toBe(200)
  rmdirSync(path)
  renameSync(`${path}.kept`, path)
  await eventually(async () => expect(await health()).toMatchObject({ status: 'ok', faults: [] }))
  const [last] = await entries('?limit=1')
  expect(last).toMatchObject({ action: 'refused', target: 'GET /api/probes' })
})
