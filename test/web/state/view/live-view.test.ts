import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLiveView, type LiveView } from '../../../../web/state/view/live-view.ts'
import { untilPasses } from '../../../support/until-passes.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { node } from '../../support/graph.ts'
import { type StandInApp, startStandInApp } from '../../support/stand-in-app.ts'

const frame = (id: string) =>
  JSON.stringify({
    ...{ add: [node(id)], update: null, remove: null },
    edges: { add: null, update: null, remove: null },
  })

let app: StandInApp
let dispose: () => void
let live: LiveView

const has = (ids: string) =>
  untilPasses(() => expect([...live.content().graph.nodes.keys()].join()).toBe(ids))
/** What does something between two looks at the clock, and what the view stands still since is between them. */
const standsStillSince = async (act: () => unknown) => {
  const beforeMs = Date.now()
  await act()
  expect(live.pausedSinceMs()).toBeGreaterThanOrEqual(beforeMs)
  expect(live.pausedSinceMs()).toBeLessThanOrEqual(Date.now())
}
const laterThan = (ms: number) => untilPasses(() => expect(Date.now()).toBeGreaterThan(ms))

beforeEach(async () => {
  app = await startStandInApp()
  app.isOpen = true
  app.greets = false
  stubBrowser(`${app.url}/`)
  createRoot((end) => {
    dispose = end
    live = createLiveView()
  })
  live.open('hosts', '')
  await untilPasses(() => expect(app.offered).toHaveLength(1))
  app.send(frame('a'))
  await has('a')
})
afterEach(async () => {
  dispose()
  await app.close()
  vi.unstubAllGlobals()
})

it('tells since when it stands still, until it goes on', async () => {
  expect(live.pausedSinceMs()).toBeUndefined()
  await standsStillSince(() => live.pause(true))
  const since = live.pausedSinceMs() ?? 0
  await laterThan(since)
  app.send(frame('b'))
  await untilPasses(() => expect(live.missed().appeared).toBe(1))
  live.pause(true)
  expect(live.pausedSinceMs()).toBe(since)
  live.pause(false)
  expect(live.pausedSinceMs()).toBeUndefined()
})

it('stands still since a view was shown that is opened meanwhile', async () => {
  live.pause(true)
  const since = live.pausedSinceMs() ?? 0
  await laterThan(since)
  await standsStillSince(async () => {
    live.open('containers', '')
    await untilPasses(() => expect(app.offered).toHaveLength(2))
    app.send(frame('c'))
    await has('c')
  })
  expect(live.pausedSinceMs()).toBeGreaterThan(since)
})
