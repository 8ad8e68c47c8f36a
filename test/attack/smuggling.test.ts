import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, startVictim, statusesOf, type Victim } from './victim.ts'

let victim: Victim
beforeAll(async () => {
  victim = await startVictim()
})
afterAll(() => victim.app.remove())

const hidden = 'GET /api/probes HTTP/1.1\r\nHost: localhost\r\n\r\n'
const post = 'POST /api/report HTTP/1.1\r\nHost: localhost\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`

/**
 * Requests whose end a proxy in front of the app could see elsewhere than the app does. What follows the end that one of them sees
 * would be another request to the other, smuggled past the checks of the proxy.
 */
describe('a request without one clear end is refused, and what follows it is not answered', () => {
  it.each<[string, string]>([
    [
      'a length and chunks',
      `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'chunks and a length',
      `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    ['two lengths', `${post}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
    ['a list of lengths', `${post}Content-Length: 0, ${hidden.length}\r\n\r\n${hidden}`],
    ['a length with a sign', `${post}Content-Length: +0\r\n\r\n${hidden}`],
    ['a negative length', `${post}Content-Length: -1\r\n\r\n${hidden}`],
    ['a hexadecimal length', `${post}Content-Length: 0x10\r\n\r\n${hidden}`],
    ['a length that is too large', `${post}Content-Length: 99999999999999999999\r\n\r\n${hidden}`],
    ['another encoding at the end', `${post}Transfer-Encoding: chunked, identity\r\n\r\n${chunk(hidden)}`],
    ['an encoding like chunked', `${post}Transfer-Encoding: xchunked\r\n\r\n${chunk(hidden)}`],
    ['a blank before a colon', `${post}Transfer-Encoding : chunked\r\n\r\n${chunk(hidden)}`],
    [
      'a folded header',
      `${post}Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'chunks of a size that is none',
      `${post}Transfer-Encoding: chunked\r\n\r\n0_2\r\nab\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'a size of a chunk that is too large',
      `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n${hidden}`,
    ],
    [
      'lines that end without CR',
      `POST /api/report HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n${hidden}`,
    ],
    ['a CR alone within a header', `${post}X: a\rTransfer-Encoding: chunked\r\n\r\n${hidden}`],
    ['a NUL within a header', `${post}X: a\0b\r\n\r\n${hidden}`],
    ['a header without a name', `${post}: x\r\n\r\n${hidden}`],
    ['no Host', `POST /api/report HTTP/1.1\r\nContent-Length: 0\r\n\r\n${hidden}`],
    ['another version', `GET / HTTP/2.0\r\nHost: localhost\r\n\r\n${hidden}`],
    ['the preface of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`],
  ])('%s', async (_what, bytes) => {
    const answer = await sendRaw(victim.app.port, bytes)
    expect(statusesOf(answer).length).toBeLessThanOrEqual(1)
    for (const status of statusesOf(answer)) expect(status).toBeGreaterThanOrEqual(400)
    expect(answer).not.toContain('"id"')
  })
})

it('a body is no request, whatever it says', async () => {
  const answer = await sendRaw(
    victim.app.port,
    `${post}Connection: close\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  )
  expect(statusesOf(answer)).toHaveLength(1)
})

it.each<[string, string, number]>([
  ['headers of 20 kB', `X-A: ${'a'.repeat(20_000)}\r\n`, 431],
  ['5,000 headers', Array.from({ length: 5000 }, (_, i) => `X${i}: b\r\n`).join(''), 431],
  ['a name of 20 kB', `${'a'.repeat(20_000)}: b\r\n`, 431],
])('%s are refused', async (_what, headers, status) => {
  const request = `GET /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`
  expect(statusesOf(await sendRaw(victim.app.port, request))).toEqual([status])
})

it('the map is up after all that', () => victim.seesMap())
