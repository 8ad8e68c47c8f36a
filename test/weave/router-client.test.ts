import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server as TcpServer } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSocketOwners } from '../../src/native/netlink/socket-owner.ts'
import { onlyRoot } from '../../src/weave/only-root.ts'
import {
  createRouterClient,
  type RouterClient,
  type RouterClientOptions,
} from '../../src/weave/router-client.ts'
import type { RouterError } from '../../src/weave/router-error.ts'
import { freePort } from '../support/machine/free-port.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type Misbehaviour, startWeaveRouter, type WeaveRouter } from '../support/weave/router.ts'

let router: WeaveRouter
beforeEach(async () => {
  router = await startWeaveRouter()
})
afterEach(() => router.stop())

const believing = () => undefined
const clientOf = (more: Partial<RouterClientOptions> = {}): RouterClient =>
  createRouterClient({ address: { host: '127.0.0.1', port: router.port }, distrust: believing, ...more })
const { signal } = new AbortController()

const troubleOf = async (client: RouterClient, limitMs = 60_000): Promise<string> => {
  try {
    const { status } = await client.ask({ method: 'GET', path: '/report', limitMs, signal })
    return `status ${status}`
  } catch (error) {
    const { trouble, message } = error as RouterError
    return `${trouble}: ${message}`
  }
}

test('it asks with a form, and gets status and body', async () => {
  const client = clientOf()
  const put = await client.ask({
    ...{ method: 'PUT', path: '/name/scope%3A1/10.32.0.1', form: { fqdn: 'scope.weave.local.' }, signal },
  })
  expect(put.status).toBe(204)
  expect(router.entries).toMatchObject([
    { Hostname: 'scope.weave.local.', ContainerID: 'scope:1', Address: '10.32.0.1', Tombstone: 0 },
  ])
  const path = '/name/scope%3A1/10.32.0.1?fqdn=scope.weave.local.'
  expect((await client.ask({ method: 'DELETE', path, signal })).status).toBe(204)
  expect(router.entries[0]?.Tombstone).toBeGreaterThan(0)
  const { body } = await client.ask({ method: 'GET', path: '/report', accept: 'application/json', signal })
  expect(JSON.parse(body)).toMatchObject({ Version: '2.8.1', DNS: { Domain: 'weave.local.' } })
  expect(client.address).toBe(router.address)
})

test.each<[string, Misbehaviour, string, limitMs?: number]>([
  [
    'a redirect is an answer like others',
    (_, to) => to.writeHead(302, { location: '/x' }).end(),
    'status 302',
  ],
  ['silence', () => {}, 'broken: no answer within 0.3 s', 300],
  [
    'half an answer',
    (_, to) => void to.writeHead(200, { 'content-length': 9 }).write('a'),
    'broken: no answer within 0.3 s',
    300,
  ],
  [
    'a hang-up',
    (request) => request.socket.destroy(),
    'broken: it has closed the connection without an answer',
  ],
  ['another protocol', (request) => request.socket.end('SSH-2.0-x\r\n'), 'broken: it does not speak HTTP'],
  ['more than fits', (_, to) => void to.end('x'.repeat(2000)), 'broken: its answer has more than 1000 bytes'],
])('%s', async (_, misbehaviour, expected, limitMs) => {
  router.misbehaviour = misbehaviour
  expect(await troubleOf(clientOf({ maxBytes: 1000 }), limitMs)).toBe(expected)
})

test('an answer without end is not read on', async () => {
  function* endless() {
    for (;;) yield 'x'.repeat(1000)
  }
  router.misbehaviour = (_, to) => void Readable.from(endless()).pipe(to)
  expect(await troubleOf(clientOf({ maxBytes: 10_000 }))).toBe('broken: its answer has more than 10000 bytes')
})

test('nobody there', async () => {
  const client = clientOf({ address: { host: '127.0.0.1', port: await freePort() } })
  expect(await troubleOf(client)).toBe('absent: nobody listens there')
})

test('nobody is asked on this machine where nobody is known to listen', async () => {
  const asked: number[] = []
  const isListened = (port: number) => {
    asked.push(port)
    return false
  }
  let requests = 0
  router.misbehaviour = (_, to) => {
    requests += 1
    to.end()
  }
  expect(await troubleOf(clientOf({ isListened }))).toBe('absent: nobody listens there')
  expect([asked, requests]).toEqual([[router.port], 0])
  expect(await troubleOf(clientOf({ isListened: () => undefined }))).toBe('status 200')
})

test('it ends when it is told to', async () => {
  router.misbehaviour = () => {}
  const ending = new AbortController()
  const asked = clientOf().ask({ method: 'GET', path: '/report', signal: ending.signal })
  ending.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

test('the kernel says whose an answer is', async () => {
  const owners = openSocketOwners()
  const own = process.getuid?.()
  expect(await troubleOf(clientOf({ distrust: onlyRoot(owners, own) }))).toBe('status 400')
  const others = { ownerOf: () => ({ uid: 1000 }) }
  expect(await troubleOf(clientOf({ distrust: onlyRoot(others, own) }))).toBe(
    'distrusted: it belongs to the user with the id 1000, not to root',
  )
  expect(await troubleOf(clientOf({ distrust: onlyRoot(others, 1000) }))).toBe('status 400')
  const nobody = { ownerOf: () => ({ why: 'it is gone' }) }
  expect(await troubleOf(clientOf({ distrust: onlyRoot(nobody, own) }))).toBe(
    'distrusted: the kernel does not say whose it is: it is gone',
  )
  owners.close()
})

test('a server that closes at once after its answer is not believed unseen', async () => {
  const owners = openSocketOwners()
  const server: TcpServer = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.end('HTTP/1.0 200 OK\r\n\r\n{}')
      socket.destroySoon()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const told = await troubleOf(
    clientOf({ address: { host: '127.0.0.1', port }, distrust: onlyRoot(owners, process.getuid?.()) }),
  )
  // Whether the kernel still knows depends on who is faster; what it does not know is not believed.
  expect(['status 200', 'distrusted']).toContain(told.split(':')[0])
  owners.close()
  server.close()
})

/** Answers as a router might, as a user without privileges. */
const STRANGER = `
process.setgroups([])
process.setgid(65534)
process.setuid(65534)
const server = require('node:http').createServer((_, to) => to.end('{"Router":{"Name":"a"}}'))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

describeWith(['root'], 'a server of another user', () => {
  test('is not believed', async () => {
    const owners = openSocketOwners()
    const stranger = spawn(process.execPath, ['-e', STRANGER], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = await once(stranger.stdout, 'data')
      const address = { host: '127.0.0.1', port: Number(String(line)) }
      expect(await troubleOf(clientOf({ address, distrust: onlyRoot(owners, process.getuid?.()) }))).toBe(
        'distrusted: it belongs to the user with the id 65534, not to root',
      )
    } finally {
      stranger.kill()
      owners.close()
    }
  })
})
