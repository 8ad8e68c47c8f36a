import { createRoot } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Who } from '../../../../src/api/session.ts'
import { type Acting, createActing } from '../../../../web/state/control/acting.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { controllable, offered, onlooker, signedIn } from '../../support/controls.ts'
import { type StandInControls, startStandInControls } from '../../support/stand-in-controls.ts'

const node = { id: 'a', label: 'web-1', labelMinor: 'alpha' }
const pause = offered('Pause', { nodeId: 'a' })
const stop = offered('Stop', { nodeId: 'a', confirmation: 'Stop this container?' })

let app: StandInControls
let acting: Acting
let who: Who
let askedToSignIn: number
let dispose: () => void

const posts = () => app.asked.filter((asked) => asked.startsWith('POST'))
const look = () => acting.confirmation.asked()?.look
const told = () => acting.runs.of('a').map(({ state, words }) => [state, words])

beforeEach(async () => {
  app = await startStandInControls()
  stubBrowser(`${app.url}/`)
  who = signedIn
  askedToSignIn = 0
  createRoot((end) => {
    dispose = end
    acting = createActing({
      who: () => who,
      view: () => ({ id: 'containers', query: '' }),
      signIn: () => {
        askedToSignIn += 1
      },
    })
  })
})
afterEach(async () => {
  dispose()
  await app.close()
  vi.unstubAllGlobals()
})

describe('pressing a control', () => {
  it('uses it at once when it ends nothing, and only once while it is under way', async () => {
    acting.press(node, pause)
    acting.press(node, pause)
    expect(told()).toEqual([['running', 'Pause is under way …']])
    await vi.waitFor(() => expect(told()).toEqual([['done', 'Pause is done.']]))
    expect(posts()).toEqual(['POST /api/control/p/a/pause {}'])
  })

  it('tells why it failed until that is closed or it is tried again', async () => {
    app.failing.add('a')
    acting.press(node, pause)
    await vi.waitFor(() => expect(told()).toEqual([['failed', 'Pause failed: It is not running.']]))
    app.failing.clear()
    acting.press(node, pause)
    expect(told()).toEqual([['running', 'Pause is under way …']])
    await vi.waitFor(() => expect(told()).toEqual([['done', 'Pause is done.']]))
    for (const { id } of acting.runs.all()) acting.runs.forget(id)
    expect(told()).toEqual([])
  })

  it('asks first when it ends something, and says who is connected just then', async () => {
    app.nodes = [controllable('a', [stop], { open: 3, total: 1, names: ['front'] })]
    acting.press(node, stop)
    expect(look()).toEqual({ kind: 'asking' })
    acting.agree()
    await vi.waitFor(() => expect(look()).toMatchObject({ kind: 'ready' }))
    expect(look()).toMatchObject({ impact: '1 client is connected now: front; 3 connections are open.' })
    expect(app.asked).toEqual(['GET /api/controls?topology=containers&ids=a'])
    acting.agree()
    expect(acting.confirmation.asked()).toBeUndefined()
    await vi.waitFor(() => expect(posts()).toEqual(['POST /api/control/p/a/stop {}']))
  })

  it('does nothing when it is not agreed to', async () => {
    app.nodes = [controllable('a', [stop])]
    acting.press(node, stop)
    await vi.waitFor(() => expect(look()).toMatchObject({ kind: 'ready' }))
    acting.confirmation.cancel()
    acting.agree()
    expect(acting.confirmation.asked()).toBeUndefined()
    expect(acting.runs.all()).toEqual([])
  })

  it('cannot be agreed to when it is no longer offered', async () => {
    app.nodes = [controllable('a', [pause])]
    acting.press(node, stop)
    await vi.waitFor(() =>
      expect(look()).toMatchObject({ kind: 'not', why: 'Stop is not possible: not offered now.' }),
    )
    acting.agree()
    expect(acting.runs.all()).toEqual([])
  })

  it('leads to the form to sign in, or nowhere, when it is refused', () => {
    who = onlooker
    acting.press(node, { ...pause, refused: 'sign in', refusedCode: 'sign_in' })
    expect(askedToSignIn).toBe(1)
    acting.press(node, { ...pause, refused: 'read only', refusedCode: 'read_only' })
    expect(askedToSignIn).toBe(1)
    expect(acting.runs.all()).toEqual([])
    expect(app.asked).toEqual([])
  })
})

describe('the menu of a node', () => {
  it('lists what the node offers when it is opened', async () => {
    app.nodes = [controllable('a', [pause])]
    const opened = acting.menu.open({ id: 'containers', query: '' }, node, { x: 1, y: 2 })
    expect(acting.menu.now()).toMatchObject({ node, at: { x: 1, y: 2 }, controls: undefined })
    await opened
    expect(acting.menu.now()?.controls).toEqual([pause])
    acting.menu.close()
    expect(acting.menu.now()).toBeUndefined()
  })

  it('stays closed when the answer comes after it was closed', async () => {
    const opened = acting.menu.open({ id: 'containers', query: '' }, node, { x: 1, y: 2 })
    acting.menu.close()
    await opened
    expect(acting.menu.now()).toBeUndefined()
  })

  it('is empty when the node offers nothing, and says why when the app cannot be asked', async () => {
    await acting.menu.open({ id: 'containers', query: '' }, node, { x: 1, y: 2 })
    expect(acting.menu.now()?.controls).toEqual([])
    await app.close()
    await acting.menu.open({ id: 'containers', query: '' }, node, { x: 1, y: 2 })
    expect(acting.menu.now()?.failure).toBe('The app does not answer.')
    app = await startStandInControls()
  })
})
