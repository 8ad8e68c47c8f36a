import { afterEach, beforeEach, expect, it } from 'vitest'
import { streamChunks } from '../../../src/app/http/sending/stream-chunks.ts'
import { encodeReports } from '../../../src/app/raw/encode-reports.ts'
import { held, pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
beforeEach(async () => {
  app = await startTestApp()
})
afterEach(() => app.remove())

const manyNodes = Array.from({ length: 1001 }, (_, i) => processNode('alpha', i + 1))
const large = report({ nodes: manyNodes, connections: [pair('alpha;1', 'alpha;2', 80)] })
const small = report({ host: 'beta', nodes: [] })

it('encodes all reports, whatever their size', () => {
  for (const reports of [[], [small], [large, small]]) {
    const pieces = [...encodeReports(reports.map((one) => held(one)))]
    expect(JSON.parse(pieces.join(''))).toEqual({
      reports: reports.map((one) => ({
        arrivedAt: '2026-01-01T00:00:10.000Z',
        startedAt: '2026-01-01T00:00:00.000Z',
        verified: true,
        report: one,
      })),
    })
    for (const piece of pieces) expect(piece.length).toBeLessThan(200_000)
  }
})

it('answers with what probes posted', async () => {
  const probe = await connectTestProbe(app)
  await probe.post(large)
  const answer = await ask(app.url, { path: '/api/report' })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  const { reports } = JSON.parse(answer.text)
  expect(reports).toHaveLength(1)
  expect(reports[0].report).toMatchObject({ host: large.host, connections: large.connections })
  expect(reports[0].report.nodes).toEqual(large.nodes)
})

it('answers HEAD without making anything', async () => {
  for (let i = 0; i < 9; i++) {
    const answer = await ask(app.url, { method: 'HEAD', path: '/api/report' })
    expect(answer).toMatchObject({ status: 200, text: '' })
  }
})

it('lets only a few read at once, and others when they are done', async () => {
  const probe = await connectTestProbe(app)
  // More than sockets buffer on both sides.
  const labels = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`label-${i}`, 'x'.repeat(100)]))
  const nodes = Array.from({ length: 6000 }, (_, i) => ({ ...processNode('alpha', i + 1), labels }))
  expect((await probe.post(report({ nodes }))).status).toBe(200)
  const url = new URL('/api/report', app.url)
  const readers = await Promise.all(
    Array.from({ length: 4 }, () => fetch(url, { headers: { 'accept-encoding': 'identity' } })),
  )
  expect(readers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const refused = await fetch(url)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ error: { code: 'busy' } })
  const [first, ...others] = readers
  expect(await first?.json()).toMatchObject({ reports: [{ verified: true }] })
  await eventually(async () => {
    const again = await fetch(url)
    await again.body?.cancel()
    expect(again.status).toBe(200)
  })
  await Promise.all(others.map(({ body }) => body?.cancel()))
})

it('tells once that it is over, when nobody reads any more', async () => {
  let ended = 0
  const forever = (function* () {
    for (;;) yield Buffer.alloc(100_000)
  })()
  const stream = streamChunks(forever, {
    ended: () => {
      ended += 1
    },
  })
  const reader = stream.getReader()
  await reader.read()
  expect(ended).toBe(0)
  await reader.cancel()
  await reader.cancel()
  expect(ended).toBe(1)
})

it('tells that it is over when a piece cannot be made', async () => {
  let ended = 0
  const broken = (function* () {
    yield Buffer.alloc(100_000)
    throw new Error('broken on purpose')
  })()
  const stream = streamChunks(broken, { ended: () => (ended += 1) })
  const reader = stream.getReader()
  await expect(
    (async () => {
      for (;;) if ((await reader.read()).done) return
    })(),
  ).rejects.toThrow('broken on purpose')
  expect(ended).toBe(1)
})
