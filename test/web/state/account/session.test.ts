import { createEffect, createRoot } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tellRefused } from '../../../../web/data/refusals.ts'
import { heldSecret } from '../../../../web/data/session-secret.ts'
import { createSession, type SessionState } from '../../../../web/state/account/session.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser, tellStorage } from '../../support/browser-globals.ts'
import { type StandInApp, startStandInApp } from '../../support/stand-in-app.ts'

let app: StandInApp
let storage: Map<string, string>
let disposals: (() => void)[]

/** A tab of the browser. */
const openTab = (code?: string): SessionState =>
  createRoot((dispose) => {
    disposals.push(dispose)
    return createSession(code)
  })
const is = (session: SessionState, by: string | undefined) =>
  untilPasses(() => expect(session.who()?.by).toBe(by))

beforeEach(async () => {
  app = await startStandInApp(['good', 'other'])
  storage = stubBrowser(`${app.url}/`)
  disposals = []
})
afterEach(async () => {
  for (const dispose of disposals) dispose()
  await app.close()
  vi.unstubAllGlobals()
})

describe('a session', () => {
  it('is none at first, and the app says why', async () => {
    const session = openTab()
    await is(session, 'nothing')
    expect(session.who()?.why).toBe('it comes from another machine')
    expect(session.ended()).toBeUndefined()
  })

  it('is had by a link, before who asks is asked for', async () => {
    const session = openTab('good')
    await is(session, 'session')
    expect(app.asked).toEqual(['POST /api/session'])
    expect([...storage.values()]).toEqual(['the secret'])
  })

  it('is not had by a link that was used, which is told', async () => {
    const session = openTab('used')
    await is(session, 'nothing')
    expect(session.linkFailure()).toMatchObject({ status: 401, message: 'the code was used already' })
    expect(heldSecret()).toBeUndefined()
    await session.useLink('good')
    expect(session.linkFailure()).toBeUndefined()
    expect(session.who()?.by).toBe('session')
  })

  it('is had by a link although the network changes meanwhile', async () => {
    app.cutRequests = 2
    const session = openTab('good')
    await is(session, 'session')
    expect(session.linkFailure()).toBeUndefined()
    expect(app.asked).toEqual(['POST /api/session'])
  })

  it('is had by a link although the answer is lost, again and again', async () => {
    app.cutAnswers = 2
    const session = openTab('good')
    await is(session, 'session')
    expect(session.linkFailure()).toBeUndefined()
    expect(heldSecret()).toBe('the secret')
    expect(app.asked).toEqual(Array(3).fill('POST /api/session'))
  })

  it('is had by the code of a link that is typed although the answer is lost, also by another press', async () => {
    const session = openTab()
    await is(session, 'nothing')
    app.cutAnswers = Number.POSITIVE_INFINITY
    await expect(session.signIn({ code: 'good' })).rejects.toMatchObject({ status: 0 })
    app.cutAnswers = 0
    await session.signIn({ code: 'good' })
    expect(session.who()?.by).toBe('session')
  })

  it('is not had by a link while the app does not answer, which is told', async () => {
    app.cutRequests = Number.POSITIVE_INFINITY
    const session = openTab('good')
    await untilPasses(() => expect(session.linkFailure()?.status).toBe(0))
    app.cutRequests = 0
    await is(session, 'nothing')
  })

  it('stays when another link fails', async () => {
    const session = openTab('good')
    await is(session, 'session')
    await session.useLink('used')
    expect(session.who()?.by).toBe('session')
    expect(session.linkFailure()?.status).toBe(401)
  })

  it('that fails throws to whoever tried, and leaves things as they are', async () => {
    const session = openTab()
    await is(session, 'nothing')
    await expect(session.signIn({ user: 'anna', password: 'wrong' })).rejects.toMatchObject({ status: 401 })
    expect(session.who()?.by).toBe('nothing')
    expect(session.linkFailure()).toBeUndefined()
  })

  it('is kept for a tab that is opened later', async () => {
    await is(openTab('good'), 'session')
    await is(openTab(), 'session')
  })

  it('ends here', async () => {
    const session = openTab('good')
    await is(session, 'session')
    await session.signOut('here')
    expect(session.who()?.by).toBe('nothing')
    expect(session.ended()).toBe('here')
    expect(storage.size).toBe(0)
  })

  it.each(['here', 'everywhere'] as const)('ends %s although the answer is lost', async (scope) => {
    const session = openTab('good')
    await is(session, 'session')
    app.cutAnswers = 1
    await session.signOut(scope)
    expect(session.who()?.by).toBe('nothing')
    expect(session.ended()).toBe('here')
    expect(storage.size).toBe(0)
  })

  it('ends here, also when the app does not answer for a while after it has ended it', async () => {
    const session = openTab('good')
    await is(session, 'session')
    app.cutAnswers = Number.POSITIVE_INFINITY
    await expect(session.signOut('here')).rejects.toMatchObject({ status: 0 })
    app.cutAnswers = 0
    tellRefused()
    await is(session, 'nothing')
    expect(session.ended()).toBe('here')
  })

  it('that stays although one has asked for its end is told as ended elsewhere when it ends there', async () => {
    const session = openTab('good')
    await is(session, 'session')
    app.cutRequests = Number.POSITIVE_INFINITY
    await expect(session.signOut('here')).rejects.toMatchObject({ status: 0 })
    app.cutRequests = 0
    const asked = app.asked.length
    tellRefused()
    await untilPasses(() => expect(app.asked.length).toBeGreaterThan(asked))
    await is(session, 'session')
    app.endSession()
    await untilPasses(() => {
      tellRefused()
      expect(session.ended()).toBe('elsewhere')
    })
  })

  it('ends here, also when its sockets are closed before the answer comes', async () => {
    const session = openTab('good')
    await is(session, 'session')
    app.signOutMs = 200
    const signingOut = session.signOut('here')
    await untilPasses(() => expect(app.asked).toContain('DELETE /api/session'))
    tellRefused()
    await untilPasses(() => expect(session.ended()).toBeDefined())
    expect(session.ended()).toBe('here')
    await signingOut
    expect(session.ended()).toBe('here')
  })

  it('ends here, also when another tab forgets it before the app has said who this is now', async () => {
    const session = openTab('good')
    await is(session, 'session')
    const [key = ''] = storage.keys()
    createRoot((dispose) => {
      disposals.push(dispose)
      createEffect(() => {
        if (session.ended() === 'here' && session.who()?.by === 'session')
          queueMicrotask(() => tellStorage(key))
      })
    })
    const told: (string | undefined)[] = []
    createRoot((dispose) => {
      disposals.push(dispose)
      createEffect(() => told.push(session.ended()))
    })
    await session.signOut('here')
    expect(told).toEqual([undefined, 'here'])
  })

  it('ends in all tabs', async () => {
    const [first, second] = [openTab('good'), openTab()]
    await is(first, 'session')
    tellStorage([...storage.keys()][0] ?? '')
    await is(second, 'session')
    const [key = ''] = storage.keys()
    await second.signOut('here')
    tellStorage(key)
    await is(first, 'nothing')
    expect(first.ended()).toBe('tab')
  })

  it.each([
    ['nothing', false],
    ['kernel', true],
  ])('that ended elsewhere is forgotten, and %s is left', async (by, isOpen) => {
    app.isOpen = isOpen
    const session = openTab('good')
    await is(session, 'session')
    app.endSession()
    tellRefused()
    await is(session, by)
    expect(session.ended()).toBe('elsewhere')
    expect(heldSecret()).toBeUndefined()
    session.forgetNotes()
    expect(session.ended()).toBeUndefined()
  })

  it('that ended elsewhere can be signed out of', async () => {
    const session = openTab('good')
    await is(session, 'session')
    app.endSession()
    await session.signOut('here')
    expect(session.who()?.by).toBe('nothing')
    expect(heldSecret()).toBeUndefined()
  })

  it('begins again in the same place, and says no more that it had ended', async () => {
    const session = openTab('good')
    await is(session, 'session')
    await session.signOut('here')
    await session.signIn({ code: 'other' })
    expect(session.who()?.name).toBe('owner')
    expect(session.ended()).toBeUndefined()
  })

  it('waits for an app that does not answer', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    const session = openTab()
    await untilPasses(() => expect(session.failure()?.message).toBe('The app does not answer.'))
    expect(session.who()).toBeUndefined()
  })
})
