import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ViewDescription, ViewDiff, ViewDocument } from '../../src/api/types.ts'
import { facts } from '../../src/report/facts.ts'
import { catalogue } from '../../src/topology/view/catalogue.ts'
import { containerNode, hostNode, pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({
    labelFilters: [
      { title: 'Front', key: 'tier', value: 'front', exclude: false },
      { title: 'All but front', key: 'tier', value: 'front', exclude: true },
    ],
  })
  const probe = await connectTestProbe(app)
  const labels = (service: string, more = {}) => ({
    'com.docker.compose.project': service === 'web' ? 'shop' : 'bank',
    'com.docker.compose.service': service,
    ...more,
  })
  const answer = await probe.post(
    report({
      intervalMs: 60_000,
      nodes: [
        hostNode('alpha', { [facts.weavePeerName]: '7a:c4:8b:a1:e6:ad' }),
        processNode('alpha', 1, { name: 'init', facts: { systemd_unit: 'init.scope' } }),
        processNode('alpha', 2, { name: 'cron', facts: { systemd_unit: 'cron.service' } }),
        processNode('alpha', 10, { name: 'nginx', container: 'web' }),
        processNode('alpha', 20, { name: 'redis', container: 'cache' }),
        containerNode('alpha', 'web', { image: 'nginx:1', labels: labels('web', { tier: 'front' }) }),
        containerNode('alpha', 'cache', { image: 'redis:7', labels: labels('cache') }),
        containerNode('alpha', 'old', { image: 'redis:6', labels: labels('cache'), state: 'exited' }),
        containerNode('alpha', 'weavescope', { image: 'weaveworks/scope:1', labels: labels('scope') }),
      ],
      connections: [
        pair('alpha;10', 'alpha;20', 6379),
        pair('alpha;1', 'alpha;10', 80),
        pair('alpha;1', 'alpha;1', 81),
      ],
    }),
  )
  expect(answer.status).toBe(200)
})
afterAll(() => app.remove())

const get = async (path: string) => (await ask(`${app.url}${path}`)).text
const documentOf = async (view: string, query = ''): Promise<ViewDocument> =>
  JSON.parse(await get(`/api/topology/${view}${query}`))
const described = async (view: string, query = ''): Promise<ViewDescription | undefined> => {
  const views: ViewDescription[] = JSON.parse(await get(`/api/topology${query}`))
  return views
    .flatMap((one) => [one, ...(one.sub_topologies ?? [])])
    .find(({ url }) => url === `/api/topology/${view}`)
}
const firstFrame = async (view: string, query = ''): Promise<ViewDiff> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/${view}/ws${query}`)
  const [data] = await once(socket, 'message')
  socket.close()
  return JSON.parse(String(data))
}
const ids = (nodes: readonly { readonly id: string }[] | null) => (nodes ?? []).map(({ id }) => id).sort()

describe.each(catalogue.map(({ id }) => id))('%s', (view) => {
  it('is the same without a query and with one that chooses nothing', async () => {
    const plain = await documentOf(view)
    expect(Object.keys(plain.nodes).length).toBeGreaterThanOrEqual(view === 'swarm-services' ? 0 : 1)
    expect(await documentOf(view, '?open=')).toEqual(plain)
    const frames = [await firstFrame(view), await firstFrame(view, '?t=5s')]
    for (const frame of frames) expect(ids(frame.add)).toEqual(Object.keys(plain.nodes).sort())
    for (const id of Object.keys(plain.nodes)) {
      const path = `/api/topology/${view}/${encodeURIComponent(id)}`
      expect(await get(`${path}?open=`)).toBe(await get(path))
    }
  })

  it('is what each of its defaults asks for by name', async () => {
    const groups = (await described(view))?.options ?? []
    const query = new URLSearchParams(
      Object.fromEntries(groups.map(({ id, defaultValue }) => [id, defaultValue])),
    )
    expect(await documentOf(view, `?${query}`)).toEqual(await documentOf(view))
  })

  it('has the numbers that the list says, with and without a query', async () => {
    for (const query of ['', '?open=', '?stopped=both&system=all&pseudo=show&unconnected=show']) {
      const { nodes, edges } = await documentOf(view, query)
      const pseudo = Object.values(nodes).filter((node) => node.pseudo).length
      expect((await described(view, query))?.stats).toMatchObject({
        node_count: Object.keys(nodes).length,
        nonpseudo_node_count: Object.keys(nodes).length - pseudo,
        edge_count: Object.keys(edges).length,
      })
    }
  })

  it('takes every choice that it offers, alone', async () => {
    for (const { id, options } of (await described(view))?.options ?? [])
      for (const { value } of options) {
        const answer = await ask(`${app.url}/api/topology/${view}?${new URLSearchParams([[id, value]])}`)
        expect(answer.status).toBe(200)
      }
  })
})

describe('filters by label', () => {
  it.each(catalogue.filter(({ id }) => /^(containers|compose|swarm)/.test(id)).map(({ id }) => id))(
    '%s offers them under values that say what they do',
    async (view) => {
      const group = (await described(view))?.options?.find(({ id }) => id === 'system')
      expect(group?.options.slice(-2)).toEqual([
        { value: 'with:tier=front', label: 'Front' },
        { value: 'without:tier=front', label: 'All but front' },
      ])
    },
  )

  it.each([
    ['containers', ['web'], ['cache', 'weavescope']],
    ['containers-by-hostname', ['web'], ['cache', 'scope']],
    ['containers-by-image', ['nginx'], ['redis', 'scope']],
    ['compose-services', ['web'], ['cache', 'scope']],
    ['compose-projects', ['shop'], ['bank']],
  ])('%s applies them', async (view, front, rest) => {
    const names = async (value: string) =>
      Object.values((await documentOf(view, `?${new URLSearchParams({ system: value })}`)).nodes)
        .map(({ label }) => label.split('/').at(-1))
        .sort()
    expect(await names('with:tier=front')).toEqual(front)
    expect(await names('without:tier=front')).toEqual(rest)
  })
})

it.each([
  ['containers', ['web']],
  ['containers-by-hostname', ['web']],
  ['containers-by-image', ['nginx']],
  ['compose-services', ['web']],
  ['compose-projects', ['shop']],
])('a stack chosen holds in %s, too', async (view, expected) => {
  const { nodes } = await documentOf(view, '?namespace=shop')
  expect(Object.values(nodes).map(({ label }) => label)).toEqual(expected)
})

describe('what is wrong is told in one shape, once', () => {
  it.each([
    ['/api/topology?system=x', 400, 'system'],
    [
      `/api/topology/containers?namespace=${Array.from({ length: 65 }, (_, i) => i).join()}`,
      400,
      'namespace',
    ],
    ['/api/topology/systemd-units?pseudo=x', 400, 'pseudo'],
    ['/api/topology/hosts/nothing', 404, undefined],
    ['/api/topology/swarm-stacks', 404, undefined],
  ])('%s', async (path, status, field) => {
    const answer = await ask(app.url, { path })
    expect(answer.status).toBe(status)
    const body: unknown = JSON.parse(answer.text)
    expect(body).toEqual({
      error: {
        code: expect.any(String),
        message: expect.any(String),
        ...(field === undefined ? {} : { field }),
      },
    })
  })

  it('before the first report everything is empty, and no error', async () => {
    const empty = await startTestApp()
    try {
      for (const path of [
        '/api/topology',
        '/api/probes',
        ...catalogue.map(({ id }) => `/api/topology/${id}`),
      ]) {
        const answer = await ask(`${empty.url}${path}`)
        expect(answer.status).toBe(200)
        JSON.parse(answer.text)
      }
    } finally {
      await empty.remove()
    }
  })
})
