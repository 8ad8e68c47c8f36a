import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApp, type TestApp } from '../start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.remove())

const answerTo = async (...lines: string[]): Promise<string> => {
  const socket = connect(app.port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return Buffer.concat(await socket.toArray()).toString()
}

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
]

it.each([
  ['a request', '/health', ['Connection: close']],
  ['an upgrade', '/api/topology/containers/ws', upgrade],
])('refuses %s with two Host headers', async (_name, path, more) => {
  const answer = await answerTo(`GET ${path} HTTP/1.1`, 'Host: localhost', 'host: other.example', ...more)
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toContain('"code":"bad_request"')
})

it('takes a request with one', async () => {
  const answer = await answerTo('GET /health HTTP/1.1', 'Host: localhost', 'Connection: close')
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
})
