import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { token } from '../../src/state/state-dir.ts'
import { connectTestProbe } from '../support/app-client.ts'
import { report } from '../support/reports.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let bearer: string
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

beforeAll(async () => {
  app = await startTestApp({ address: ':0' })
  bearer = `Bearer ${await token(app.stateDir)}`
})
afterAll(() => app.remove())

const local = () => `http://127.0.0.1:${app.port}`

/** The status of a handshake: 101 when a socket opened. */
const handshake = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/topology/hosts/ws`, { headers })
    socket.on('error', () => {})
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
  })

const evil = 'http://evil.example:4040'

describe('on requests and sockets alike', () => {
  it.each<[string, Record<string, string>, number]>([
    ['a plain request', {}, 200],
    ['by the name localhost', { host: 'localhost:1234' }, 200],
    ['by a name that was made to point here', { host: 'evil.example:4040' }, 401],
    ['by such a name, from its page', { host: 'evil.example:4040', origin: evil }, 401],
    ['from a page elsewhere', { origin: 'https://evil.example' }, 403],
    ['from a page of another port', { host: 'localhost:4040', origin: 'http://localhost:3000' }, 403],
    ['from its own page', { host: 'localhost:4040', origin: 'http://localhost:4040' }, 200],
    ['through a proxy', { 'x-forwarded-for': '10.0.0.1' }, 401],
    ['through a proxy that says Forwarded', { forwarded: 'for=10.0.0.1' }, 401],
    ['through a proxy that says Via', { via: '1.1 proxy' }, 401],
    ['with a wrong secret, through a proxy', { via: '1.1 proxy', authorization: 'Bearer wrong' }, 401],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s', async (_name, headers, status) => {
    const answer = await ask(`${local()}/api/topology/hosts`, { headers })
    expect(answer.status).toBe(status)
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="Scope"')
    if (status !== 200) expect(JSON.parse(answer.text).error.message).not.toBe('')
    expect(await handshake(local(), headers)).toBe(status === 200 ? 101 : status)
  })

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=UTF-8'],
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    [undefined, 'application/json'],
  ])('tells a client that accepts %s what to do, as %s', async (accept, type) => {
    const headers = { host: '10.0.0.5:4040', ...(accept && { accept }) }
    const answer = await ask(`${local()}/`, { headers })
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toContain(type)
    expect(answer.headers['content-security-policy']).toBeDefined()
    if (type.startsWith('text/html'))
      expect(answer.text).toContain(`ssh -N -L ${app.port}:localhost:${app.port} 10.0.0.5`)
    else expect(JSON.parse(answer.text).error.code).toBe('unauthorized')
  })

  it('the secret opens what is closed, but not to pages elsewhere', async () => {
    const headers = { host: 'scope.example', via: '1.1 proxy', authorization: bearer }
    expect((await ask(`${local()}/api/probes`, { headers })).status).toBe(200)
    expect(await handshake(local(), headers)).toBe(101)
    const origin = 'https://evil.example'
    expect((await ask(`${local()}/api/probes`, { headers: { ...headers, origin } })).status).toBe(403)
    expect(await handshake(local(), { ...headers, origin })).toBe(403)
  })
})

it('listens on IPv6 as well', async () => {
  expect((await ask(`http://[::1]:${app.port}/health`)).status).toBe(200)
})

it('tells where it can be reached', () => {
  expect(app.urls[0]).toBe(`http://localhost:${app.port}`)
  if (outside !== undefined) expect(app.urls).toContain(`http://${outside}:${app.port}`)
})

describe.skipIf(outside === undefined)('from another address', () => {
  const remote = () => `http://${outside}:${app.port}`

  it('everything needs the secret', async () => {
    for (const path of ['/', '/health', '/api', '/api/topology/hosts', '/nothing']) {
      expect((await ask(`${remote()}${path}`)).status).toBe(401)
      expect((await ask(`${remote()}${path}`, { headers: { host: 'localhost:4040' } })).status).toBe(401)
    }
    expect((await ask(`${remote()}/api`, { headers: { authorization: bearer } })).status).toBe(200)
    expect(await handshake(remote(), {})).toBe(401)
    expect(await handshake(remote(), { authorization: bearer })).toBe(101)
  })

  it('a report needs its proof, and nothing else', async () => {
    const probe = await connectTestProbe({ url: remote(), stateDir: app.stateDir })
    expect((await probe.post(report())).status).toBe(200)
    const stranger = await connectTestProbe({
      url: remote(),
      stateDir: app.stateDir,
      clusterKey: Buffer.alloc(32),
    })
    expect((await stranger.post(report({ host: 'beta' }))).status).toBe(403)
  })
})
