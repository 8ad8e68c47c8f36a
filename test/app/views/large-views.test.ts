import { once } from 'node:events'
import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

const VIEW = '/api/topology/processes?unconnected=show'
const PROCESSES = 3000
const packed = { 'accept-encoding': 'gzip' }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  const nodes = Array.from({ length: PROCESSES }, (_, i) => processNode('alpha', i + 1))
  const probe = await connectTestProbe(app)
  expect((await probe.post(report({ nodes, intervalMs: 60_000 }))).status).toBe(200)
})
afterAll(() => app.remove())

it('are sent whole to all who ask at the same time, plain and compressed', async () => {
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, i) => ask(app.url, { path: VIEW, headers: i % 2 ? packed : {} })),
  )
  const [plain, zipped] = all
  expect(Object.keys(JSON.parse(plain?.text ?? '').nodes)).toHaveLength(PROCESSES)
  for (const { body, headers } of all) {
    const isPacked = headers['content-encoding'] === 'gzip'
    expect((isPacked ? gunzipSync(body) : body).equals(plain?.body ?? Buffer.alloc(0))).toBe(true)
    expect(headers.etag).toBe((isPacked ? zipped : plain)?.headers.etag)
  }
  expect(zipped?.headers.etag).not.toBe(plain?.headers.etag)
})

it('go on for others when somebody goes away in the middle', async () => {
  const path = `${VIEW}&q=process`
  const request = get(new URL(path, app.url), { agent: false })
  const [response] = await once(request, 'response')
  await once(response, 'readable')
  request.destroy()
  const { text } = await ask(app.url, { path })
  expect(Object.keys(JSON.parse(text).nodes)).toHaveLength(PROCESSES)
})
