import { createRoot, createSignal } from 'solid-js'
import { expect, it } from 'vitest'
import type { MapEvent } from '../../../src/api/types.ts'
import { parseRoute, type Route } from '../../../web/domain/address/route.ts'
import { nothingOf } from '../../../web/domain/graph/live-content.ts'
import type { OpenCard } from '../../../web/state/card/open-card.ts'
import { createNavigation, type Navigation } from '../../../web/state/navigation.ts'
import type { CurrentView } from '../../../web/state/view/current-view.ts'
import type { LiveView } from '../../../web/state/view/live-view.ts'
import { graph } from '../support/graph.ts'

/** The address after something was done on a page whose map has `web` and `db`. */
const after = (address: string, act: (navigation: Navigation) => void): Route =>
  createRoot((dispose) => {
    const [route, setRoute] = createSignal(parseRoute(address))
    const go = (change: Partial<Route>) => void setRoute((before) => ({ ...before, ...change }))
    const content = { ...nothingOf('containers'), graph: graph('web>db'), loaded: true }
    act(
      createNavigation({
        router: { route, go },
        current: { go, id: () => route().view, options: () => route().options } as CurrentView,
        live: { content: () => content } as LiveView,
        card: { isOpen: () => route().selected !== undefined, node: () => undefined } as OpenCard,
        focusCard: () => {},
      }),
    )
    dispose()
    return route()
  })

const hiding = ({ search, near, hubs }: Route) => ({ search, near: near?.id, hubs })
const all = { search: '', near: undefined, hubs: undefined }

const failing: MapEvent = {
  ...{ id: 1, at: '2026-01-01T00:00:00.000Z', kind: 'edge-failing', text: '' },
  nodes: [{ id: 'web', label: 'web', topology: 'container', view: 'containers' }],
  edge: { id: 'web-db', source: 'web', target: 'db', port: 5432 },
}

it('the card of an event is on top of the one that tells of it, and nothing hides what it is about', () => {
  const route = after('#/containers/web?q=web&hubs=hide&group=service&card=hosts/alpha', (navigation) =>
    navigation.openEventCard(failing),
  )
  expect(route.selected).toEqual({ kind: 'edge', source: 'web', target: 'db' })
  expect(route.below.map(({ selected }) => selected)).toEqual([
    { kind: 'node', id: 'alpha' },
    { kind: 'node', id: 'web' },
  ])
  expect([hiding(route), route.options]).toEqual([all, { group: '' }])
})

it('an event of no node opens no card', () => {
  const before = parseRoute('#/containers/web?q=web')
  const joined: MapEvent = { id: 1, at: failing.at, kind: 'probe-joined', text: '', nodes: [] }
  expect(after('#/containers/web?q=web', (navigation) => navigation.openEventCard(joined))).toEqual(before)
})
