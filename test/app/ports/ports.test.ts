import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PortsDocument } from '../../../src/api/types.ts'
import { containerNode, listener, processNode, report } from '../../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
let probe: TestProbe
let uptimeMs = 10_000
const alpha = (accepted: number) => {
  uptimeMs += 1000
  return report({
    uptimeMs,
    intervalMs: 60_000,
    nodes: [
      processNode('alpha', 1, { name: 'nginx', container: 'web' }),
      processNode('alpha', 2, { name: 'sshd' }),
      containerNode('alpha', 'web', { image: 'nginx:1.27', labels: { team: 'shop' } }),
    ],
    listeners: [
      listener('alpha;1', '0.0.0.0:80', { accepted, ...(accepted > 0 ? { lastMs: uptimeMs } : {}) }),
      listener('alpha;2', '[::]:22'),
    ],
  })
}
beforeAll(async () => {
  app = await startTestApp()
  const other = await connectTestProbe(app)
  await other.post(
    report({
      host: 'beta',
      intervalMs: 60_000,
      nodes: [processNode('beta', 1, { name: 'postgres' })],
      listeners: [listener('beta;1', '127.0.0.1:5432')],
    }),
  )
  probe = await connectTestProbe(app)
  expect((await probe.post(alpha(0))).status).toBe(200)
})
afterAll(() => app.remove())

const ports = async (query = ''): Promise<PortsDocument> => {
  const { status, text } = await ask(`${app.url}/api/ports${query}`)
  expect([status, text]).toEqual([200, text])
  return JSON.parse(text)
}
const found = async (q: string) =>
  (await ports(`?q=${encodeURIComponent(q)}`)).ports.map(({ process, port }) => `${process.label}:${port}`)

it('tells of all hosts, by host and port', async () => {
  const { ports: all, total } = await ports()
  expect(total).toBe(3)
  expect(all.map(({ host, port }) => `${host.label}:${port}`)).toEqual(['alpha:22', 'alpha:80', 'beta:5432'])
})

it('tells as many as are asked for, and how many there are', async () => {
  const { ports: first, total } = await ports('?limit=1')
  expect([first.length, total]).toEqual([1, 3])
})

it.each([
  ['used:never', ['sshd:22', 'nginx:80', 'postgres:5432']],
  ['listen<1024', ['sshd:22', 'nginx:80']],
  ['label.team:shop', ['nginx:80']],
  ['host:beta', ['postgres:5432']],
  ['reachable:yes -nginx', ['sshd:22']],
  ['nobody', []],
])('q=%s', async (q, expected) => expect(await found(q)).toEqual(expected))

it('follows what is reported, in whole reports and in changes', async () => {
  await probe.post(alpha(2))
  expect(await found('used:yes')).toEqual(['nginx:80'])
  uptimeMs += 1000
  const base = probe.seq
  const { nodes: _, connections: __, addresses: ___, ...rest } = alpha(2)
  const answer = await probe.post({
    ...rest,
    envelope: { ...rest.envelope, base },
    nodes: [],
    connections: [],
    addresses: [],
    status: [],
    listeners: [listener('alpha;2', '[::]:22', { accepted: 1, lastMs: uptimeMs })],
    removed: {
      ...{ nodes: [], connections: [], addresses: [], status: [], controls: [] },
      listeners: ['alpha;1 0.0.0.0:80'],
    },
  })
  expect(answer.status).toBe(200)
  expect(await found('used:yes')).toEqual(['sshd:22'])
  expect(await found('host:alpha')).toEqual(['sshd:22'])
})

describe('is refused', () => {
  it.each([
    ['?q=listen:http', 400, 'bad_query', 'q'],
    ['?limit=0', 400, 'invalid_parameter', 'limit'],
    ['?limit=10001', 400, 'invalid_parameter', 'limit'],
    ['?host=alpha', 400, 'invalid_parameter', 'host'],
  ])('%s', async (query, status, code, field) => {
    const answer = await ask(`${app.url}/api/ports${query}`)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text).error).toMatchObject({ code, field })
  })

  it.each([
    ['a listener of no process', { ...listener('alpha;9', '0.0.0.0:1') }, 'listeners[0].process'],
    ['a listener of a host', { ...listener('alpha;<host>', '0.0.0.0:1') }, 'listeners[0].process'],
    ['what is no address', { ...listener('alpha;1', '0.0.0.0:1'), ip: 'localhost' }, 'listeners[0].ip'],
    ['what is no port', { ...listener('alpha;1', '0.0.0.0:1'), port: 65_536 }, 'listeners[0].port'],
    ['less than no use', { ...listener('alpha;1', '0.0.0.0:1'), accepted: -1 }, 'listeners[0].accepted'],
    ['a time that cannot be', { ...listener('alpha;1', '0.0.0.0:1'), lastMs: 1e300 }, 'listeners[0].lastMs'],
  ])('a report with %s', async (_, wrong, field) => {
    const liar = await connectTestProbe(app)
    const answer = await liar.post({
      ...report({ host: 'gamma', nodes: [processNode('alpha', 1)] }),
      listeners: [wrong],
    })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ field })
  })
})
