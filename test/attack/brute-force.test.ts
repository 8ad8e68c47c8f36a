import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventsDocument } from '../../src/api/types.ts'
import { goodPassword } from '../app/accounts/test-accounts.ts'
import { addUsers, signIn } from '../app/sign-in/signing-in.ts'
import { ask, eventually } from '../app/start-test-app.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { askAs, NOBODY } from './as-user.ts'
import { startVictim, type Victim } from './victim.ts'

describeWith(['root'], 'a guesser of passwords', () => {
  let victim: Victim
  beforeAll(async () => {
    victim = await startVictim()
    await addUsers(victim.app, ['admin', 'viewer'])
    // From where the attack does not come.
    await signIn(victim.app, { user: 'admin', password: goodPassword })
  })
  afterAll(() => victim.app.remove())

  const guess = (user: string, password: string) => ({
    method: 'POST',
    path: '/api/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
  })
  const guesses = (user: string, count: number) =>
    Array.from({ length: count }, (_, i) => guess(user, `password${i}`))

  it('is limited, also when they then guess right, and by Basic authentication, too', async () => {
    const basic = {
      method: 'GET',
      path: '/api/topology/hosts',
      headers: { authorization: `Basic ${btoa(`admin:${goodPassword}`)}` },
    }
    const tries = [...guesses('admin', 13), guess('admin', goodPassword), basic]
    const answers = await victim.during(() => askAs(NOBODY, victim.app.port, tries))
    const statuses = answers.map(({ status }) => status)
    expect(new Set(statuses.slice(0, 13))).toEqual(new Set([401, 429]))
    expect(statuses.slice(-3)).toEqual([429, 429, 401])
    expect(answers.at(-1)?.text).not.toContain('alpha')
  })

  it('locks out nobody who signed in before from elsewhere, nor the owner with a link, nor the token', async () => {
    expect((await signIn(victim.app, { user: 'admin', password: goodPassword })).answer.who).toMatchObject({
      name: 'admin',
      role: 'admin',
    })
    expect((await signIn(victim.app)).answer.who).toMatchObject({ name: 'owner' })
    await victim.seesMap()
  })

  it('is in the audit log, and an event without names', async () => {
    const refused = (await victim.audited()).filter(
      ({ action, result }) => action === 'sign-in' && result === 'refused',
    )
    expect(refused.some(({ who }) => who === 'admin')).toBe(true)
    expect(JSON.stringify(refused)).not.toContain('password0')
    const headers = { authorization: `Bearer ${victim.token}` }
    await eventually(async () => {
      const { text } = await ask(victim.app.url, { path: '/api/events?kind=access-refused', headers })
      const { events } = JSON.parse(text) as EventsDocument
      expect(events[0]?.text).toMatch(/^\d+ sign-ins were refused$/)
    })
  })
})
