import { once } from 'node:events'
import type { MiddlewareHandler } from 'hono'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod'
import { errorBodySchema } from '../../../src/api/app.ts'
import type { Operation } from '../../../src/api/operations/entry/operation.ts'
import { viewOptions } from '../../../src/api/operations/entry/parameters.ts'
import { type Operations, operations } from '../../../src/api/operations/operations.ts'
import type { Handlers } from '../../../src/app/http/handlers.ts'
import { BytesInFlight, defaultBytesInFlightLimits } from '../../../src/app/http/sending/in-flight.ts'
import { type OpenApiDocument, openApiDocument } from '../../../src/app/openapi/document.ts'
import { makeRoutes } from '../../../src/app/routes.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { CHANNEL_PATH } from '../../../src/report/channel.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import type { Report } from '../../../src/report/schema.ts'
import { catalogue } from '../../../src/topology/view/catalogue.ts'
import {
  address,
  clientHalf,
  containerId,
  containerNode,
  control,
  imageNode,
  listener,
  pair,
  processNode,
  report,
} from '../../support/reports/reports.ts'
import { connectTestProbe } from '../../support/scope/app-client.ts'
import { addUsers, signIn } from '../sign-in/signing-in.ts'
import { ask, eventually, startTestApp, type TestApp } from '../start-test-app.ts'

type Get = Extract<Operations[keyof Operations], { readonly method: 'get' }>
type GetPath = Get['path']

const entries: Operation[] = Object.values(operations)
const asked = entries.filter(({ method }) => method === 'get')
const paths = asked.map(({ path }) => path as GetPath)

/** What an operation answers, by its entry. */
const schemaOf = (path: GetPath): z.ZodType => {
  const { 'x-websocket': socket, responses } = operations[nameOf(path)] as Operation
  if (socket) return socket.frame
  const { content } = responses[200] as { content: { 'application/json': { schema: z.ZodType } } }
  return content['application/json'].schema
}
const nameOf = (path: GetPath): keyof Operations =>
  (Object.keys(operations) as (keyof Operations)[]).find(
    (name) => operations[name].path === path && operations[name].method === 'get',
  ) ?? 'health'
/** Paths that need a probe which has opened a channel, or something on it; their own tests compare what they answer. */
const askedElsewhere: readonly GetPath[] = [CHANNEL_PATH, '/api/pipe/{id}', '/api/pipe/{id}/check']
const isSocket = (path: GetPath): boolean => 'x-websocket' in operations[nameOf(path)]

const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', team: 'a' }
const reportAt = (uptimeMs: number, failed: number): Report =>
  report({
    uptimeMs,
    intervalMs: 60_000,
    nodes: [
      containerNode('alpha', 'web', {
        image: 'nginx:1.27',
        labels,
        controls: ['stop', 'shell'],
        facts: { [facts.containerStarted]: '2026-01-01T00:00:00Z', [facts.containerNetworks]: ['shop'] },
      }),
      containerNode('alpha', 'db', { image: 'postgres:17', labels }),
      containerNode('alpha', 'old', { state: 'exited', facts: { [facts.containerExitCode]: 1 } }),
      imageNode('alpha', 'nginx:1.27'),
      imageNode('alpha', 'postgres:17'),
      processNode('alpha', 1, {
        name: 'nginx',
        container: 'web',
        facts: { [facts.commandLine]: 'nginx -g' },
      }),
      processNode('alpha', 2, { name: 'postgres', container: 'db' }),
      processNode('alpha', 3, { name: 'sshd', facts: { [facts.systemdUnit]: 'ssh.service' } }),
      processNode('alpha', 4, { name: 'curl' }),
    ],
    controls: [
      control('stop', { confirmation: 'Stop this container?' }),
      control('shell', { opens: 'terminal', enters: true }),
    ],
    metrics: ['alpha;1', 'alpha;2'].map((node) => ({
      node,
      id: metrics.processCpu,
      max: 200,
      samples: [
        [1000, 1],
        [0, 2],
      ],
    })),
    listeners: [
      listener('alpha;1', '0.0.0.0:80', {
        accepted: 3,
        firstMs: 2000,
        lastMs: 3000,
        lastPeer: '93.184.216.34',
      }),
      listener('alpha;3', '[::]:22'),
    ],
    addresses: [address('93.184.216.34', { kind: 'global' }, { names: ['example.com'] })],
    connections: [
      pair('alpha;1', 'alpha;2', 5432, { failed, rttUs: 120, bytesSent: uptimeMs }),
      pair('alpha;4', 'alpha;3', 22),
      clientHalf('alpha;1', { clientAddress: ';10.0.0.1', serverAddress: ';93.184.216.34', port: 443 }),
    ],
  })

interface Described {
  readonly parameters: { readonly name: string; readonly description?: string; readonly schema: object }[]
  readonly responses: Record<string, { content?: { 'application/json': { schema: object } } }>
  readonly 'x-websocket'?: { readonly frame: object }
}

describe('the document', () => {
  const document = openApiDocument()

  it('has every route, and no other', () => {
    const handlers = new Proxy({}, { get: () => () => new Response() }) as Handlers
    const passed: MiddlewareHandler = (_c, next) => next()
    const log = createLogger({ format: 'text', debug: false })
    const sending = new BytesInFlight(defaultBytesInFlightLimits, () => 0)
    const routes = makeRoutes(handlers, {
      guard: { entrance: passed, of: () => passed, still: () => passed, host: passed },
      webRoot: '/',
      live: { windowMs: 15_000, nowMs: () => 0 },
      onlookers: { of: () => [] },
      faults: createFaults({ nowMs: () => 0, log }),
      sending,
    }).routes
    const registered = routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.toSorted()).toEqual([...new Set(registered)].sort())
  })

  it('refers only to what is in it, and has nothing that is not used', () => {
    const text = JSON.stringify(document)
    const used = new Set(Array.from(text.matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name]) => name))
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort())
    expect(text).not.toMatch(/\$defs|"~standard"|"readOnly":true/)
  })

  it('names the parameters of each path, and only those', () => {
    for (const [path, operations] of Object.entries(document.paths))
      for (const operation of Object.values(operations)) {
        const parameters = (operation.parameters ?? []) as { name: string; in: string; required: boolean }[]
        const inPath = parameters.filter((parameter) => parameter.in === 'path')
        expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
        expect(inPath.every(({ required }) => required)).toBe(true)
        const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
        expect(new Set(names).size).toBe(names.length)
      }
  })

  it('has an id for each operation', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })

  it('offers every option of every view, with its values, and tells which views have it and what is the default', () => {
    const parameters = document.paths['/api/topology/{view}']?.get
      ?.parameters as unknown as Described['parameters']
    for (const view of catalogue)
      for (const { id, defaultValue, options } of view.options) {
        const { description = '', schema } = parameters.find(({ name }) => name === id) ?? {}
        expect([id, description]).toEqual([id, expect.stringMatching(new RegExp(`\\b${view.id}\\b`))])
        if (defaultValue !== '')
          expect([view.id, description]).toEqual([view.id, expect.stringContaining(`\`${defaultValue}\``)])
        for (const { value } of options) {
          expect(JSON.stringify(schema)).toContain(`"${value}"`)
          expect(z.object(viewOptions).safeParse({ [id]: value }).success).toBe(true)
        }
      }
  })

  it('names the right that each operation needs', () => {
    // @ts-expect-error: no operation is without one
    expectTypeOf<Omit<Operations['health'], 'x-action'>>().toExtend<Operation>()
    expectTypeOf<Operations['health']>().toExtend<Operation>()
    for (const operations of Object.values(document.paths))
      for (const operation of Object.values(operations))
        expect(operation['x-action']).toMatch(/^[a-z]+:[a-z]+$/)
  })
})

describe('real answers', () => {
  let app: TestApp
  let document: OpenApiDocument
  let edge = ''
  /** Those of a session that may ask everything. */
  let headers: Record<string, string> = {}

  beforeAll(async () => {
    app = await startTestApp()
    await addUsers(app, ['viewer'])
    headers = { ...(await signIn(app)).session }
    const probe = await connectTestProbe(app)
    await probe.post(reportAt(10_000, 0))
    await probe.post(reportAt(14_000, 3))
    await eventually(async () =>
      expect(JSON.parse((await ask(app.url, { path: '/api/events' })).text).events).toHaveLength(2),
    )
    document = JSON.parse((await ask(app.url, { path: '/api/openapi.json' })).text)
    const view = JSON.parse((await ask(app.url, { path: '/api/topology/containers' })).text)
    edge = Object.keys(view.edges)[0] ?? ''
  })
  afterAll(() => app.remove())

  /** Requests of a path that show all it can answer. */
  const requestsOf: Readonly<Record<GetPath, () => readonly string[]>> = {
    '/api': () => ['/api'],
    '/api/topology': () => ['/api/topology', '/api/topology?stopped=both&system=all'],
    '/api/topology/{view}': () =>
      catalogue.flatMap(({ id }) => [
        `/api/topology/${id}`,
        `/api/topology/${id}?stopped=both&system=all&pseudo=show&unconnected=show`,
        `/api/topology/${id}?group=host`,
        `/api/topology/${id}?q=nginx`,
        `/api/topology/${id}?hideCommandLineArguments=true&hideEnvironmentVariables=true&timestamp=now`,
      ]),
    '/api/topology/{view}/ws': () => ['/api/topology/containers/ws', '/api/topology/processes/ws?q=nginx'],
    '/api/topology/{view}/{id}': () => [
      `/api/topology/containers/${encodeURIComponent(containerId('web'))}`,
      `/api/topology/containers/${encodeURIComponent(containerId('old'))}`,
      '/api/topology/processes/alpha;1?samples=5m',
      '/api/topology/processes/alpha;1?samples=1h',
      '/api/topology/processes-by-name/nginx',
      '/api/topology/hosts/alpha;%3Chost%3E',
      '/api/topology/containers/out-theinternet',
    ],
    '/api/connections': () => [`/api/connections?view=containers&edge=${edge}`],
    '/api/controls': () => [
      '/api/controls',
      '/api/controls?q=image:nginx',
      `/api/controls?ids=${encodeURIComponent(containerId('web'))}`,
      '/api/controls?topology=processes&unconnected=show',
    ],
    '/api/ports': () => ['/api/ports', '/api/ports?q=listen:80%20image:nginx', '/api/ports?limit=1'],
    '/api/search': () => ['/api/search?q=nginx', '/api/search?q=nothing-like-this'],
    '/api/complete': () => ['/api/complete?q=ng', '/api/complete?q=', '/api/complete?q=cpu&at=2'],
    '/api/probes': () => ['/api/probes', '/api/probes?sparse'],
    '/api/events': () => ['/api/events', '/api/events?limit=1', '/api/events?kind=gone'],
    '/api/events/ws': () => ['/api/events/ws'],
    '/api/findings': () => ['/api/findings'],
    '/api/findings/ws': () => ['/api/findings/ws'],
    '/api/audit': () => ['/api/audit'],
    '/api/report': () => ['/api/report', '/api/report?hideEnvironmentVariables=true'],
    [CHANNEL_PATH]: () => [],
    '/api/pipe/{id}': () => [],
    '/api/pipe/{id}/check': () => [],
    '/api/openapi.json': () => ['/api/openapi.json'],
    '/api/session': () => ['/api/session'],
    '/api/sessions': () => ['/api/sessions'],
    '/api/users': () => ['/api/users'],
    '/health': () => ['/health'],
  }

  const answerOf = async (path: string, isSocket = false): Promise<unknown> => {
    if (isSocket) {
      const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`)
      const [data] = await once(socket, 'message')
      socket.close()
      return JSON.parse(String(data))
    }
    const answer = await ask(app.url, { path, headers })
    expect([path, answer.status]).toEqual([path, 200])
    return JSON.parse(answer.text)
  }

  it.each(paths)('of %s are what its schema says, with nothing besides', async (path) => {
    for (const request of requestsOf[path]()) {
      const answer = await answerOf(request, isSocket(path))
      expect(schemaOf(path).parse(answer)).toEqual(answer)
    }
  })

  it.each(paths)('of %s are what the document says', async (path) => {
    const operation = document.paths[path]?.get as unknown as Described
    const schema = published(
      operation['x-websocket']?.frame ?? operation.responses['200']?.content?.['application/json'].schema,
    )
    for (const request of requestsOf[path]()) {
      const answer = await answerOf(request, isSocket(path))
      expect(() => schema.parse(answer), request).not.toThrow()
    }
  })

  it('that are wrong would be noticed', async () => {
    const good = (await answerOf('/api/events')) as { events: object[] }
    const schema = published(document.components.schemas.EventsDocument)
    expect(schema.safeParse(good).success).toBe(true)
    const events = good.events.map((event) => ({ ...event, kind: 'other' }))
    expect(schema.safeParse({ ...good, events }).success).toBe(false)
  })

  it('reach every path with something to show', async () => {
    for (const path of paths)
      if (!askedElsewhere.includes(path)) expect([path, requestsOf[path]().length]).not.toEqual([path, 0])
    expect(edge).not.toBe('')
    const { reports } = (await answerOf('/api/report')) as { reports: { report: Report }[] }
    expect(reports[0]?.report.connections).toHaveLength(3)
  })

  it.each([
    '/api/topology/nothing',
    '/api/topology/hosts/nothing',
    '/api/topology/processes?unconnected=x',
    '/api/topology/hosts?q=((',
    '/api/events?limit=0',
    '/api/connections',
    '/api/controls?topology=x',
    '/api/search?q=',
    '/api/nothing',
  ])('errors of %s are as described', async (path) => {
    const answer = await ask(app.url, { path })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    const body = JSON.parse(answer.text)
    expect(errorBodySchema.parse(body)).toEqual(body)
  })

  /** A schema of the document, with all that it refers to, as something that validates. */
  const published = (schema: object | undefined): z.ZodType => {
    const whole = JSON.stringify({ ...schema, $defs: document.components.schemas })
    return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')))
  }
})
