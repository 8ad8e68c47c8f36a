import { createRoot } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Who } from '../../../../src/api/session.ts'
import { type Acting, createActing } from '../../../../web/state/acting/acting.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { controllable, offered, onlooker, signedIn } from '../../support/controls.ts'
import { type StandInControls, startStandInControls } from '../../support/stand-in-controls.ts'

const node = { id: 'a', label: 'web-1', labelMinor: 'alpha' }
const pause = offered('Pause', { nodeId: 'a' })
const stop = offered('Stop', { nodeId: 'a', confirmation: 'Stop this container?' })

const command = { name: 'command', label: 'Command', kind: 'text' } as const
const signal = {
  name: 'signal',
  label: 'Signal',
  kind: 'choice',
  choices: ['SIGKILL', 'SIGHUP'],
  default: 'SIGKILL',
} as const
const exec = offered('Exec', { nodeId: 'a', arguments: [command] })
const kill = offered('Kill', { nodeId: 'a', confirmation: 'Kill it?', arguments: [signal] })

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

describe('opening', () => {
  it('opens the menu of a node, and none without a node', () => {
    acting.openMenu(undefined, { x: 1, y: 2 })
    expect(acting.menu.now()).toBe(undefined)
    acting.openMenu(node, { x: 1, y: 2 })
    expect(acting.menu.now()).toMatchObject({ node, at: { x: 1, y: 2 } })
  })

  it('asks for what a query selects, and for what was marked', async () => {
    acting.openBatch('web')
    expect(acting.batch.query()).toBe('web')
    await untilPasses(() => expect(acting.batch.phase()).toBe('choosing'))
    acting.openBatchOf(['a', 'b'])
    expect(acting.batch.query()).toBe('2 marked')
    await untilPasses(() => expect(acting.batch.phase()).toBe('choosing'))
  })
})

describe('pressing a control', () => {
  it('uses it at once when it ends nothing, and only once while it is under way', async () => {
    acting.press(node, pause)
    acting.press(node, pause)
    expect(told()).toEqual([['running', 'Pause is under way …']])
    await untilPasses(() => expect(told()).toEqual([['done', 'Pause is done.']]))
    expect(posts()).toEqual(['POST /api/control/p/a/pause {}'])
  })

  it('tells why it failed until that is closed or it is tried again', async () => {
    app.failing.add('a')
    acting.press(node, pause)
    await untilPasses(() => expect(told()).toEqual([['failed', 'Pause failed: It is not running.']]))
    app.failing.clear()
    acting.press(node, pause)
    expect(told()).toEqual([['running', 'Pause is under way …']])
    await untilPasses(() => expect(told()).toEqual([['done', 'Pause is done.']]))
    for (const { id } of acting.runs.all()) acting.runs.forget(id)
    expect(told()).toEqual([])
  })

  it('asks first when it ends something, and says who is connected just then', async () => {
    app.nodes = [controllable('a', [stop], { open: 3, total: 1, names: ['front'] })]
    acting.press(node, stop)
    expect(look()).toEqual({ kind: 'asking' })
    acting.agree()
    await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
    expect(look()).toMatchObject({ impact: '1 client is connected now: front; 3 connections are open.' })
    expect(app.asked).toEqual(['GET /api/controls?topology=containers&ids=a'])
    acting.agree()
    expect(acting.confirmation.asked()).toBeUndefined()
    await untilPasses(() => expect(posts()).toEqual(['POST /api/control/p/a/stop {}']))
  })

  it('does nothing when it is not agreed to', async () => {
    app.nodes = [controllable('a', [stop])]
    acting.press(node, stop)
    await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
    acting.confirmation.cancel()
    acting.agree()
    expect(acting.confirmation.asked()).toBeUndefined()
    expect(acting.runs.all()).toEqual([])
  })

  it('cannot be agreed to when it is no longer offered', async () => {
    app.nodes = [controllable('a', [pause])]
    acting.press(node, stop)
    await untilPasses(() =>
      expect(look()).toMatchObject({ kind: 'not', why: 'Stop is not possible: not offered now.' }),
    )
    acting.agree()
    expect(acting.runs.all()).toEqual([])
  })

  describe('of a process', () => {
    const killing = (incarnation: string) =>
      offered('Kill', { kind: 'process', nodeId: 'a', incarnation, confirmation: 'Kill this process?' })

    it('says for which of those that had its pid it is meant', async () => {
      app.nodes = [controllable('a', [killing('1')])]
      acting.press(node, killing('1'))
      await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
      acting.agree()
      await untilPasses(() => expect(posts()).toEqual(['POST /api/control/p/a/kill?incarnation=1 {}']))
    })

    it('is for the one that was pressed, when another one has its pid once it is confirmed', async () => {
      app.nodes = [controllable('a', [killing('1')])]
      acting.press(node, killing('1'))
      await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
      app.nodes = [controllable('a', [killing('2')])]
      acting.agree()
      await untilPasses(() => expect(posts()).toEqual(['POST /api/control/p/a/kill?incarnation=1 {}']))
    })

    it('cannot be agreed to when another one has its pid already', async () => {
      app.nodes = [controllable('a', [killing('2')])]
      acting.press(node, killing('1'))
      await untilPasses(() =>
        expect(look()).toMatchObject({
          kind: 'not',
          why: 'Kill is not possible: it has ended, and another process has its id now.',
        }),
      )
      acting.agree()
      expect(acting.runs.all()).toEqual([])
    })

    it('is for the one that was pressed, when the app cannot say who is connected', async () => {
      await app.close()
      acting.press(node, killing('1'))
      await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
      expect(look()).toMatchObject({ control: { incarnation: '1' } })
      app = await startStandInControls()
    })
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

describe('the arguments of a control', () => {
  const filled = () => acting.filling.now()

  it('are filled in before it is used, and forgotten afterwards', async () => {
    acting.pressWithArguments(node, exec)
    expect(filled()).toMatchObject({ node, control: exec, values: { command: '' } })
    acting.filling.fill('command', 'ls -l')
    acting.submit()
    acting.submit()
    expect(filled()).toMatchObject({ isUnderWay: true })
    await untilPasses(() => expect(filled()).toBeUndefined())
    expect(posts()).toEqual(['POST /api/control/p/a/exec {"command":"ls -l"}'])
    expect(told()).toEqual([['done', 'Exec is done.']])
    acting.pressWithArguments(node, exec)
    expect(filled()?.values).toEqual({ command: '' })
  })

  it('stay as they were filled in when it failed, with the reason', async () => {
    app.failing.add('a')
    acting.pressWithArguments(node, exec)
    acting.filling.fill('command', 'ls -l')
    acting.submit()
    await untilPasses(() => expect(filled()?.failure).toBe('Exec failed: It is not running.'))
    expect(filled()).toMatchObject({ isUnderWay: false, values: { command: 'ls -l' } })
    expect(told()).toEqual([])
    app.failing.clear()
    acting.submit()
    expect(filled()?.failure).toBeUndefined()
    await untilPasses(() => expect(filled()).toBeUndefined())
  })

  it('are closed while it is under way: then the card tells why it failed', async () => {
    app.failing.add('a')
    acting.pressWithArguments(node, exec)
    acting.submit()
    acting.filling.close()
    await untilPasses(() => expect(told()).toEqual([['failed', 'Exec failed: It is not running.']]))
  })

  it('are kept while it is confirmed, and after that was cancelled', async () => {
    app.nodes = [controllable('a', [kill])]
    acting.pressWithArguments(node, kill)
    acting.filling.fill('signal', 'SIGHUP')
    acting.submit()
    await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
    expect(acting.confirmation.asked()?.args).toEqual({ signal: 'SIGHUP' })
    acting.confirmation.cancel()
    expect(filled()).toMatchObject({ isUnderWay: false, values: { signal: 'SIGHUP' } })
    acting.submit()
    await untilPasses(() => expect(look()).toMatchObject({ kind: 'ready' }))
    expect(posts()).toEqual([])
    acting.agree()
    await untilPasses(() => expect(filled()).toBeUndefined())
    expect(posts()).toEqual(['POST /api/control/p/a/kill {"signal":"SIGHUP"}'])
  })

  it('that are required are not left out', () => {
    acting.pressWithArguments(node, { ...exec, arguments: [{ ...command, required: true }] })
    acting.submit()
    expect(acting.runs.all()).toEqual([])
    expect(filled()?.isUnderWay).toBe(false)
  })

  it('are not asked of somebody who may not use it', () => {
    who = onlooker
    acting.pressWithArguments(node, { ...exec, refused: 'sign in', refusedCode: 'sign_in' })
    acting.pressWithArguments(node, { ...exec, refused: 'read only', refusedCode: 'read_only' })
    expect(askedToSignIn).toBe(1)
    expect(filled()).toBeUndefined()
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

  it('is of what the controls are used on, and not of one that had its id before', async () => {
    const now = { ...controllable('a', [pause]), label: 'nginx', labelMinor: 'alpha (7)' }
    app.nodes = [now]
    await acting.menu.open({ id: 'processes', query: '' }, node, { x: 1, y: 2 })
    expect(acting.menu.now()?.node).toEqual({ id: 'a', label: 'nginx', labelMinor: 'alpha (7)' })
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
