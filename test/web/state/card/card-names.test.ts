import { createRoot, createSignal } from 'solid-js'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Place } from '../../../../web/domain/address/route.ts'
import { settings } from '../../../../web/settings.ts'
import { createCardNames } from '../../../../web/state/card/card-names.ts'
import { stubBrowser } from '../../support/browser-globals.ts'

const CARD: Place = { view: 'hosts', selected: { kind: 'node', id: 'alpha' } }
const { requestPausesMs, detailsPollMs } = settings.data
const GIVEN_UP_MS = requestPausesMs.reduce((sum, ms) => sum + ms, 0)

let dispose: () => void
let asked: number
let answer: () => Response
let nameOf: (place: Place) => string | undefined
let turn: (places: readonly Place[]) => void

const details = () => Response.json({ node: { id: 'alpha', label: 'Alpha' } })
const unanswered = () => {
  throw new TypeError('network changed')
}
const unknown = () =>
  Response.json({ error: { code: 'unknown_node', message: 'no such node' } }, { status: 404 })

beforeEach(() => {
  vi.useFakeTimers()
  stubBrowser('http://localhost/')
  asked = 0
  answer = details
  vi.stubGlobal('fetch', async () => {
    asked += 1
    return answer()
  })
  createRoot((end) => {
    dispose = end
    const [places, setPlaces] = createSignal<readonly Place[]>([])
    turn = setPlaces
    nameOf = createCardNames({
      places,
      shown: () => ({ view: 'containers', graph: { nodes: new Map() } }),
      queryOf: () => '',
    })
  })
})
afterEach(() => {
  dispose()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks the app once for a name that the map does not tell', async () => {
  turn([CARD])
  await vi.advanceTimersByTimeAsync(1)
  turn([CARD, CARD])
  await vi.advanceTimersByTimeAsync(detailsPollMs * 3)
  expect([nameOf(CARD), asked]).toEqual(['Alpha', 1])
})

it('does not ask again for a node that the app does not know', async () => {
  answer = unknown
  turn([CARD])
  await vi.advanceTimersByTimeAsync(detailsPollMs * 3)
  expect([nameOf(CARD), asked]).toEqual([undefined, 1])
})

it('asks until it is answered, and no longer than the card is open', async () => {
  answer = unanswered
  turn([CARD])
  await vi.advanceTimersByTimeAsync(GIVEN_UP_MS + detailsPollMs + 1)
  expect([nameOf(CARD), asked]).toEqual([undefined, requestPausesMs.length + 2])
  answer = details
  await vi.advanceTimersByTimeAsync(GIVEN_UP_MS + detailsPollMs + 1)
  expect(nameOf(CARD)).toBe('Alpha')
  const before = asked
  answer = unanswered
  turn([])
  turn([CARD])
  await vi.advanceTimersByTimeAsync(GIVEN_UP_MS)
  expect(asked).toBe(before + requestPausesMs.length + 1)
  turn([])
  await vi.advanceTimersByTimeAsync((GIVEN_UP_MS + detailsPollMs) * 3)
  expect(asked).toBe(before + requestPausesMs.length + 1)
})
