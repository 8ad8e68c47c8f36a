import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { FindingsDocument, FindingsFrame, ViewDocument } from '../../../src/api/types.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe
beforeEach(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
})
afterEach(() => app.remove())

let uptimeMs = 1000
const post = async (refused: number) => {
  uptimeMs += 100
  const nodes = ['shop', 'redis'].map((name, i) => processNode('alpha', i + 1, { name }))
  const connections = [pair('alpha;1', 'alpha;2', 6379, { failed: refused, refused })]
  expect((await probe.post(report({ nodes, connections, uptimeMs, intervalMs: 60_000 }))).status).toBe(200)
}
const get = async (): Promise<FindingsDocument> =>
  JSON.parse((await ask(app.url, { path: '/api/findings' })).text)

const refuses = [
  {
    kind: 'refused',
    text: 'redis refuses 5/min from shop',
    edge: { source: 'shop', target: 'redis', port: 6379 },
  },
]

it('tells what is not well, and sockets when that changes', async () => {
  await post(2)
  expect(await get()).toEqual({ findings: [], total: 0 })
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/findings/ws`)
  const frames: FindingsFrame[] = []
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data))
    if (frame.findings !== undefined) frames.push(frame)
  })
  await once(socket, 'open')
  await eventually(() => expect(frames).toEqual([{ findings: [], total: 0, reset: true }]))
  // The first report of a probe is only what later ones are compared with, so the app must have looked at it.
  await eventually(async () =>
    expect(JSON.parse((await ask(app.url, { path: '/api/events' })).text).events).toHaveLength(1),
  )
  await new Promise((resolve) => setTimeout(resolve, 600))
  await post(7)
  await eventually(async () => expect(await get()).toMatchObject({ total: 1, findings: refuses }))
  await eventually(() => expect(frames.at(-1)).toMatchObject({ total: 1, findings: refuses }))
  socket.terminate()
  const since = (await get()).findings[0]?.since
  const told = async (view: string) => {
    const { edges }: ViewDocument = JSON.parse((await ask(app.url, { path: `/api/topology/${view}` })).text)
    const [id = ''] = Object.keys(edges)
    const path = `/api/connections?view=${view}&edge=${encodeURIComponent(id)}`
    return JSON.parse((await ask(app.url, { path })).text).failingSince
  }
  // Whatever view has the edge.
  expect([await told('processes'), await told('processes-by-name')]).toEqual([since, since])
})

it('refuses what it does not know', async () => {
  expect((await ask(app.url, { path: '/api/findings?kind=slow' })).status).toBe(400)
})
