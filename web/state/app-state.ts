import { createEffect, createMemo, createSignal } from 'solid-js'
import type { NodeSummary } from '../../src/api/types.ts'
import { createStaleMarks } from '../domain/edge/stale.ts'
import type { LiveContent } from '../domain/graph/live-content.ts'
import { withoutNetworks } from '../domain/graph/networks.ts'
import { withoutGrouping } from '../domain/grouping/grouping.ts'
import { createWatchMarks } from '../domain/health/watch.ts'
import { withParameter } from '../domain/views.ts'
import type { SessionState } from './account/session.ts'
import { type Acting, createActing } from './acting/acting.ts'
import { type AppInfo, createAppInfo } from './app-info.ts'
import { createExplaining, type Explaining } from './card/explaining.ts'
import { createOpenCard, type OpenCard } from './card/open-card.ts'
import { createEvents, type Events } from './events.ts'
import { createFindings, type Findings } from './findings.ts'
import { createNavigation, type Navigation } from './navigation.ts'
import { createAnnouncements } from './page/announcements.ts'
import type { PageRouter } from './page/router.ts'
import type { ThemeState } from './page/theme.ts'
import { createTitle } from './page/title.ts'
import { createSearch, type SearchState } from './search/search.ts'
import { type CurrentView, createCurrentView } from './view/current-view.ts'
import { createHubs, type Hubs } from './view/hubs.ts'
import { createLighter, type LighterState } from './view/lighter.ts'
import { createLiveView, type LiveView } from './view/live-view.ts'
import { createMinimapChoice, type MinimapChoice } from './view/minimap.ts'
import { createNear, type NearState } from './view/near.ts'
import { createNetworks, type Networks } from './view/networks.ts'
import { createRings, type Rings } from './view/rings.ts'
import { createSights, type Sights } from './view/sights.ts'

/** What {@link createAppState} is made from. */
export interface AppSources {
  readonly session: SessionState
  readonly router: PageRouter
  readonly theme: ThemeState
  /** Opens the form to sign in. */
  readonly signIn: () => void
  /** Moves the focus into the card that was opened from another one. */
  readonly focusCard: () => void
}

/** The state of the page of those who may see the map; each part in its own file. */
export interface AppState {
  readonly router: PageRouter
  readonly theme: ThemeState
  readonly info: AppInfo
  readonly live: LiveView
  readonly events: Events
  readonly findings: Findings
  readonly current: CurrentView
  readonly card: OpenCard
  readonly explaining: Explaining
  readonly near: NearState
  readonly hubs: Hubs
  readonly lighter: LighterState
  readonly rings: Rings
  readonly sights: Sights
  readonly networks: Networks
  readonly minimap: MinimapChoice
  readonly search: SearchState
  readonly acting: Acting
  readonly navigation: Navigation
  /** What a screen reader is to tell of what has changed. */
  readonly announcement: () => string
  /** A node of the map; undefined when it has none of that id. */
  nodeOf(id: string | undefined): NodeSummary | undefined
  readonly isMap: () => boolean
  /** Whether the map has come to rest since the view was opened. */
  readonly settled: () => boolean
  setSettled(isSettled: boolean): void
  /** Ids of the nodes of the map that are pinned. */
  readonly pinned: () => ReadonlySet<string>
  setPinned(pinned: ReadonlySet<string>): void
}

/** Makes all parts, and lets them follow the address. */
export function createAppState({ session, router, theme, signIn, focusCard }: AppSources): AppState {
  // Without the grouping, so that the tabs tell how much there is.
  const counted = createMemo(() => withoutNetworks(withoutGrouping(router.route().options)), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  })
  const info = createAppInfo(counted)
  const live = createLiveView()
  const events = createEvents()
  const findings = createFindings()
  const [settled, setSettled] = createSignal(false)
  const [pinned, setPinned] = createSignal<ReadonlySet<string>>(new Set())
  const markStale = createStaleMarks()
  const markWatched = createWatchMarks()
  const marked = createMemo((): LiveContent => {
    const content = live.content()
    const probes = info.probes() ?? []
    const graph = markWatched(markStale(content.graph, probes), probes)
    return graph === content.graph ? content : { ...content, graph }
  })
  const current = createCurrentView(router, info, {
    size: () => live.content().graph.nodes.size,
    isHeld: (view) => live.paused() && live.content().loaded && live.content().view === view,
  })
  const { id, query, shown, options } = current
  const search = createSearch({
    graph: () => live.content().graph,
    view: shown,
    filter: () => router.route().search,
    options: createMemo(() => withoutNetworks(options())),
  })
  const acting = createActing({ who: () => session.who(), view: shown, signIn })
  const card = createOpenCard(router, current, live)
  const nodeOf = (one: string | undefined) => (one ? live.content().graph.nodes.get(one) : undefined)

  createEffect(() => {
    const view = id()
    const filter = search.filter()
    if (view) live.open(view, filter.kind === 'query' ? withParameter(query(), 'q', filter.text) : query())
  })
  createTitle(() => ({
    labels: [card.node(), card.ends()?.source, card.ends()?.target].flatMap((one) =>
      one ? [nodeOf(one)?.label ?? ''] : [],
    ),
    view: current.nameOf(id()),
    troubles: findings.troubles(),
  }))

  const hubs = createHubs({ all: marked, route: router.route, go: (change) => router.go(change) })
  const near = createNear({
    all: hubs.content,
    chosen: card.node,
    route: router.route,
    go: (change) => router.go(change),
  })

  return {
    router,
    theme,
    info,
    live,
    events,
    findings,
    current,
    card,
    explaining: createExplaining(card.node),
    lighter: createLighter(near.content, () => router.route().allEdges ?? false),
    rings: createRings(live.content, router),
    sights: createSights(router, id),
    near,
    hubs,
    minimap: createMinimapChoice(),
    networks: createNetworks({
      graph: () => near.content().graph,
      options,
      route: router.route,
      go: (change) => router.go(change),
    }),
    search,
    acting,
    navigation: createNavigation({ router, current, live, card, focusCard }),
    announcement: createAnnouncements({
      content: live.content,
      stream: live.state,
      findings: findings.spoken,
    }),
    nodeOf,
    isMap: () => router.route().shown.kind === 'map',
    settled,
    setSettled: (isSettled) => void setSettled(isSettled),
    pinned,
    setPinned: (ids) => void setPinned(ids),
  }
}
