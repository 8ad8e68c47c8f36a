import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, startVictim, statusesOf, type Victim } from './victim.ts'

let victim: Victim
beforeAll(async () => {
  victim = await startVictim()
  const { webRoot } = victim.app
  mkdirSync(join(webRoot, 'assets'), { recursive: true })
  writeFileSync(join(webRoot, 'index.html'), 'the page')
  writeFileSync(join(webRoot, 'assets', 'a.js'), 'a script')
})
afterAll(() => victim.app.remove())

const get = (path: string, more = '') =>
  sendRaw(victim.app.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`)

// The state directory lies beside the page: web/ and state/token.
const outside = (up: string, slash: string) => `${up}${slash}state${slash}token`
const ups = ['..', '%2e%2e', '.%2e', '%2E.', '..;', '%252e%252e', '%c0%ae%c0%ae', '．．', '....']
const slashes = ['/', '%2f', '%5c', '\\', '//', '%252f']

describe('no path leads out of the page’s directory', () => {
  const paths = ups.flatMap((up) =>
    slashes.flatMap((slash) => [
      `/${outside(up, slash)}`,
      `/assets/${up}${slash}${outside(up, slash)}`,
      `/assets${slash}${up}${slash}${outside(up, slash)}`,
      `/api${slash}${up}${slash}${outside(up, slash)}`,
    ]),
  )
  it.each([
    ...paths,
    '/%00/../state/token',
    '/assets/a.js%00../../state/token',
    '//etc/passwd',
    '/%2fetc/passwd',
  ])('%s', async (path) => {
    const answer = await get(path)
    expect(answer).not.toContain(victim.token)
    expect(answer).not.toContain('root:')
    expect(statusesOf(answer)).toHaveLength(1)
    expect(statusesOf(answer)[0]).toBeGreaterThanOrEqual(400)
    expect(statusesOf(answer)[0]).toBeLessThan(500)
  })

  it.each([
    ['of another machine', 'GET http://evil.example/../state/token HTTP/1.1\r\nHost: localhost\r\n'],
    ['of a file', 'GET file:///etc/passwd HTTP/1.1\r\nHost: localhost\r\n'],
    ['that is an authority', 'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n'],
    ['that is no path', 'GET state/token HTTP/1.1\r\nHost: localhost\r\n'],
    ['that is a star', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n'],
    ['that never ends', `GET /${'a/'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n`],
  ])('nor a target %s', async (_what, head) => {
    const answer = await sendRaw(victim.app.port, `${head}Connection: close\r\n\r\n`)
    expect(answer).not.toContain(victim.token)
    expect(answer).not.toMatch(/^HTTP\/1.1 [25]/)
  })
})

it('what is in it is served', async () => {
  expect(await get('/')).toMatch(/the page$/)
  expect(await get('/assets/a.js')).toMatch(/a script$/)
})

it('the map is up after all that', () => victim.seesMap())
