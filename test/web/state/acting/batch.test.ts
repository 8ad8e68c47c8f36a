import { createRoot } from 'solid-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settings } from '../../../../web/settings.ts'
import { type Batch, createBatch } from '../../../../web/state/acting/batch.ts'
import { openSessions } from '../../../../web/state/control/open-session.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { controllable, offered } from '../../support/controls.ts'
import { type StandInControls, startStandInControls } from '../../support/stand-in-controls.ts'

const view = { id: 'containers', query: '?stopped=both' }
const stop = offered('Stop', { rank: 7, confirmation: 'Stop this container?' })
const pause = offered('Pause', { rank: 5 })
const logs = offered('Logs', { rank: 0, opens: 'logs' })
const client = { open: 3, total: 1, names: ['web'] }

let app: StandInControls
let batch: Batch
let dispose: () => void

const posts = () => app.asked.filter((asked) => asked.startsWith('POST'))
const states = () => batch.nodes().map(({ id }) => batch.step(id)?.state)

beforeEach(async () => {
  app = await startStandInControls()
  app.nodes = ['a', 'b', 'c'].map((id) => controllable(id, [pause, stop]))
  stubBrowser(`${app.url}/`)
  createRoot((end) => {
    dispose = end
    batch = createBatch()
  })
})
afterEach(async () => {
  dispose()
  await app.close()
  vi.unstubAllGlobals()
})

describe('acting on several nodes', () => {
  it('asks for what matches with the options of the view, and changes nothing by itself', async () => {
    await batch.open(view, 'name:web')
    expect(batch.phase()).toBe('choosing')
    expect(app.asked).toEqual(['GET /api/controls?stopped=both&topology=containers&q=name:web'])
    expect(batch.choice()).toBeUndefined()
    expect(batch.chosen()).toEqual([])
    await batch.proceed()
    await batch.agree()
    expect(posts()).toEqual([])
  })

  it('acts on those that were left chosen, and tells of each what came of it', async () => {
    app.failing.add('c')
    await batch.open(view, 'web')
    batch.choose('pause')
    batch.toggle('b')
    await batch.proceed()
    expect(batch.phase()).toBe('over')
    expect(posts()).toEqual(['POST /api/control/p/a/pause {}', 'POST /api/control/p/c/pause {}'])
    expect(batch.step('a')).toEqual({ state: 'done', words: 'Pause is done.' })
    expect(batch.step('b')).toBeUndefined()
    expect(batch.step('c')).toEqual({ state: 'failed', words: 'Pause failed: It is not running.' })
  })

  it('chooses none and all', async () => {
    await batch.open(view, 'web')
    batch.choose('pause')
    batch.toggle('a')
    batch.toggleAll()
    expect(batch.chosen()).toHaveLength(3)
    batch.toggleAll()
    expect(batch.chosen()).toEqual([])
    await batch.proceed()
    expect(batch.phase()).toBe('choosing')
  })

  it('asks before what ends something, with the state of that moment, and adds nothing to the list', async () => {
    await batch.open(view, 'web')
    batch.choose('stop')
    app.nodes = [
      controllable('a', [pause, stop], client),
      controllable('b', [pause]),
      controllable('new', [pause, stop]),
    ]
    await batch.proceed()
    expect(batch.phase()).toBe('confirming')
    expect(posts()).toEqual([])
    expect(batch.nodes().map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(batch.chosen().map(({ id, clients }) => [id, clients])).toEqual([['a', client]])
    expect(batch.fit('b')).toMatchObject({ kind: 'not', why: 'not offered now' })
    expect(batch.fit('c')).toMatchObject({ kind: 'not', why: 'it has changed, or is gone' })
    batch.back()
    expect(batch.phase()).toBe('choosing')
    await batch.proceed()
    await batch.agree()
    expect(posts()).toEqual(['POST /api/control/p/a/stop {}'])
  })

  it('leaves a process alone whose pid another one has got since it was listed', async () => {
    const kill = (incarnation: string) =>
      offered('Kill', { kind: 'process', incarnation, confirmation: 'Kill this process?' })
    app.nodes = [controllable('h;7', [kill('1')]), controllable('h;8', [kill('1')])]
    await batch.open({ id: 'processes', query: '' }, 'sleep')
    batch.choose('kill')
    app.nodes = [controllable('h;7', [kill('2')]), controllable('h;8', [kill('1')])]
    for (const _ of [1, 2]) {
      await batch.proceed()
      expect(batch.phase()).toBe('confirming')
      expect(batch.chosen().map(({ id }) => id)).toEqual(['h;8'])
      expect(batch.fit('h;7')).toEqual({ kind: 'not', why: 'it has changed, or is gone' })
      batch.back()
    }
    await batch.proceed()
    await batch.agree()
    expect(posts()).toEqual(['POST /api/control/p/h;8/kill?incarnation=1 {}'])
  })

  it('gives the same arguments to all, and begins anew with each choice', async () => {
    const signal = { name: 'signal', label: 'Signal', kind: 'text', required: true } as const
    const kill = offered('Kill', { arguments: [signal] })
    app.nodes = ['a', 'b'].map((id) => controllable(id, [kill, pause]))
    await batch.open(view, 'web')
    batch.choose('kill')
    batch.fill('signal', 'HUP')
    batch.choose('pause')
    expect(batch.obstacle()).toBeUndefined()
    batch.choose('kill')
    expect(batch.obstacle()).toBe('Signal is missing.')
    await batch.proceed()
    expect(posts()).toEqual([])
    batch.fill('signal', 'TERM')
    await batch.proceed()
    expect(posts()).toEqual(['a', 'b'].map((id) => `POST /api/control/p/${id}/kill {"signal":"TERM"}`))
  })

  it('does not go on when nothing is left of it', async () => {
    await batch.open(view, 'web')
    batch.choose('stop')
    app.nodes = []
    await batch.proceed()
    expect(batch.phase()).toBe('choosing')
    expect(batch.failure()).toContain('changed meanwhile')
  })

  it('has few under way at once, and leaves the rest when it is stopped', async () => {
    // Long enough for all that may be under way to arrive meanwhile.
    app.takesMs = 1000
    app.nodes = Array.from({ length: 20 }, (_, at) => controllable(`n${at}`, [pause]))
    await batch.open(view, 'web')
    batch.choose('pause')
    const over = batch.proceed()
    await untilPasses(() => expect(states().filter((state) => state === 'done').length).toBeGreaterThan(0))
    expect(batch.phase()).toBe('running')
    batch.close()
    expect(batch.phase()).toBe('running')
    batch.stop()
    await over
    expect(batch.phase()).toBe('over')
    expect(app.mostAtOnce()).toBe(settings.controls.atOnce)
    const left = states().filter((state) => state === 'left').length
    expect(left).toBeGreaterThan(0)
    expect(posts()).toHaveLength(20 - left)
    expect(states().every((state) => state === 'done' || state === 'left')).toBe(true)
  })

  it('shows logs of several nodes together, and not of too many', async () => {
    app.pipe = 'pipe'
    app.nodes = Array.from({ length: settings.controls.sessionsMost + 1 }, (_, at) =>
      controllable(`n${at}`, [logs]),
    )
    await batch.open(view, 'web')
    batch.choose('logs')
    expect(batch.obstacle()).toContain('at most')
    await batch.proceed()
    expect(posts()).toEqual([])
    for (const { id } of app.nodes.slice(2)) batch.toggle(id)
    await batch.proceed()
    // What is shown then is the drawer.
    expect(batch.phase()).toBe('closed')
    expect(posts()[0]).toBe('POST /api/control/p/n0/logs {"follow":"true","tail":"1000"}')
    const [session] = openSessions()
    expect(session?.sources().map(({ nodeId, control }) => [nodeId, control])).toEqual([
      ['n0', 'logs'],
      ['n1', 'logs'],
    ])
  })

  it('stays open when some of the logs could not be opened', async () => {
    app.pipe = 'pipe'
    app.nodes = [controllable('a', [logs]), controllable('b', [logs])]
    app.failing.add('b')
    await batch.open(view, 'web')
    batch.choose('logs')
    await batch.proceed()
    expect(batch.phase()).toBe('over')
    expect(states()).toEqual(['done', 'failed'])
  })

  it('says why the app could not be asked', async () => {
    await app.close()
    await batch.open(view, 'web')
    expect(batch.phase()).toBe('looking')
    expect(batch.failure()).toBe('The app does not answer.')
    batch.close()
    expect(batch.phase()).toBe('closed')
    app = await startStandInControls()
  })
})
