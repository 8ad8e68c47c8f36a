import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { healthOf } from '../../../src/app/health.ts'
import { answerErrors } from '../../../src/app/http/errors.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'

const appWithFault = () => {
  const logged: string[] = []
  let nowMs = 0
  const log = createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) })
  const faults = createFaults({ nowMs: () => nowMs, log })
  const app = new Hono()
  app.onError(answerErrors(faults))
  app.use(async (_c, next) => next())
  app.get('/broken/:id', (c) => {
    throw new Error(`no ${c.req.param('id')}`)
  })
  return {
    app,
    faults,
    logged,
    setNow: (ms: number) => {
      nowMs = ms
    },
  }
}

const none = { bytes: 0, maxBytes: 1 }
const memory = () => ({
  reports: none,
  unverifiedReports: none,
  samples: none,
  answers: none,
  details: none,
  sending: none,
  heapBytes: 1,
  rssBytes: 1,
})

it('answers what nobody foresaw, and logs it at a bounded rate', async () => {
  const { app, logged, setNow } = appWithFault()
  for (let i = 0; i < 500; i++) {
    setNow(i * 20)
    const answer = await app.request(`/broken/${i}`)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ error: { code: 'internal' } })
  }
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('failed to answer GET /broken/:id: no 0')
  setNow(10_000)
  await app.request('/broken/500')
  expect(logged).toHaveLength(2)
})

it('is told in the health of the app, until a minute after the last', async () => {
  const { app, faults, setNow } = appWithFault()
  expect(healthOf(faults, 2, memory, true)).toMatchObject({ status: 'ok', probes: 2, faults: [] })
  expect(healthOf(faults, 2, memory, false)).toEqual({ status: 'ok' })
  setNow(1000)
  await app.request('/broken/1')
  expect(healthOf(faults, 2, memory, true)).toMatchObject({
    status: 'degraded',
    faults: [
      {
        part: 'requests',
        reason: 'failed to answer GET /broken/:id: no 1',
        since: '1970-01-01T00:00:01.000Z',
      },
    ],
  })
  setNow(61_000)
  expect(healthOf(faults, 2, memory, true)).toMatchObject({ status: 'ok', faults: [] })
})
