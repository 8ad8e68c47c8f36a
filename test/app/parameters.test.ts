import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Operation } from '../../src/api/operations/entry/operation.ts'
import { operations } from '../../src/api/operations/operations.ts'
import { token } from '../../src/state/state-dir.ts'
import { ask, startTestApp, type TestApp } from './start-test-app.ts'

let app: TestApp
let headers: Record<string, string>
beforeAll(async () => {
  app = await startTestApp()
  headers = { authorization: `Bearer ${await token(app.stateDir)}` }
})
afterAll(() => app.remove())

const entries: Operation[] = Object.values(operations)
const gets = entries.filter(({ method }) => method === 'get')
const pathOf = ({ path }: Operation) => path.replace('{view}', 'hosts').replace('{id}', 'x')

const refusedSocket = async (path: string): Promise<{ status: number; text: string }> => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, { headers })
  const [, response] = await once(socket, 'unexpected-response')
  return { status: response.statusCode, text: String(Buffer.concat(await response.toArray())) }
}

const answerTo = (operation: Operation, query: string) => {
  const path = `${pathOf(operation)}?${query}`
  return 'x-websocket' in operation ? refusedSocket(path) : ask(app.url, { path, headers })
}

describe.each(gets.map((operation) => [operation.path, operation] as const))('%s', (path, operation) => {
  const known = Object.keys(operation.request.query.shape)

  it.each(['colour', 'Q', 'constructor', '__proto__', '', 'ünknown', 'x'.repeat(2000)])(
    'refuses the parameter "%s", and names those that there are',
    async (name) => {
      const { status, text } = await answerTo(operation, `${encodeURIComponent(name)}=1`)
      expect(status).toBe(400)
      const { error } = JSON.parse(text)
      expect(error).toMatchObject({ code: 'invalid_parameter', field: name.slice(0, 100) })
      expect(error.message).toContain(`${path} has no such parameter`)
      for (const other of known) expect(error.message).toContain(other)
    },
  )

  it('refuses a parameter that is given twice', async () => {
    for (const name of known) {
      const { status, text } = await answerTo(operation, `${name}=1&${name}=1`)
      expect(status).toBe(400)
      expect(JSON.parse(text).error).toMatchObject({
        field: name,
        message: expect.stringContaining('more than once'),
      })
    }
  })
})

it('refuses them of a report before it reads it', async () => {
  const answer = await ask(app.url, { path: '/api/report?full=1', method: 'POST' })
  expect(answer.status).toBe(400)
  expect(JSON.parse(answer.text).error).toMatchObject({ field: 'full' })
})

it('lets the page have what parameters it likes', async () => {
  expect((await ask(app.url, { path: '/?utm_source=x' })).status).not.toBe(400)
})
