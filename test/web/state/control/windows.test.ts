import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { KeptSession } from '../../../../web/state/control/kept.ts'
import { askForSession, createWindows } from '../../../../web/state/control/windows.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const kept: KeptSession = {
  sources: [{ kind: 'terminal', pipe: 'p', tty: true, nodeId: 'n', label: 'web', probeId: 'one' }],
}

/** A window as others see it, and what they post to it. */
const startWindow = () => {
  const posted: unknown[] = []
  return { closed: false, posted, postMessage: (message: unknown) => void posted.push(message) }
}

const receive = (source: unknown, data: unknown): void => {
  window.dispatchEvent(Object.assign(new Event('message'), { data, origin: location.origin, source }))
}

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://127.0.0.1:4040/')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page that has opened a window for a session. */
const openOne = () => {
  const opened = startWindow()
  const open = vi.fn((..._: unknown[]) => opened)
  Object.assign(window, { open })
  const back: KeptSession[] = []
  const windows = createWindows({
    back(session) {
      back.push(session)
      return { id: 'session-2' }
    },
    take: (id) => (id === 'session-2' ? back.pop() : undefined),
  })
  windows.open(kept)
  const ready = { scope: 'ready', name: open.mock.calls[0]?.[1] }
  return { opened, back, windows, ready }
}

it('a page gives a window its session once', () => {
  const { opened, windows, ready } = openOne()
  receive(opened, ready)
  receive(opened, ready)
  expect(opened.posted).toEqual([{ scope: 'take', session: kept }])
  windows.stop()
})

it('a session comes back from a window that is closed before it took it, unless it asks after all', () => {
  const { opened, back, windows, ready } = openOne()
  opened.closed = true
  vi.advanceTimersByTime(1000)
  expect(back).toEqual([kept])
  opened.closed = false
  receive(opened, ready)
  expect(opened.posted).toEqual([{ scope: 'take', session: kept }])
  expect(back).toEqual([])
  windows.stop()
})

it('a window asks the page that opened it until it gets its session', () => {
  const opener = startWindow()
  Object.assign(window, { opener, name: 'mine' })
  const taken: KeptSession[] = []
  const stop = askForSession((session) => taken.push(session))
  vi.advanceTimersByTime(10_000)
  expect(opener.posted.length).toBeGreaterThan(2)
  expect(new Set(opener.posted.map((message) => JSON.stringify(message)))).toEqual(
    new Set([JSON.stringify({ scope: 'ready', name: 'mine' })]),
  )
  receive(opener, { scope: 'take', session: kept })
  const asked = opener.posted.length
  vi.advanceTimersByTime(10_000)
  expect(taken).toEqual([kept])
  expect(opener.posted).toHaveLength(asked)
  stop()
})
