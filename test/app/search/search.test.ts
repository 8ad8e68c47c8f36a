import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { CompletionDocument, SearchDocument, ViewDiff, ViewDocument } from '../../../src/api/types.ts'
import { viewFrames } from '../../../src/app/views/view-source.ts'
import { facts } from '../../../src/report/facts.ts'
import { pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { shop } from '../../topology/query/shop.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe

beforeAll(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
  expect((await probe.post(shop())).status).toBe(200)
})
afterAll(() => app.remove())

const path = (base: string, parameters: Record<string, string>) =>
  `${base}?${new URLSearchParams(parameters)}`
const get = async <T>(base: string, parameters: Record<string, string>): Promise<T> =>
  JSON.parse((await ask(app.url, { path: path(base, parameters) })).text) as T
const labels = ({ nodes }: ViewDocument) =>
  Object.values(nodes)
    .map(({ label }) => label)
    .sort()

describe('GET /api/topology/{view}?q=', () => {
  it('shows what matches, and says how much it hides', async () => {
    const document = await get<ViewDocument>('/api/topology/containers', { q: 'rtt>20ms' })
    expect(labels(document)).toEqual(['cart', 'shop-db'])
    expect(Object.values(document.edges)).toHaveLength(1)
    expect(document.query).toEqual({ text: 'rtt>20ms', matched: 2, hidden: 5 })
    const [cart] = Object.values(document.nodes).filter(({ label }) => label === 'cart')
    expect(cart?.adjacency).toHaveLength(1)
  })

  it('goes together with options', async () => {
    const stopped = await get<ViewDocument>('/api/topology/containers', { q: 'is:exited', stopped: 'both' })
    expect(labels(stopped)).toEqual(['job'])
    expect(stopped.query).toMatchObject({ matched: 1, hidden: 7 })
  })

  it('looks into closed groups', async () => {
    const document = await get<ViewDocument>('/api/topology/containers', { q: 'name=cart', group: 'compose' })
    expect(Object.keys(document.nodes)).toHaveLength(1)
    expect(labels(document)).toEqual(['shop'])
    const nobody = await get<ViewDocument>('/api/topology/containers', { q: 'name=nobody', group: 'compose' })
    expect(labels(nobody)).toEqual([])
  })

  it('has no query where none was asked', async () => {
    expect(await get('/api/topology/containers', {})).not.toHaveProperty('query')
    expect(await get('/api/topology/containers', { q: '  ' })).not.toHaveProperty('query')
  })

  it.each(['/api/topology/containers', '/api/topology/containers/ws', '/api/search'])(
    'says where the query is none: %s',
    async (base) => {
      const answer = await ask(app.url, { path: path(base, { q: 'web (cart' }) })
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.text)).toEqual({
        error: {
          code: 'bad_query',
          message: 'q is no query: at character 10: expected a closing parenthesis, found the end',
          field: 'q',
          offset: 9,
        },
      })
    },
  )
})

describe('the socket with q', () => {
  const emptyFrame = viewFrames.encodeEmpty()

  it('tells what comes, what goes, and what is hidden', async () => {
    const client = await connectTestProbe(app)
    const of = (...pids: number[]) =>
      report({
        host: 'beta',
        nodes: pids.map((pid) => processNode('beta', pid, { name: `worker-${pid}` })),
        connections: pids.slice(1).map((pid) => pair('beta;1', `beta;${pid}`, 7000 + pid)),
      })
    await client.post(of(1, 2))
    const frames: ViewDiff[] = []
    const url = `${app.url.replace('http', 'ws')}${path('/api/topology/processes/ws', { q: 'port:7003' })}`
    const socket = new WebSocket(url)
    socket.on('message', (data) => {
      // On a slow machine there is time for one that says nothing.
      if (String(data) !== emptyFrame) frames.push(JSON.parse(String(data)) as ViewDiff)
    })
    await once(socket, 'open')
    await eventually(() => expect(frames).toHaveLength(1))
    expect(frames[0]).toMatchObject({ add: null, reset: true, query: { matched: 0, hidden: 8 } })

    await client.post(of(1, 2, 3))
    await eventually(() => expect(frames).toHaveLength(2))
    expect(frames[1]?.add?.map(({ label }) => label).sort()).toEqual(['worker-1', 'worker-3'])
    expect(frames[1]).toMatchObject({ update: null, remove: null, query: { matched: 2, hidden: 7 } })

    // What is hidden does not reach the socket, but for its number.
    await client.post(of(1, 2, 3, 4))
    await eventually(() => expect(frames).toHaveLength(3))
    expect(frames[2]).toMatchObject({
      add: null,
      update: null,
      remove: null,
      edges: { add: null, update: null, remove: null },
      query: { text: 'port:7003', matched: 2, hidden: 8 },
    })

    await client.post(of(1, 2))
    await eventually(() => expect(frames.at(-1)?.remove).toHaveLength(2))
    socket.close()
  })
})

describe('GET /api/search', () => {
  it('finds over all views', async () => {
    const found = await get<SearchDocument>('/api/search', { q: 'cart' })
    const counts = Object.fromEntries(found.views.map(({ id, matched }) => [id, matched]))
    expect(counts).toMatchObject({ containers: 1, processes: 1, 'containers-by-image': 1, hosts: 0 })
    expect(found.views.find(({ id }) => id === 'containers-by-image')?.name).toBe('Containers by image')
    expect(found.matches).toContainEqual({
      view: 'containers',
      id: expect.stringMatching(/;<container>$/),
      label: 'cart',
      labelMinor: 'alpha',
      field: 'name',
      fieldLabel: 'Name',
      text: 'cart',
      ranges: [{ from: 0, to: 4 }],
      also: [
        { field: 'image', fieldLabel: 'Image', text: 'shop/cart', ranges: [{ from: 5, to: 9 }] },
        {
          field: 'docker_container_command',
          fieldLabel: 'Command',
          text: '/cart --listen :8080 --mode "fast lane"',
          ranges: [{ from: 1, to: 5 }],
        },
      ],
    })
  })

  it('says what in a closed group was found', async () => {
    const { matches } = await get<SearchDocument>('/api/search', { q: 'image:nginx', group: 'compose' })
    expect(matches.find(({ view }) => view === 'containers')).toMatchObject({
      id: expect.stringMatching(/^group:compose=/),
      label: 'shop',
      member: { id: expect.stringMatching(/;<container>$/), label: 'web' },
      field: 'image',
      text: 'nginx:1.25',
      ranges: [{ from: 0, to: 5 }],
    })
  })

  it('takes options of views and a limit', async () => {
    const both = await get<SearchDocument>('/api/search', { q: 'image:cart', stopped: 'both', limit: '1' })
    expect(both.views.find(({ id }) => id === 'containers')?.matched).toBe(2)
    expect(both.matches.filter(({ view }) => view === 'containers')).toHaveLength(1)
  })

  it.each([
    [{ q: '' }, 'bad_query', 'q'],
    [{ q: 'a'.repeat(1001) }, 'bad_query', 'q'],
    [{ q: 'a', limit: '0' }, 'invalid_parameter', 'limit'],
    [{ q: 'a', limit: 'many' }, 'invalid_parameter', 'limit'],
    [{ q: 'a', stopped: 'maybe' }, 'invalid_parameter', 'stopped'],
  ])('refuses %j', async (parameters, code, field) => {
    const answer = await ask(app.url, { path: path('/api/search', parameters) })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code, field } })
  })

  it('finds who has taken the place of another in a closed group of which nothing else changed', async () => {
    const client = await connectTestProbe(app)
    const workers = (lastPid: number) =>
      report({
        host: 'gamma',
        nodes: [11, 12, 13, 14, 15, 16, 17, lastPid].map((pid) =>
          processNode('gamma', pid, { name: 'clerk', facts: { [facts.ppid]: 1 } }),
        ),
      })
    const found = async (pid: number) => {
      const asked = { q: `pid=${pid} host:gamma`, unconnected: 'show', group: 'replicas' }
      const { matches } = await get<SearchDocument>('/api/search', asked)
      return matches.filter(({ view }) => view === 'processes').map(({ member }) => member?.id)
    }
    await client.post(workers(18))
    await eventually(async () => expect(await found(18)).toEqual(['gamma;18']))
    expect(await found(19)).toEqual([])
    await client.post(workers(19))
    await eventually(async () => expect(await found(19)).toEqual(['gamma;19']))
    expect(await found(18)).toEqual([])
  })
})

describe('GET /api/complete', () => {
  const complete = (q: string, at?: number) =>
    get<CompletionDocument>('/api/complete', { q, ...(at === undefined ? {} : { at: String(at) }) })

  it('offers fields, and values of what there is', async () => {
    expect((await complete('im')).items).toContainEqual({
      text: 'image:',
      kind: 'field',
      detail: expect.any(String),
    })
    expect(await complete('web image:ngi -x', 13)).toEqual({
      from: 10,
      to: 13,
      items: [
        { text: 'nginx', kind: 'value', detail: '', count: 1 },
        { text: 'nginx:1.25', kind: 'value', detail: '', count: 1 },
      ],
    })
    expect((await complete('')).items.length).toBeGreaterThan(10)
  })

  it('offers values of what is in closed groups', async () => {
    const { items } = await get<CompletionDocument>('/api/complete', { q: 'image:ngi', group: 'compose' })
    expect(items.map(({ text }) => text)).toContain('nginx:1.25')
  })

  it('takes a text that is no query yet, but no number that is none', async () => {
    expect((await complete('(name:"we')).items.map(({ text }) => text)).toContain('web')
    const answer = await ask(app.url, { path: '/api/complete?q=a&at=-1' })
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'invalid_parameter', field: 'at' } })
  })
})
