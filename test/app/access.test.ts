import { mkdir, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { token } from '../../src/state/state-dir.ts'
import { report } from '../support/reports/reports.ts'
import { connectTestProbe } from '../support/scope/app-client.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let bearer: string
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

beforeAll(async () => {
  app = await startTestApp({ address: ':0', access: { hosts: ['scope.example'] } })
  bearer = `Bearer ${await token(app.stateDir)}`
  await mkdir(app.webRoot, { recursive: true })
  await writeFile(join(app.webRoot, 'index.html'), '<!doctype html><title>Scope</title>')
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
const codeOf = (text: string): string => JSON.parse(text).error?.code

describe('on requests and sockets alike', () => {
  it.each<[string, Record<string, string>, number, string?]>([
    ['a plain request', {}, 200],
    ['by the name localhost', { host: 'localhost:1234' }, 200],
    ['by a name that was made to point here', { host: 'evil.example:4040' }, 421, 'unknown_host'],
    ['by such a name, from its page', { host: 'evil.example:4040', origin: evil }, 421, 'unknown_host'],
    [
      'by such a name, with a wrong token',
      { host: 'evil.example', authorization: 'Bearer no' },
      421,
      'unknown_host',
    ],
    ['by a name that is known, but not of loopback', { host: 'scope.example' }, 401, 'unauthorized'],
    ['from a page elsewhere', { origin: 'https://evil.example' }, 403, 'foreign_origin'],
    [
      'from a page of another port',
      { host: 'localhost:4040', origin: 'http://localhost:3000' },
      403,
      'foreign_origin',
    ],
    ['from its own page', { host: 'localhost:4040', origin: 'http://localhost:4040' }, 200],
    ['through a proxy', { 'x-forwarded-for': '10.0.0.1' }, 401, 'unauthorized'],
    ['through a proxy that says Forwarded', { forwarded: 'for=10.0.0.1' }, 401, 'unauthorized'],
    ['through a proxy that says Via', { via: '1.1 proxy' }, 401, 'unauthorized'],
    ['with a token, through a proxy', { via: '1.1 proxy', authorization: 'Bearer any' }, 403, 'insecure'],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403, 'foreign_site'],
    [
      'that claims to be of a user',
      { 'x-remote-user': 'admin', 'x-forwarded-user': 'admin' },
      401,
      'unauthorized',
    ],
  ])('%s', async (_name, headers, status, code) => {
    const answer = await ask(`${local()}/api/topology/hosts`, { headers })
    expect([answer.status, codeOf(answer.text)]).toEqual([status, code])
    // `Basic` would make a browser ask for a password in a window of its own.
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="Scope"')
    if (status !== 200) expect(JSON.parse(answer.text).error.message).not.toBe('')
    expect(await handshake(local(), headers)).toBe(status === 200 ? 101 : status)
  })

  it('the token opens what is closed, but not to pages elsewhere', async () => {
    const headers = { host: 'evil.example', authorization: bearer }
    expect((await ask(`${local()}/api/probes`, { headers })).status).toBe(200)
    expect(await handshake(local(), headers)).toBe(101)
    const origin = 'https://other.example'
    expect((await ask(`${local()}/api/probes`, { headers: { ...headers, origin } })).status).toBe(403)
    expect(await handshake(local(), { ...headers, origin })).toBe(403)
  })
})

describe('the files of the page', () => {
  it.each<Record<string, string>>([
    {},
    { host: '10.0.0.5:4040' },
    { via: '1.1 proxy' },
    { host: 'scope.example' },
  ])('are for anybody: %o', async (headers) => {
    const answer = await ask(`${local()}/`, { headers })
    expect(answer).toMatchObject({ status: 200, text: '<!doctype html><title>Scope</title>' })
  })

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=UTF-8'],
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    [undefined, 'application/json'],
  ])('are not by a name that is not known; a client that accepts %s is told in %s', async (accept, type) => {
    const answer = await ask(`${local()}/`, { headers: { host: 'evil.example', ...(accept && { accept }) } })
    expect(answer.status).toBe(421)
    expect(answer.headers['content-type']).toContain(type)
    expect(answer.headers['content-security-policy']).toBeDefined()
    expect(answer.text).toContain('--app.host=NAME')
    expect(answer.text).not.toContain('evil')
  })

  it.each([
    '/../state/token',
    '/..%2fstate%2ftoken',
    '/%2e%2e/state/token',
    '/assets/../../state/token',
    '/..\\state\\token',
  ])('are all there is: %s', async (path) => {
    const answer = await ask(local(), { path })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).not.toContain(bearer.slice(7))
  })
})

it('listens on IPv6 as well', async () => {
  expect((await ask(`http://[::1]:${app.port}/health`)).status).toBe(200)
})

it('tells anybody whether it is well, and only who may see more', async () => {
  expect(JSON.parse((await ask(`${local()}/health`, { headers: { via: '1.1 proxy' } })).text)).toEqual({
    status: 'ok',
  })
  expect(JSON.parse((await ask(`${local()}/health`)).text)).toMatchObject({
    probes: expect.any(Number),
    faults: [],
  })
})

it('tells where it can be reached', () => {
  expect(app.urls[0]).toBe(`http://localhost:${app.port}`)
  if (outside !== undefined) expect(app.urls).toContain(`http://${outside}:${app.port}`)
})

describe.skipIf(outside === undefined)('by an address of the machine', () => {
  const remote = () => `http://${outside}:${app.port}`

  it('all but the page needs a proof', async () => {
    for (const path of ['/api', '/api/topology/hosts']) {
      expect((await ask(`${remote()}${path}`)).status).toBe(401)
      expect((await ask(`${remote()}${path}`, { headers: { host: 'localhost:4040' } })).status).toBe(401)
    }
    expect((await ask(`${remote()}/`)).status).toBe(200)
    expect((await ask(`${remote()}/health`)).text).toBe('{"status":"ok"}')
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
