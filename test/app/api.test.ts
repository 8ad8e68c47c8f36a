import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containerNode, pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
const cpu = 'process_cpu_usage_percent'

beforeAll(async () => {
  app = await startTestApp()
  const probe = await connectTestProbe(app)
  const processes = Array.from({ length: 50 }, (_, index) => processNode('alpha', index + 1))
  const of = (uptimeMs: number) =>
    report({
      nodes: [...processes, containerNode('alpha', 'web', { image: 'registry.example/a/web:1' })],
      metrics: [
        {
          node: 'alpha;1',
          id: cpu,
          samples: [
            [1000, uptimeMs / 1000 - 1],
            [0, uptimeMs / 1000],
          ],
        },
      ],
      connections: [pair('alpha;1', 'alpha;2', 80), pair('alpha;3', 'alpha;1', 81)],
      intervalMs: 60_000,
      uptimeMs,
    })
  for (const uptimeMs of [1000, 2000, 3000]) expect((await probe.post(of(uptimeMs))).status).toBe(200)
})
afterAll(() => app.remove())

const get = async (path: string) => JSON.parse((await ask(`${app.url}${path}`)).text)

describe('the view API', () => {
  it('tells what the app is, and the limits of a report', async () => {
    expect(await get('/api')).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      version: expect.any(String),
      plugins: [],
      capabilities: { historic_reports: false },
      protocols: [1],
      limits: { nodes: 20_000, bodyBytes: 8 * 1024 * 1024 },
    })
  })

  it('lists the views, with numbers that follow the options', async () => {
    const stats = async (query: string) => {
      const views: { url: string; stats: { node_count: number } }[] = await get(`/api/topology${query}`)
      return views.find(({ url }) => url === '/api/topology/processes')?.stats.node_count
    }
    expect(await stats('')).toBe(3)
    expect(await stats('?unconnected=show')).toBe(50)
  })

  it('gives nodes with their adjacency, and edges beside them', async () => {
    const { nodes, edges } = await get('/api/topology/processes')
    expect(Object.keys(nodes).sort()).toEqual(['alpha;1', 'alpha;2', 'alpha;3'])
    expect(nodes['alpha;1']).toMatchObject({ id: 'alpha;1', adjacency: ['alpha;2'] })
    expect(Object.values(edges)).toHaveLength(2)
    for (const [id, edge] of Object.entries(edges)) expect(edge).toMatchObject({ id, opened: 1 })
  })

  it('applies defaults with or without a query', async () => {
    const plain = await ask(`${app.url}/api/topology/processes`)
    expect((await ask(`${app.url}/api/topology/processes?stopped=both`)).text).toBe(plain.text)
    expect(Object.keys((await get('/api/topology/processes?unconnected=show')).nodes)).toHaveLength(50)
  })

  it('gives the details of a node with the samples of its metrics', async () => {
    const { node } = await get('/api/topology/processes/alpha;1')
    expect(node).toMatchObject({ id: 'alpha;1', controls: [], children: expect.any(Array) })
    expect(node.connections).toHaveLength(2)
    const samples: { date: string; value: number }[] = node.metrics.find(
      (m: { id: string }) => m.id === cpu,
    ).samples
    expect(samples.map(({ value }) => value)).toEqual([0, 1, 2, 3])
    expect(Date.parse(samples[3]?.date ?? '') - Date.parse(samples[0]?.date ?? '')).toBe(3000)
  })

  it('thins the samples of the last hour', async () => {
    const samplesOf = async (query: string) => {
      const { node } = await get(`/api/topology/processes/alpha;1${query}`)
      return node.metrics.find((m: { id: string }) => m.id === cpu).samples
    }
    expect(await samplesOf('?samples=5m')).toEqual(await samplesOf(''))
    const thinned: { value: number; max: number }[] = await samplesOf('?samples=1h')
    // They may lie on both sides of a half minute.
    expect(thinned.length).toBeLessThanOrEqual(2)
    expect(thinned.at(-1)?.max).toBe(3)
    expect(thinned.at(-1)?.value).toBeGreaterThanOrEqual(1.5)
  })

  it.each(['alpha;<host>', 'alpha%3B%3Chost%3E', 'alpha;%3chost>'])('takes the node id %s', async (id) => {
    const answer = await ask(app.url, { path: `/api/topology/hosts/${id}` })
    expect(JSON.parse(answer.text).node.id).toBe('alpha;<host>')
  })

  it('takes an id with a slash in it', async () => {
    const { nodes } = await get('/api/topology/containers-by-image')
    const id = Object.keys(nodes).find((key) => key.includes('/'))
    expect(id).toBeDefined()
    const { node } = await get(`/api/topology/containers-by-image/${encodeURIComponent(id ?? '')}`)
    expect(node.id).toBe(id)
  })
})

describe('errors', () => {
  it.each([
    ['an unknown path', '/api/nothing', 404, 'not_found'],
    ['an unknown file', '/nothing.js', 404, 'not_found'],
    ['a path that climbs', '/assets/..%2f..%2fstate%2ftoken', 404, 'not_found'],
    ['a path that climbs, plainly', '/../state/token', 404, 'not_found'],
    ['an unknown view', '/api/topology/nothing', 404, 'unknown_view'],
    ['a view named as what every object has', '/api/topology/constructor', 404, 'unknown_view'],
    ['a node of an unknown view', '/api/topology/nothing/a', 404, 'unknown_view'],
    ['an unknown node', '/api/topology/hosts/nothing', 404, 'unknown_node'],
    ['an id that is no text', '/api/topology/hosts/%ff%zz', 404, 'unknown_node'],
    ['too many segments', '/api/topology/hosts/a/b', 404, 'not_found'],
    ['an unknown value of an option', '/api/topology/processes?unconnected=x', 400, 'invalid_parameter'],
    ['samples of another time', '/api/topology/hosts/alpha;%3Chost%3E?samples=7d', 400, 'invalid_parameter'],
    ['a socket path without upgrade', '/api/topology/hosts/ws', 426, 'upgrade_required'],
  ])('%s', async (_name, path, status, code) => {
    const answer = await ask(app.url, { path })
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code, message: expect.any(String) } })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([
    ['POST', '/api', 'GET, HEAD'],
    ['DELETE', '/api/topology/hosts', 'GET, HEAD'],
    ['PUT', '/', 'GET, HEAD'],
    ['OPTIONS', '/api/probes', 'GET, HEAD'],
    ['PUT', '/api/report', 'GET, HEAD, POST, DELETE'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const answer = await ask(app.url, { method, path })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe(allow)
    expect(JSON.parse(answer.text).error.code).toBe('method_not_allowed')
  })

  it('answers HEAD as GET, without a body', async () => {
    for (const path of ['/api', '/api/topology/hosts', '/health']) {
      const answer = await ask(app.url, { method: 'HEAD', path })
      expect(answer).toMatchObject({ status: 200, text: '' })
    }
  })
})

it('compresses what is worth it', async () => {
  const path = '/api/topology/processes?unconnected=show'
  const plain = await ask(app.url, { path })
  const packed = await ask(app.url, { path, headers: { 'accept-encoding': 'gzip' } })
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  expect(gunzipSync(packed.body).toString()).toBe(plain.text)
  expect(packed.body.length).toBeLessThan(plain.body.length / 4)
  const small = await ask(app.url, { path: '/health', headers: { 'accept-encoding': 'gzip' } })
  expect(small.headers['content-encoding']).toBeUndefined()
})

it('says to every answer what a browser may do with it', async () => {
  const { headers } = await ask(app.url, { path: '/api' })
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; script-src 'self'; style-src 'self'; ` +
      `connect-src 'self' ws://127.0.0.1:${app.port} wss://127.0.0.1:${app.port}; img-src 'self' data:; ` +
      `worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'permissions-policy': expect.stringMatching(
      /camera=\(\), .*geolocation=\(\), .*microphone=\(\), .*usb=\(\)/,
    ),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  })
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

it('says how to build the page while it is not built, then serves it', async () => {
  const missing = await ask(app.url)
  expect(missing.status).toBe(503)
  expect(missing.text).toContain('npm run build')

  await mkdir(join(app.webRoot, 'assets'), { recursive: true })
  await writeFile(join(app.webRoot, 'index.html'), '<!doctype html><title>Scope</title>')
  await writeFile(join(app.webRoot, 'assets', 'index-4f2a.js'), 'export {}')
  await writeFile(join(app.webRoot, 'icon.svg'), '<svg/>')
  const page = await ask(app.url)
  expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>Scope</title>' })
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
  })
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  const script = await ask(app.url, { path: '/assets/index-4f2a.js' })
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(script.headers['content-type']).toMatch(/^text\/javascript/)
  expect((await ask(app.url, { path: '/icon.svg' })).headers['cache-control']).toBe('no-cache')
  expect((await ask(app.url, { path: '/', method: 'HEAD' })).status).toBe(200)
  expect((await ask(app.url, { path: '/some/where' })).status).toBe(404)
})

it('answers a report without proof before its body has come', async () => {
  const slow = connect(app.port, '127.0.0.1')
  slow.write('POST /api/report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n')
  const answer = Buffer.concat(await slow.take(1).toArray()).toString()
  expect(answer).toMatch(/^HTTP\/1.1 401 /)
})

it('answers what is no HTTP with a 400, not with silence', async () => {
  for (const request of [
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  ]) {
    const socket = connect(app.port, '127.0.0.1')
    socket.write(request)
    const answer = Buffer.concat(await socket.take(1).toArray()).toString()
    socket.destroy()
    expect(answer).toMatch(/^HTTP\/1.1 40[01] /)
  }
})
