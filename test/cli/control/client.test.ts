import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createAppClient } from '../../../src/cli/control/app/client.ts'
import { bySystem } from '../../../src/tls/trust.ts'

/** The client of an app that answers everything so. */
const clientOf = async (status: number, text: string, afterMs = 0) => {
  const asked: string[] = []
  const server = createServer(async ({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    await sleep(afterMs)
    response.writeHead(status).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = createAppClient({ url: `http://127.0.0.1:${port}`, token: 'token', trustOf: bySystem })
  onTestFinished(() => {
    client.close()
    server.close()
  })
  return { client, asked }
}

it.each([
  ['that has ended by itself', 404, 0],
  ['of an app that is busy, for which it waits', 204, 3000],
])('ends a pipe %s', async (_what, status, afterMs) => {
  const { client, asked } = await clientOf(status, '', afterMs)
  await client.endPipe('a/b')
  expect(asked).toEqual(['DELETE /api/pipe/a%2Fb'])
})

it.each([
  ['a process that was shown', '4711', '?incarnation=4711'],
  ['what has no other of the same id', undefined, ''],
])('uses a control on %s', async (_what, incarnation, query) => {
  const { client, asked } = await clientOf(200, '{}')
  const control = { probeId: 'p', nodeId: 'h;7', ...(incarnation && { incarnation }), id: 'process_kill' }
  await client.use(control, {}, new AbortController().signal)
  expect(asked).toEqual([`POST /api/control/p/h%3B7/process_kill${query}`])
})

it('says that a pipe was not ended', async () => {
  const { client } = await clientOf(503, 'too busy')
  await expect(client.endPipe('a')).rejects.toThrow('the session was not ended: HTTP 503 too busy')
})
