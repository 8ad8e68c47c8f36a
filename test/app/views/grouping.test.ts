import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type {
  ErrorBody,
  NodeDetails,
  ViewDescription,
  ViewDiff,
  ViewDocument,
} from '../../../src/api/types.ts'
import { containerNode, pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp

const container = (name: string, team: string) => containerNode('alpha', name, { labels: { team } })

beforeAll(async () => {
  app = await startTestApp()
  const probe = await connectTestProbe(app)
  const answer = await probe.post(
    report({
      intervalMs: 60_000,
      nodes: [
        container('web', 'front, end'),
        container('cart', 'back'),
        container('db', 'back'),
        processNode('alpha', 1, { container: 'web' }),
        processNode('alpha', 2, { container: 'cart' }),
        processNode('alpha', 3, { container: 'db' }),
      ],
      connections: [pair('alpha;1', 'alpha;2', 80), pair('alpha;2', 'alpha;3', 5432)],
    }),
  )
  expect(answer.status).toBe(200)
})
afterAll(() => app.remove())

const get = (path: string) => ask(`${app.url}${path}`)
const json = async <T>(path: string): Promise<T> => JSON.parse((await get(path)).text)
const labels = ({ nodes }: ViewDocument) =>
  Object.values(nodes)
    .map(({ label }) => label)
    .sort()

const BACK = 'group:label:team=back'
const FRONT = 'group:label:team=front%2C end'
const query = (open: readonly string[] = []) =>
  `?${new URLSearchParams({ group: 'label:team', ...(open.length > 0 ? { open: open.join() } : {}) })}`

describe('a view that is folded', () => {
  it('is asked for by query', async () => {
    expect(labels(await json(`/api/topology/containers${query()}`))).toEqual(['back', 'front, end'])
    expect(labels(await json(`/api/topology/containers${query([BACK])}`))).toEqual([
      'cart',
      'db',
      'front, end',
    ])
    expect(labels(await json(`/api/topology/containers${query([FRONT, BACK])}`))).toEqual([
      'cart',
      'db',
      'web',
    ])
  })

  it('comes by socket', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/containers/ws${query()}`)
    const [data] = await once(socket, 'message')
    socket.close()
    const { add } = JSON.parse(String(data)) as ViewDiff
    expect(add?.map(({ id }) => id).sort()).toEqual([BACK, FRONT])
  })

  it('has details of its groups, under their encoded ids', async () => {
    const path = `/api/topology/containers/${encodeURIComponent(FRONT)}${query()}`
    const { node } = await json<{ node: NodeDetails }>(path)
    expect([node.label, node.labelMinor]).toEqual(['front, end', '1 container'])
    expect(node.children.map(({ label }) => label)).toEqual(['Containers', 'Processes'])
  })

  it('has edges whose connections can be asked for', async () => {
    const { edges } = await json<ViewDocument>(`/api/topology/containers${query()}`)
    const across = Object.values(edges).find(({ source }) => source === FRONT)
    const answer = await get(`/api/connections${query()}&view=containers&edge=${across?.id}`)
    expect(answer.status).toBe(200)
    // The same edge is not in the view without groups.
    expect((await get(`/api/connections?view=containers&edge=${across?.id}`)).status).toBe(404)
  })

  it('is offered with the views', async () => {
    const views = await json<ViewDescription[]>('/api/topology')
    const containers = views.find(({ url }) => url.endsWith('/containers'))
    expect(containers?.groups).toEqual([{ value: 'label:team', label: 'Label team', count: 2, rest: 0 }])
    const folded = await json<ViewDescription[]>(`/api/topology${query()}`)
    expect(folded.find(({ url }) => url.endsWith('/containers'))?.stats.node_count).toBe(2)
  })

  it.each([
    ['/api/topology/containers?group=pod', 'group'],
    ['/api/topology?group=pod', 'group'],
    ['/api/topology/containers/ws?group=pod', 'group'],
    [`/api/topology/containers?group=host&open=${BACK}`, 'open'],
    ['/api/connections?view=containers&edge=x&open=x', 'open'],
  ])('%s is refused', async (path, field) => {
    const { status, text } = await get(path)
    expect(status).toBe(400)
    const { error } = JSON.parse(text) as ErrorBody
    expect(error.field).toBe(field)
    expect(error.message).toContain(field)
  })
})
