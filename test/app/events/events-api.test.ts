import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { EventsDocument, EventsFrame } from '../../../src/api/types.ts'
import type { ConnectionRecord } from '../../../src/report/schema.ts'
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

const names = ['shop', 'cart', 'redis']
const nodes = names.map((name, i) => processNode('alpha', i + 1, { name }))
const shopToRedis = (failed: number) => pair('alpha;1', 'alpha;3', 6379, { failed })
const cartToRedis = (failed: number) => pair('alpha;2', 'alpha;3', 6379, { failed })

let uptimeMs = 1000
const post = async (...connections: ConnectionRecord[]) => {
  uptimeMs += 100
  const answer = await probe.post(report({ nodes, connections, uptimeMs, intervalMs: 60_000 }))
  expect(answer.status).toBe(200)
}

const get = async (query = ''): Promise<EventsDocument> =>
  JSON.parse((await ask(app.url, { path: `/api/events${query}` })).text)

const texts = ({ events }: Pick<EventsDocument, 'events'>): string[] => events.map(({ text }) => text)

const joined = 'The probe of alpha reports'
const shopFails = 'shop fails to connect to redis on port 6379'
const cartFails = 'cart fails to connect to redis on port 6379'

/** Until the app has looked at what was posted. */
const told = (...all: string[]) => eventually(async () => expect(texts(await get())).toEqual(all))

it('tells what happened, newest first', async () => {
  expect(await get()).toEqual({ events: [], more: false, lastId: 0 })
  await post(shopToRedis(0), cartToRedis(0))
  await told(joined)
  await post(shopToRedis(1), cartToRedis(0))
  await told(shopFails, joined)
  const { events } = await get()
  expect(events[0]).toMatchObject({
    id: 2,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    kind: 'edge-failing',
    nodes: [
      { id: 'shop', topology: 'process', view: 'processes-by-name' },
      { id: 'redis', topology: 'process', view: 'processes-by-name' },
    ],
    edge: { source: 'shop', target: 'redis', port: 6379 },
  })
  const view = JSON.parse((await ask(app.url, { path: '/api/topology/processes-by-name' })).text)
  expect(view.edges[events[0]?.edge?.id ?? '']).toMatchObject({ source: 'shop', target: 'redis' })

  expect(texts(await get('?kind=probe-joined,probe-lost'))).toEqual([joined])
  expect(texts(await get('?node=redis'))).toEqual([shopFails])
  expect(await get('?limit=1')).toMatchObject({ events: [{ id: 2 }], more: true, lastId: 2 })
  expect(await get('?limit=1&before=2')).toMatchObject({ events: [{ id: 1 }], more: false })
  expect(texts(await get('?after=1'))).toEqual([shopFails])
})

it('tells when a probe falls silent', async () => {
  await app.remove()
  app = await startTestApp({ windowMs: 200 })
  probe = await connectTestProbe(app)
  await probe.post(report({ nodes, uptimeMs: 1000, intervalMs: 60_000 }))
  await told(joined)
  await probe.post(report({ nodes, uptimeMs: 2000, intervalMs: 1000 }))
  await told('The probe of alpha fell silent; what it saw is off the map', joined)
})

const watch = async (query = '') => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/events/ws${query}`)
  const frames: EventsFrame[] = []
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data))
    // On a slow machine there is time for one that says nothing.
    if (frame.reset || frame.events.length > 0) frames.push(frame)
  })
  await once(socket, 'open')
  await eventually(() => expect(frames).toHaveLength(1))
  return { socket, frames }
}

it('tells sockets what there was, then what comes, each what it asked for', async () => {
  await post(shopToRedis(0), cartToRedis(0))
  await told(joined)
  const all = await watch()
  const ofCart = await watch('?node=cart')
  expect(all.frames[0]).toMatchObject({ reset: true, events: [{ id: 1 }] })
  expect(ofCart.frames[0]).toEqual({ reset: true, events: [] })
  await post(shopToRedis(1), cartToRedis(0))
  await eventually(() => expect(all.frames).toHaveLength(2))
  await post(shopToRedis(1), cartToRedis(1))
  await eventually(() => expect(all.frames).toHaveLength(3))
  expect(all.frames.slice(1).map(texts)).toEqual([[shopFails], [cartFails]])
  expect(all.frames[1]).not.toHaveProperty('reset')
  await eventually(() => expect(ofCart.frames.map(texts)).toEqual([[], [cartFails]]))
})

it.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=1.5', 'limit'],
  ['limit=many', 'limit'],
  ['limit=', 'limit'],
  ['before=x', 'before'],
  ['before=-1', 'before'],
  ['before=1e99', 'before'],
  ['after=NaN', 'after'],
  ['kind=', 'kind'],
  ['kind=nothing', 'kind'],
  ['kind=gone,', 'kind'],
  ['kind=__proto__', 'kind'],
  [`kind=${'gone,'.repeat(100)}gone`, 'kind'],
  ['node=', 'node'],
  [`node=${'x'.repeat(2000)}`, 'node'],
])('refuses ?%s', async (query, field) => {
  for (const path of ['/api/events', '/api/events/ws']) {
    if (path.endsWith('ws') && /before|after/.test(query)) continue
    const answer = await ask(app.url, { path: `${path}?${query}` })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text).error).toMatchObject({ code: 'invalid_parameter', field })
  }
})

it('lists the kinds there are to who asks for another', async () => {
  const { text } = await ask(app.url, { path: '/api/events?kind=nothing' })
  expect(JSON.parse(text).error.message).toMatch(/^kind: use one of appeared, gone, restarted, /)
})

it('is as guarded as all other data', async () => {
  for (const path of ['/api/events', '/api/report']) {
    const foreign = await ask(app.url, { path, headers: { host: 'evil.example' } })
    expect(foreign.status).toBe(421)
    const crossSite = await ask(app.url, { path, headers: { 'sec-fetch-site': 'cross-site' } })
    expect(crossSite.status).toBe(403)
  }
  expect((await ask(app.url, { path: '/api/events/ws' })).status).toBe(426)
})
