import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Health } from '../../src/api/types.ts'
import { defaultUnverifiedBounds } from '../../src/app/reports/unverified/limits.ts'
import { metrics } from '../../src/report/facts.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const memory = async () => {
  const { memory: told } = JSON.parse((await ask(`${app.url}/health`)).text) as Health
  if (told === undefined) throw new Error('the app does not tell of its memory')
  return told
}

it('is told as it is', async () => {
  const empty = await memory()
  expect(empty).toMatchObject({
    ...{ samples: { bytes: 0 }, answers: { bytes: 0 }, sending: { bytes: 0 } },
    unverifiedReports: { bytes: 0 },
  })
  const nodes = Array.from({ length: 200 }, (_, i) => processNode('alpha', i + 1))
  const measured = nodes.map(({ id }) => ({
    node: id,
    id: metrics.processCpu,
    samples: [[0, 1]] as [number, number][],
  }))
  const probe = await connectTestProbe(app)
  const { status } = await probe.post(report({ nodes, metrics: measured, intervalMs: 60_000 }))
  expect(status).toBe(200)
  const reported = await memory()
  expect(reported.reports.bytes).toBeGreaterThan(empty.reports.bytes)
  expect(reported.reports.bytes).toBeLessThan(reported.reports.maxBytes)
  expect(reported.samples.bytes).toBeGreaterThan(0)
  expect(reported.samples.bytes).toBeLessThan(reported.samples.maxBytes)
  expect(reported.answers.bytes).toBe(0)
  const { body } = await ask(`${app.url}/api/topology/processes?unconnected=show`)
  expect((await memory()).answers.bytes).toBe(body.length)
  expect((await memory()).details.bytes).toBe(0)
  const node = await ask(`${app.url}/api/topology/processes/${encodeURIComponent('alpha;1')}`)
  const { details } = await memory()
  expect(details.bytes).toBeGreaterThan(node.body.length)
  expect(details.bytes).toBeLessThan(details.maxBytes)
  const { heapBytes, rssBytes } = await memory()
  expect(heapBytes).toBeGreaterThan(body.length)
  expect(rssBytes).toBeGreaterThan(body.length)
  expect((await memory()).unverifiedReports.bytes).toBe(0)
})

describeWith(['root'], 'what is held of unverified probes', () => {
  it('is told apart from what verified ones report, with its own bound', async () => {
    const open = await startTestApp({ address: ':0' })
    onTestFinished(() => open.remove())
    const url = `http://127.0.0.1:${open.port}`
    const told = async () => (JSON.parse((await ask(`${url}/health`)).text) as Health).memory
    const stranger = () => connectTestProbe({ url, stateDir: open.stateDir, unverified: true })
    const before = await told()
    const [one, two] = [await stranger(), await stranger()]
    const first = report({ host: 'alpha', nodes: [processNode('alpha', 1)], intervalMs: 60_000 })
    expect((await one.post(first)).status).toBe(200)
    const small = (await told())?.unverifiedReports
    expect(small?.bytes).toBeGreaterThan(0)
    const nodes = Array.from({ length: 200 }, (_, i) => processNode('beta', i + 1))
    expect((await two.post(report({ host: 'beta', nodes, intervalMs: 60_000 }))).status).toBe(200)
    const both = await told()
    expect(both?.unverifiedReports.bytes).toBeGreaterThan(10 * (small?.bytes ?? 0))
    expect(both?.unverifiedReports.maxBytes).toBe(defaultUnverifiedBounds.held.decodedBytes)
    expect(both?.reports).toEqual(before?.reports)
    expect((await two.post(report({ host: 'beta', intervalMs: 60_000 }))).status).toBe(200)
    expect((await told())?.unverifiedReports.bytes).toBeLessThan(3 * (small?.bytes ?? 0))
  })
})
