import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/api/session.ts'
import { addUsers, type SessionHeaders, signIn } from '../app/sign-in/signing-in.ts'
import { ask } from '../app/start-test-app.ts'
import { changing } from './operations.ts'
import { startVictim, type Victim } from './victim.ts'

let victim: Victim
/** Of the owner's browser, in which the foreign page is open, too. */
let session: SessionHeaders
beforeAll(async () => {
  victim = await startVictim()
  await addUsers(victim.app, ['viewer', 'admin'])
  session = (await signIn(victim.app)).session
})
afterAll(() => victim.app.remove())

const users = async () => {
  const { text } = await ask(victim.app.url, { path: '/api/users', headers: { ...session } })
  return (JSON.parse(text) as User[]).map(({ name, role }) => [name, role])
}

const newUser = JSON.stringify({ name: 'mallory', role: 'admin', password: 'a good password' })
const forms: Readonly<Record<string, readonly [type: string, body: string]>> = {
  'a form': ['application/x-www-form-urlencoded', 'name=mallory&role=admin&password=a+good+password'],
  'a form of text': ['text/plain', `${newUser.slice(0, -1)},"x":"="}`],
  'a form of parts': ['multipart/form-data; boundary=x', '--x\r\n\r\n\r\n--x--\r\n'],
  'a beacon': ['application/json', newUser],
}

describe('a page that the owner visits, whose requests bear the cookie of the owner’s session', () => {
  const pages: Readonly<Record<string, Record<string, string>>> = {
    'of another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    'of another port of this machine': { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
    'of no origin, in a sandbox': { origin: 'null', 'sec-fetch-site': 'cross-site' },
    'that is a file': { origin: 'file://' },
    'in a browser that tells of no page': {},
  }
  const cases = Object.keys(pages).flatMap((page) => Object.keys(forms).map((form) => [page, form] as const))

  it.each(cases)('%s changes nothing by %s', async (page, form) => {
    const before = await users()
    const [type, body] = forms[form] ?? []
    for (const { method, path } of changing) {
      const headers = { ...pages[page], 'content-type': type, cookie: session.cookie }
      const sent = method === 'POST' && body !== undefined ? { body } : {}
      const answer = await ask(victim.app.url, { method, path, headers, ...sent })
      expect([method, path, answer.status]).toEqual([method, path, 403])
    }
    expect(await users()).toEqual(before)
  })

  it('cannot ask beforehand what it may send', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'scope-secret,authorization',
    }
    const answer = await ask(victim.app.url, { method: 'OPTIONS', path: '/api/users/admin', headers })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    for (const name of Object.keys(answer.headers)) expect(name).not.toMatch(/^access-control-/)
  })

  it('is in the audit log', async () => {
    const refused = (await victim.audited()).filter(({ result }) => result === 'refused')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused).toContainEqual(
      expect.objectContaining({ action: 'refused', reason: 'a page of another origin may not ask this' }),
    )
    expect(JSON.stringify(refused)).not.toContain(session.cookie.split('=')[1])
  })
})

it('the map is up after all that', () => victim.seesMap())
