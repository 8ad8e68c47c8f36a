import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listener, pair, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

const VIEW = '/api/topology/processes?unconnected=show'

let app: TestApp
let probe: TestProbe
let posted = 0
beforeAll(async () => {
  app = await startTestApp()
  probe = await connectTestProbe(app)
  await post('nginx')
})
afterAll(() => app.remove())

/** Posts a report of many processes; of the first one the name. */
const post = async (name: string, count = 50): Promise<void> => {
  posted += 1
  const nodes = Array.from({ length: count }, (_, i) =>
    processNode('alpha', i + 1, { name: i ? 'sh' : name }),
  )
  const connections = [pair('alpha;1', 'alpha;2', 80)]
  const { status } = await probe.post(
    report({
      ...{ nodes, connections, uptimeMs: 1000 + posted, intervalMs: 60_000 },
      listeners: [listener('alpha;1', '0.0.0.0:80')],
    }),
  )
  expect(status).toBe(200)
}

const get = (path: string, headers = {}) => ask(app.url, { path, headers })
const tagOf = async (path: string, headers = {}): Promise<string> =>
  String((await get(path, headers)).headers.etag)

const NODE = `/api/topology/processes/${encodeURIComponent('alpha;1')}?unconnected=show`

describe.each([
  ['a view', VIEW],
  ['a node', NODE],
])('%s', (_, path) => {
  it('is not sent again to whoever has it', async () => {
    const { headers, text } = await get(path)
    expect(text.length).toBeGreaterThan(100)
    const { etag, 'cache-control': caching, vary } = headers
    expect(etag).toMatch(/^"[^"]+"$/)
    for (const known of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': known })
      expect(again).toMatchObject({ status: 304, text: '' })
      expect(again.headers).toMatchObject({ etag, vary, 'cache-control': caching })
      expect(again.headers['content-type']).toBeUndefined()
    }
    expect(caching).toBe('no-cache')
    expect(vary).toBe('Accept-Encoding')
  })

  it('is sent to whoever has another one', async () => {
    const { text } = await get(path)
    for (const known of ['"x"', 'W/"y", "z"'])
      expect(await get(path, { 'if-none-match': known })).toMatchObject({ status: 200, text })
  })

  it('has a tag for HEAD, too', async () => {
    const tag = await tagOf(path)
    const head = await ask(app.url, { method: 'HEAD', path })
    expect(head).toMatchObject({ status: 200, headers: { etag: tag } })
    const known = await ask(app.url, { method: 'HEAD', path, headers: { 'if-none-match': tag } })
    expect(known.status).toBe(304)
  })

  it('is not sent again to whoever has it compressed', async () => {
    const packed = { 'accept-encoding': 'gzip' }
    const [tag, plainTag] = [await tagOf(path, packed), await tagOf(path)]
    expect(tag).not.toBe(plainTag)
    for (const known of [tag, `${plainTag}, ${tag}`])
      expect(await get(path, { ...packed, 'if-none-match': known })).toMatchObject({
        status: 304,
        text: '',
        headers: { etag: tag },
      })
    expect(await get(path, { ...packed, 'if-none-match': plainTag })).toMatchObject({
      status: 304,
      headers: { etag: plainTag },
    })
    expect((await get(path, { 'if-none-match': tag })).status).toBe(200)
  })

  it('keeps its tag while a report changes nothing, and gets another when one does', async () => {
    const tag = await tagOf(path)
    await post('nginx')
    expect(await tagOf(path)).toBe(tag)
    await post(`nginx-${posted}`)
    await eventually(async () => expect(await tagOf(path)).not.toBe(tag))
    const { status, headers } = await get(path, { 'if-none-match': tag })
    expect(status).toBe(200)
    expect(headers.etag).not.toBe(tag)
    await post('nginx')
  })

  it('has a tag for each choice of what to show', async () => {
    const own = path === VIEW ? '&q=sh' : '&samples=1h'
    const ways = ['', own, '&group=host', '&hideCommandLineArguments=true']
    const tags = await Promise.all(ways.map((way) => tagOf(`${path}${way}`)))
    expect(new Set(tags).size).toBe(ways.length)
  })

  it('is refused whatever is known of it', async () => {
    const tag = await tagOf(path)
    // A machine of another name may not see anything.
    const refused = await ask(app.url, { path, headers: { host: 'elsewhere.example', 'if-none-match': tag } })
    expect(refused.status).toBe(421)
    expect(refused.headers.etag).toBeUndefined()
    const unknown = await get(path.replace('processes', 'nothing'), { 'if-none-match': '*' })
    expect(unknown).toMatchObject({ status: 404 })
    expect(unknown.headers.etag).toBeUndefined()
  })
})

/** Another machine begins to report. */
const another = async (): Promise<void> => {
  const other = await connectTestProbe(app)
  expect((await other.post(report({ host: 'beta', intervalMs: 60_000 }))).status).toBe(200)
}

/** Answers, and what must happen for them to be other ones. */
const lists = [
  ['the list of views', '/api/topology', () => post('nginx', 51)],
  ['a search', '/api/search?q=alpha&unconnected=show', () => post(`nginx-${posted}`)],
  ['the ports', '/api/ports', () => post(`nginx-${posted}`)],
  ['a long list of ports', '/api/ports?limit=5000', () => post(`nginx-${posted}`)],
  ['the controls', '/api/controls?topology=hosts', undefined],
  ['the events', '/api/events', () => another()],
  ['the findings', '/api/findings', undefined],
] as const

describe.each(lists)('%s', (_, path, change) => {
  it('is not sent again to whoever has it, compressed or not, until it is another', async () => {
    await eventually(async () => {
      const { headers, text } = await get(path)
      const { etag } = headers
      expect(etag).toMatch(/^"[^"]+"$/)
      const again = await get(path, { 'if-none-match': etag })
      expect(again).toMatchObject({ status: 304, text: '', headers: { etag, vary: 'Accept-Encoding' } })
      expect(await get(path, { 'if-none-match': '"x"' })).toMatchObject({ status: 200, text })
      const packedTag = await tagOf(path, { 'accept-encoding': 'gzip' })
      expect(packedTag === etag).toBe(text.length < 1400)
      const known = { 'accept-encoding': 'gzip', 'if-none-match': packedTag }
      expect((await get(path, known)).status).toBe(304)
      expect(await ask(app.url, { method: 'HEAD', path })).toMatchObject({ status: 200, headers: { etag } })
    })
    if (change === undefined) return
    const tag = await tagOf(path)
    await change()
    await eventually(async () => {
      const { status, headers } = await get(path, { 'if-none-match': tag })
      expect(status).toBe(200)
      expect(headers.etag).not.toBe(tag)
    })
  })

  it('is refused whatever is known of it', async () => {
    const refused = await ask(app.url, { path, headers: { host: 'elsewhere.example', 'if-none-match': '*' } })
    expect(refused.status).toBe(421)
    expect(refused.headers.etag).toBeUndefined()
  })
})
