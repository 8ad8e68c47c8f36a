import { afterAll, beforeAll, expect, it } from 'vitest'
import { goodPassword } from '../app/accounts/test-accounts.ts'
import { addUsers, signIn } from '../app/sign-in/signing-in.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { askAs, NOBODY, type RequestOfUser } from './as-user.ts'
import { startVictim, type Victim } from './victim.ts'

describeWith(['root'], 'a viewer who wants to hide what happened before', () => {
  let victim: Victim
  beforeAll(async () => {
    victim = await startVictim()
    await addUsers(victim.app, ['admin', 'viewer'])
    await signIn(victim.app, { user: 'admin', password: goodPassword })
  })
  afterAll(() => victim.app.remove())

  const json = { 'content-type': 'application/json' }
  const signingIn: RequestOfUser = {
    ...{ method: 'POST', path: '/api/session', headers: json },
    body: JSON.stringify({ user: 'viewer', password: goodPassword }),
  }
  const everywhere: RequestOfUser = {
    ...{ method: 'DELETE', path: '/api/sessions' },
    headers: { authorization: `Basic ${btoa(`viewer:${goodPassword}`)}` },
  }

  it.each<[string, RequestOfUser[]]>([
    ['signing in', [signingIn]],
    ['signing out everywhere', [everywhere]],
    ['signing in and out', [signingIn, everywhere]],
  ])('pushes nothing out of the audit log by %s again and again', async (_what, requests) => {
    const all = Array.from({ length: 300 / requests.length }, () => requests).flat()
    const answers = await victim.during(() => askAs(NOBODY, victim.app.port, all))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const newest = (await victim.audited()).slice(0, 100)
    expect(newest).toContainEqual(
      expect.objectContaining({ who: 'admin', action: 'sign-in', result: 'done' }),
    )
    expect(newest).toContainEqual(expect.objectContaining({ action: 'app-start' }))
  })
})
