import { describe, expect, it } from 'vitest'
import { leadsTo, offerTitle, refusals, refusalWords } from '../../../../web/domain/control/offer.ts'
import { offered, onlooker, signedIn } from '../../support/controls.ts'

const forbidden = { refused: 'this takes the role admin, and anna is operator', refusedCode: 'forbidden' }
const signIn = { refused: 'this takes a session: sign in', refusedCode: 'sign_in' }

describe('pressing a control', () => {
  it.each([
    ['that one may use', {}, signedIn, 'use', 'Stop'],
    ['that asks first', { confirmation: 'Stop this container?' }, signedIn, 'use', 'Stop …'],
    ['that takes a session', signIn, onlooker, 'sign-in', 'Stop: sign in first'],
    ['that takes another role', forbidden, signedIn, 'nowhere', `Stop: ${forbidden.refused}`],
    [
      'that nobody may use',
      { refused: 'read only', refusedCode: 'read_only' },
      onlooker,
      'nowhere',
      'Stop: read only',
    ],
    ['before it is known who asks', signIn, undefined, 'sign-in', 'Stop: sign in first'],
    // Signing in again would not help.
    ['that takes a session, of one who has one', signIn, signedIn, 'nowhere', `Stop: ${signIn.refused}`],
  ] as const)('%s', (_, more, who, leads, title) => {
    expect(leadsTo(offered('Stop', more), who)).toBe(leads)
    expect(offerTitle(offered('Stop', more), who)).toBe(title)
  })
})

describe('why controls are refused', () => {
  it('is said once for all of them', () => {
    const controls = [offered('Stop', forbidden), offered('Kill', forbidden)]
    const [one, ...more] = refusals(controls, signedIn)
    expect(more).toEqual([])
    expect(one && refusalWords(one, controls.length)).toBe(forbidden.refused)
  })

  it('names them when others are not refused', () => {
    const controls = [offered('Logs'), offered('Attach', forbidden), offered('Exec shell', forbidden)]
    expect(refusals(controls, signedIn).map((one) => refusalWords(one, controls.length))).toEqual([
      `Attach, Exec shell: ${forbidden.refused}`,
    ])
  })

  it('is not said of what only takes signing in', () =>
    expect(refusals([offered('Stop', signIn)], onlooker)).toEqual([]))
})
