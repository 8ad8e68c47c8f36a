import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createResources, type ResourceStreams } from '../../../web/state/resources.ts'
import { untilPasses } from '../../support/until-passes.ts'
import { stubBrowser } from '../support/browser-globals.ts'
import { node } from '../support/graph.ts'
import { type StandInApp, startStandInApp } from '../support/stand-in-app.ts'

const views = ['hosts', 'containers', 'processes'] as const
/** A frame in which each view has one more node. */
const frame = (id: string) =>
  JSON.stringify({
    ...{ add: [node(id)], update: null, remove: null },
    edges: { add: null, update: null, remove: null },
  })
const shown = (streams: ResourceStreams) =>
  views.map((view) => [...streams[view].content().graph.nodes.keys()].join())
const eachHas = (ids: string) => views.map(() => ids)

let app: StandInApp
let dispose: () => void
let streams: ResourceStreams
let pause: (isPaused: boolean) => void
let ask: (query: string) => void

/** Streams the three views. */
const open = (isPaused: boolean) =>
  createRoot((end) => {
    const [paused, setPaused] = createSignal(isPaused)
    const [query, setQuery] = createSignal('')
    dispose = end
    pause = setPaused
    ask = setQuery
    streams = createResources(query, paused)
  })
const isConnected = () => untilPasses(() => expect(app.offered).toHaveLength(views.length))
const says = (id: string, ids: string) => {
  app.send(frame(id))
  return untilPasses(() => expect(shown(streams)).toEqual(eachHas(ids)))
}

beforeEach(async () => {
  app = await startStandInApp()
  app.isOpen = true
  app.greets = false
  stubBrowser(`${app.url}/`)
})
afterEach(async () => {
  dispose()
  await app.close()
  vi.unstubAllGlobals()
})

it('stands still while it is paused, and then goes on with what is there', async () => {
  open(false)
  await isConnected()
  await says('a', 'a')
  pause(true)
  app.send(frame('b'))
  await untilPasses(() =>
    expect(views.map((view) => streams[view].missed().appeared)).toEqual(views.map(() => 1)),
  )
  expect(shown(streams)).toEqual(eachHas('a'))
  pause(false)
  expect(shown(streams)).toEqual(eachHas('a,b'))
  await says('c', 'a,b,c')
})

it('is shown as it is when it is opened while the page is paused, or asked with another filter', async () => {
  open(true)
  await isConnected()
  await says('a', 'a')
  app.send(frame('b'))
  await untilPasses(() => expect(streams.processes.missed().appeared).toBe(1))
  expect(shown(streams)).toEqual(eachHas('a'))
  ask('?q=x')
  await untilPasses(() => expect(app.offered).toHaveLength(2 * views.length))
  await says('c', 'c')
})
