import type { MapEvent } from '../../src/api/types.ts'
import type { Place, Route, Selection } from '../domain/address/route.ts'
import { firstShown, type ShownKind } from '../domain/address/shown.ts'
import { closeTop, openOnTop, returnTo } from '../domain/card/card-stack.ts'
import { type GroupMove, groupClosed, groupOpened, openedFor } from '../domain/grouping/group-moves.ts'
import { isClosedGroup } from '../domain/grouping/grouping.ts'
import { eventPlace, eventRoute } from '../domain/happening/events.ts'
import { toggledTrouble } from '../domain/happening/findings.ts'
import type { OpenCard } from './card/open-card.ts'
import type { Router } from './page/router.ts'
import type { CurrentView } from './view/current-view.ts'
import type { LiveView } from './view/live-view.ts'

/** The ways to go elsewhere on the page. Each changes its address. */
export interface Navigation {
  /** Opens the card of a node or edge instead of all open ones; with undefined closes all. */
  select(selected: Selection | undefined): void
  /** The same in a view. @param change of the address besides */
  openNodeIn(view: string, id: string, change?: Partial<Route>): void
  /** Goes where an event has happened. */
  openEvent(event: MapEvent): void
  /** The same on top of the open cards; nothing for an event that names no node. */
  openEventCard(event: MapEvent): void
  /** Opens the card of a node on top of the open ones. */
  openNodeCard(view: string, id: string): void
  openEdgeCard(source: string, target: string): void
  /** Closes the card on top. */
  closeCard(): void
  /** Closes the cards above one, by its position from below. */
  returnTo(at: number): void
  /** Opens a closed group of the map. */
  openGroup(id: string): void
  /** The same for a node that may be a closed group. */
  openIfGroup(id: string): void
  /** Closes an open group; all of them with undefined. */
  closeGroup(id: string | undefined): void
  /** Shows the map, the table or resources. */
  show(kind: ShownKind): void
  /** Sets another filter; an empty text removes it. */
  filterBy(text: string): void
  /** Shows only what fails or, when that is what is shown, all. */
  toggleFailing(): void
  setOptions(options: Route['options']): void
}

/** What {@link createNavigation} depends on. */
export interface NavigationSources {
  readonly router: Router
  readonly current: CurrentView
  readonly live: LiveView
  readonly card: OpenCard
  /** Moves the focus into the card that was opened from another one. */
  readonly focusCard: () => void
}

/** Goes elsewhere from where the page is. */
export function createNavigation(sources: NavigationSources): Navigation {
  const { router, current, live, card } = sources
  const nodeOf = (id: string | undefined) => (id ? live.content().graph.nodes.get(id) : undefined)
  const moved = (): GroupMove => ({ options: current.options(), selected: router.route().selected })
  const goToCards = (change: Partial<Route>) => {
    current.go(change)
    if (card.isOpen()) sources.focusCard()
  }
  const filterBy = (search: string) => router.go({ search })
  const openCard = (place: Place) => goToCards(openOnTop(router.route(), place))
  const openOnMap = (id: string) => router.go(groupOpened(moved(), id))
  return {
    select: (selected) => router.go({ selected }),
    openNodeIn: (view, id, change) => current.go({ ...change, view, selected: { kind: 'node', id } }),
    openEvent: (event) => current.go(eventRoute(event, current.options())),
    openEventCard(event) {
      const place = eventPlace(event)
      if (place) goToCards({ ...eventRoute(event, current.options()), ...openOnTop(router.route(), place) })
    },
    openNodeCard(view, id) {
      const isHere = view === current.id() && !nodeOf(id)
      const options = openedFor(nodeOf(card.node()), isHere, current.options())
      goToCards({
        ...openOnTop(router.route(), { view, selected: { kind: 'node', id } }),
        ...(options && { options }),
      })
    },
    openEdgeCard(source, target) {
      const view = current.id()
      if (view) openCard({ view, selected: { kind: 'edge', source, target } })
    },
    closeCard: () => goToCards(closeTop(router.route())),
    returnTo: (at) => goToCards(returnTo(router.route(), at)),
    openGroup: openOnMap,
    openIfGroup(id) {
      const node = nodeOf(id)
      if (node && isClosedGroup(node)) openOnMap(id)
    },
    closeGroup: (id) => router.go(groupClosed(moved(), id, nodeOf(card.node())?.group?.id)),
    show(kind) {
      if (kind !== router.route().shown.kind) router.go({ shown: firstShown(kind) })
    },
    filterBy,
    toggleFailing: () => filterBy(toggledTrouble(router.route().search)),
    setOptions: (options) => router.go({ options }),
  }
}
