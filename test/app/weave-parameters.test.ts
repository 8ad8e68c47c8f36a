import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { NodeSummary } from '../../src/api/types.ts'
import { facts } from '../../src/report/facts.ts'
import { containerId, containerNode, pair, processNode, report } from '../support/reports/reports.ts'
import { connectTestProbe, type TestProbe } from '../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let probe: TestProbe
const told = (uptimeMs: number) =>
  report({
    uptimeMs,
    intervalMs: 60_000,
    nodes: [
      containerNode('alpha', 'web', {
        facts: {
          [facts.containerCommand]: 'nginx -g secret-argument',
          [facts.containerEnvironment]: ['MODE=secret-variable'],
        },
      }),
      processNode('alpha', 1, {
        name: 'nginx',
        container: 'web',
        facts: { [facts.commandLine]: `/usr/sbin/nginx -g secret-argument` },
      }),
      processNode('alpha', 2, { name: 'curl', facts: { [facts.commandLine]: 'curl' } }),
    ],
    connections: [pair('alpha;2', 'alpha;1', 80, { bytesSent: uptimeMs })],
  })

beforeAll(async () => {
  app = await startTestApp({ windowMs: 15_000 })
  probe = await connectTestProbe(app)
  await probe.post(told(10_000))
})
afterAll(() => app.remove())

const web = encodeURIComponent(containerId('web'))
const paths = [
  '/api/report',
  '/api/topology/containers',
  `/api/topology/containers/${web}`,
  '/api/topology/processes',
  '/api/topology/processes/alpha;1',
]
const get = async (path: string, query: string) => {
  const { status, text } = await ask(app.url, { path: `${path}?${query}` })
  return { status, text }
}

describe('hideCommandLineArguments and hideEnvironmentVariables', () => {
  it.each(paths)('of %s leave out what they say, and nothing else', async (path) => {
    const plain = await get(path, '')
    expect(plain.text).toContain('secret-argument')
    const without = await get(path, 'hideCommandLineArguments=true')
    expect(without.status).toBe(200)
    expect(without.text).not.toContain('secret-argument')
    expect(without.text).toContain('nginx')
    expect(without.text.includes('secret-variable')).toBe(plain.text.includes('secret-variable'))
    const neither = await get(path, 'hideCommandLineArguments=true&hideEnvironmentVariables=true')
    expect(neither.text).not.toMatch(/secret-/)
    const both = await get(path, 'hideCommandLineArguments=false&hideEnvironmentVariables=false')
    expect(both.text).toBe(plain.text)
  })

  it('leave out variables', async () => {
    const path = `/api/topology/containers/${web}`
    expect((await get(path, '')).text).toContain('secret-variable')
    expect((await get(path, 'hideEnvironmentVariables=true')).text).not.toContain('secret-variable')
  })

  it('leave nothing to find by what is hidden', async () => {
    const found = async (query: string) =>
      Object.values(JSON.parse((await get('/api/topology/processes', query)).text).nodes as NodeSummary[])
    expect(await found('q=secret-argument')).toHaveLength(1)
    expect(await found('q=secret-argument&hideCommandLineArguments=true')).toHaveLength(0)
  })

  it('hold for each frame of a socket, beside one that shows all', async () => {
    const open = (query: string) =>
      new WebSocket(`ws://127.0.0.1:${app.port}/api/topology/processes/ws?${query}`)
    const hiding = open('hideCommandLineArguments=true')
    const showing = open('')
    const next = async (socket: WebSocket) => String((await once(socket, 'message'))[0])
    const [hidden, shown] = await Promise.all([next(hiding), next(showing)])
    expect(shown).toContain('secret-argument')
    expect(hidden).not.toContain('secret-argument')
    // Signs of life come in between.
    const nextChange = async (socket: WebSocket): Promise<string> => {
      const frame = await next(socket)
      return frame.includes('"update":[') ? frame : nextChange(socket)
    }
    const later = Promise.all([nextChange(hiding), nextChange(showing)])
    await probe.post(told(14_000))
    const [change] = await later
    expect(change).not.toContain('secret-argument')
    hiding.close()
    showing.close()
  })

  it('take true and false', async () => {
    const { status, text } = await get('/api/report', 'hideCommandLineArguments=yes')
    expect(status).toBe(400)
    expect(JSON.parse(text).error.message).toBe('hideCommandLineArguments: use one of true, false')
  })
})

describe('timestamp', () => {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

  it.each(['/api/topology', ...paths])('of %s is taken for what is shown', async (path) => {
    for (const moment of ['', 'now', ago(0), ago(5000)])
      expect([moment, (await get(path, `timestamp=${encodeURIComponent(moment)}`)).status]).toEqual([
        moment,
        200,
      ])
  })

  it.each(['/api/topology', ...paths])(
    'of %s is refused for another moment, with the reason',
    async (path) => {
      for (const moment of ['2020-01-01T00:00:00Z', ago(60_000), ago(-60_000)]) {
        const { status, text } = await get(path, `timestamp=${encodeURIComponent(moment)}`)
        expect(status).toBe(400)
        expect(JSON.parse(text).error).toMatchObject({
          code: 'no_history',
          field: 'timestamp',
          message: expect.stringContaining(
            'no history is kept; leave it out, or give a time of the last 15 s',
          ),
        })
      }
    },
  )

  it('is refused when it is no time', async () => {
    const { status, text } = await get('/api/topology/hosts', 'timestamp=yesterday')
    expect(status).toBe(400)
    expect(JSON.parse(text).error).toMatchObject({
      field: 'timestamp',
      message: expect.stringContaining('2026-01-31T12:00:00Z'),
    })
  })
})

it('sparse tells only whether there is a probe', async () => {
  expect((await get('/api/probes', 'sparse')).text).toBe('true')
  expect((await get('/api/probes', 'sparse=false')).text).toBe('true')
  expect(JSON.parse((await get('/api/probes', '')).text)).toHaveLength(1)
  const empty = await startTestApp()
  expect((await ask(empty.url, { path: '/api/probes?sparse=true' })).text).toBe('false')
  await empty.remove()
})
