import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { QuerySummary } from '../../../../src/api/types.ts'
import type { StreamState } from '../../../../web/data/live/view-stream.ts'
import { type LiveContent, nothingOf } from '../../../../web/domain/graph/live-content.ts'
import { settings } from '../../../../web/settings.ts'
import { createAnnouncements } from '../../../../web/state/page/announcements.ts'
import { stubBrowser } from '../../support/browser-globals.ts'
import { graph } from '../../support/graph.ts'

const { gatherMs, everyMs } = settings.announcements
const contentOf = (view: string, nodes: string, more: Partial<LiveContent> = {}): LiveContent => ({
  ...nothingOf(view),
  graph: graph(...nodes.split(' ')),
  loaded: true,
  ...more,
})

let dispose: () => void
let sentence: () => string
let show: (content: LiveContent) => void
let hear: (state: StreamState) => void
let find: (words: string) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  createRoot((end) => {
    dispose = end
    const [content, setContent] = createSignal(nothingOf('hosts'))
    const [stream, setStream] = createSignal<StreamState>('connecting')
    const [findings, setFindings] = createSignal('')
    ;[show, hear, find] = [setContent, setStream, setFindings]
    sentence = createAnnouncements({ content, stream, findings })
  })
  show(contentOf('hosts', 'a b'))
  hear('live')
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const gather = () => vi.advanceTimersByTime(gatherMs)

it('what is there at first is not told', () => {
  vi.advanceTimersByTime(everyMs * 3)
  expect(sentence()).toBe('')
})

it('what comes and goes within a moment is told together, and then at most one sentence every few seconds', () => {
  show(contentOf('hosts', 'a b c'))
  vi.advanceTimersByTime(gatherMs - 1)
  show(contentOf('hosts', 'b c'))
  expect(sentence()).toBe('')
  vi.advanceTimersByTime(1)
  expect(sentence()).toBe('c came, a went.')
  show(contentOf('hosts', 'b c d'))
  vi.advanceTimersByTime(everyMs - 1)
  expect(sentence()).toBe('c came, a went.')
  vi.advanceTimersByTime(1)
  expect(sentence()).toBe('d came.')
})

it('the same sentence is told again, as another text', () => {
  const filtered = (text: string) =>
    contentOf('hosts', text, { query: { text, matched: 1, hidden: 1 } as QuerySummary })
  show(filtered('a'))
  gather()
  const first = sentence()
  show(filtered('b'))
  vi.advanceTimersByTime(everyMs)
  expect(first).toBe('1 of 2 shown.')
  expect(sentence()).not.toBe(first)
  expect(sentence().trim()).toBe(first)
})

it('what other options bring is not told as what came, since it was there before', () => {
  show(contentOf('hosts', 'a b c', { asked: '?stopped=both' }))
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('')
  show(contentOf('hosts', 'a b c d', { asked: '?stopped=both' }))
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('d came.')
})

it('what another view brings is not told as what came', () => {
  show(contentOf('containers', 'x'))
  vi.advanceTimersByTime(everyMs * 3)
  expect(sentence()).toBe('')
})

it('a filter is told with how much it shows, and when all is shown again', () => {
  const query = { text: 'a', matched: 1, hidden: 1 } as QuerySummary
  show(contentOf('hosts', 'a', { query }))
  gather()
  expect(sentence()).toBe('1 of 2 shown.')
  show(contentOf('hosts', 'a b'))
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('All is shown: 2 nodes.')
})

it('what a filter begins or ceases to match is not told as what came or went', () => {
  const query = { text: 'is:trouble', matched: 2, hidden: 1 } as QuerySummary
  show(contentOf('hosts', 'a b', { query }))
  vi.advanceTimersByTime(everyMs)
  show(contentOf('hosts', 'b c', { query }))
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('c now shown, a no longer shown.')
})

it('a connection that is lost is told before all else, and when it is there again', () => {
  show(contentOf('hosts', 'a b c'))
  find('web is restarting.')
  hear('reconnecting')
  gather()
  expect(sentence()).toMatch(/^The connection to the app is lost/)
  hear('live')
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('What is shown is live again.')
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('web is restarting.')
  vi.advanceTimersByTime(everyMs)
  expect(sentence()).toBe('c came.')
})

it('nothing is told once it is over', () => {
  show(contentOf('hosts', 'a b c'))
  dispose()
  vi.advanceTimersByTime(everyMs)
  expect([sentence(), vi.getTimerCount()]).toEqual(['', 0])
})
