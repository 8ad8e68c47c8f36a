import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EventsDocument } from '../../../../src/api/types.ts'
import { settings } from '../../../../web/settings.ts'
import { createNodeEvents } from '../../../../web/state/card/node-events.ts'
import type { Followed } from '../../../../web/state/follow.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const { nodeEventsPollMs: POLL_MS } = settings.data

/** The events of a node of which so many have happened. */
const eventsOf = (node: string, count: number): EventsDocument => ({
  events: Array.from({ length: count }, (_, i) => ({
    ...{
      id: count - i,
      at: '2026-01-01T00:00:00.000Z',
      kind: 'restarted' as const,
      text: `${node} restarted`,
    },
    ...{ nodes: [{ id: node, label: node, topology: 'container', view: 'containers' }] },
  })),
  more: false,
  lastId: count,
})

let dispose: () => void
let asked: URL[]
let given: AbortSignal[]
let answer: (node: string) => Promise<Response> | Response
let events: Followed<EventsDocument>
let open: (nodeId: string | undefined) => void

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/scope/')
  asked = []
  given = []
  answer = (node) => Response.json(eventsOf(node, asked.length))
  vi.stubGlobal('fetch', async (url: URL, { signal }: { signal: AbortSignal }) => {
    asked.push(url)
    given.push(signal)
    return answer(url.searchParams.get('node') ?? '')
  })
  createRoot((end) => {
    dispose = end
    const [node, setNode] = createSignal<string>()
    open = setNode
    events = createNodeEvents(node)
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const texts = () => events.answer()?.events.map(({ text }) => text)

it('asks for nothing while no node is open', async () => {
  await wait(3 * POLL_MS)
  expect([asked, events.answer()]).toEqual([[], undefined])
})

it('asks at once for the newest events of the node, and again at each interval', async () => {
  open('alpha;<host> & more')
  await wait(1)
  expect(asked.map(String)).toEqual([
    `http://localhost/scope/api/events?node=alpha%3B%3Chost%3E+%26+more&limit=${settings.card.eventsMost}`,
  ])
  expect(texts()).toEqual(['alpha;<host> & more restarted'])
  await wait(POLL_MS - 10)
  expect(asked).toHaveLength(1)
  await wait(20)
  expect(texts()).toHaveLength(2)
  await wait(POLL_MS)
  expect(texts()).toHaveLength(3)
})

it('does not show the events of one node on the card of another', async () => {
  open('web')
  await wait(1)
  let arrive = (_: Response) => {}
  answer = () =>
    new Promise((resolve) => {
      arrive = resolve
    })
  await wait(POLL_MS)
  const late = arrive
  open('db')
  await wait(1)
  expect([texts(), given.map(({ aborted }) => aborted)]).toEqual([undefined, [true, true, false]])
  late(Response.json(eventsOf('web', 9)))
  await wait(1)
  expect(texts()).toBeUndefined()
  arrive(Response.json(eventsOf('db', 1)))
  await wait(1)
  expect(texts()).toEqual(['db restarted'])
})

it('ends with the card', async () => {
  open('web')
  await wait(1)
  open(undefined)
  await wait(3 * POLL_MS)
  expect([asked.length, texts()]).toEqual([1, undefined])
})

it('keeps what is known while the app has nothing to say, and asks on', async () => {
  open('web')
  await wait(1)
  answer = () => Response.json({ error: { code: 'internal', message: 'it failed' } }, { status: 500 })
  await wait(POLL_MS)
  expect([texts(), events.failure()?.status]).toEqual([['web restarted'], 500])
  answer = (node) => Response.json(eventsOf(node, 2))
  await wait(POLL_MS)
  expect([texts()?.length, events.failure()]).toEqual([2, undefined])
})
