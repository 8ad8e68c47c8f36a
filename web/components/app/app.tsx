import { createEffect, createMemo, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import type { SearchDocument, ViewDescription } from '../../../src/api/types.ts'
import { closeTop, openOnTop, returnTo } from '../../domain/card-stack.ts'
import { createStaleMarks } from '../../domain/edge/stale.ts'
import { eventPlace } from '../../domain/events.ts'
import { explain, namesOfNodes, nodeNamed } from '../../domain/explain.ts'
import { FAILING_QUERY, titleWith } from '../../domain/findings.ts'
import { edgeBetween } from '../../domain/graph.ts'
import {
  closeGroup,
  isClosedGroup,
  openGroup,
  openGroupLabels,
  withoutGrouping,
} from '../../domain/grouping.ts'
import { type CommandOf, commandFor, pageKeys } from '../../domain/keys.ts'
import { onlyNodes, withinHops } from '../../domain/near.ts'
import { chooseRing, type RingMetric, ringMetrics } from '../../domain/node/ring-choice.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { SparkSpan } from '../../domain/plot/sparkline.ts'
import { resourceQuery } from '../../domain/resources/query.ts'
import type { ResourceView } from '../../domain/resources/tree.ts'
import type { Place, Route, Selection } from '../../domain/route.ts'
import {
  controlEntries,
  nodeEntries,
  optionEntries,
  type PaletteTarget,
  viewEntries,
} from '../../domain/search/palette.ts'
import { firstShown, type ShownKind } from '../../domain/shown.ts'
import {
  findView,
  firstView,
  leftOut,
  viewId,
  viewName,
  viewQuery,
  withParameter,
} from '../../domain/views.ts'
import type { SessionState } from '../../state/account/session.ts'
import { createActing } from '../../state/acting/acting.ts'
import { createAppInfo } from '../../state/app-info.ts'
import { createCardNames } from '../../state/card-names.ts'
import { createDetails } from '../../state/details.ts'
import { createEdgeConnections } from '../../state/edge-connections.ts'
import { createEvents } from '../../state/events.ts'
import { createFindings } from '../../state/findings.ts'
import { createLiveView, type LiveContent } from '../../state/live-view.ts'
import { createNodeEvents } from '../../state/node-events.ts'
import type { Router } from '../../state/router.ts'
import { createSearch } from '../../state/search/search.ts'
import type { ThemeState } from '../../state/theme.ts'
import { isPressing, isTyping } from '../../state/typing.ts'
import { createViewOptions } from '../../state/view-options.ts'
import { Account } from '../account/account.tsx'
import type { Section } from '../account/sections.ts'
import { Card } from '../card/card.tsx'
import { focusCard } from '../card/card-frame.tsx'
import { CardStack } from '../card/card-stack.tsx'
import type { ExplainProps } from '../card/explain.tsx'
import { Controls } from '../controls/controls.tsx'
import { DrawerPlace } from '../drawer/drawer-place.tsx'
import { EdgeCard } from '../edge-card/edge-card.tsx'
import { Empty } from '../empty/empty.tsx'
import { Filter } from '../filter/filter.tsx'
import { Findings } from '../findings/findings.tsx'
import { Footer } from '../footer/footer.tsx'
import { Header } from '../header/header.tsx'
import { Help } from '../help/help.tsx'
import { type MapCommands, MapView } from '../map-view/map-view.tsx'
import { Options } from '../options/options.tsx'
import { actionEntries } from '../palette/actions.ts'
import type { PaletteAction } from '../palette/palette.tsx'
import { PalettePlace } from '../palette/palette-place.tsx'
import { ResourcesPlace } from '../resources/resources-place.tsx'
import { TablePlace } from '../table/table-place.tsx'
import './app.css'

/** Id of the view that shows every process. */
const processesView = 'processes'

function leftOutOf(view: ViewDescription | undefined, options: Readonly<Record<string, string>>) {
  return view ? leftOut(view, options) : []
}

/** Nothing is shown but what is at most some steps from a node. */
interface Near {
  readonly view: string | undefined
  readonly id: string
  readonly label: string
  readonly hops: 1 | 2
}

interface ViewRings {
  readonly view: string
  readonly metrics: readonly RingMetric[]
}

/** Props of {@link App}. */
export interface AppProps {
  readonly session: SessionState
  readonly router: Router
  readonly theme: ThemeState
}

/** What those see who may see the map: the map, and the header, footer, options and cards that float over it. */
export function App(props: AppProps): JSX.Element {
  const { router, theme } = props
  // Without the grouping, so that the tabs tell how much there is.
  const counted = createMemo(() => withoutGrouping(router.route().options), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  })
  const info = createAppInfo(counted)
  const live = createLiveView()
  const events = createEvents()
  const findings = createFindings()
  const [ringChoice, setRingChoice] = createSignal<string | undefined>()
  const [settled, setSettled] = createSignal(false)
  const [span, setSpan] = createSignal<SparkSpan>('5m')
  const [helpOpen, setHelpOpen] = createSignal(false)
  const [paletteOpen, setPaletteOpen] = createSignal(false)
  const [near, setNear] = createSignal<Near>()
  let map: MapCommands | undefined
  let searchInput: HTMLInputElement | undefined
  const [section, setSection] = createSignal<Section>()

  const markStale = createStaleMarks()
  const onMap = createMemo((): LiveContent => {
    const content = live.content()
    const graph = markStale(content.graph, info.probes() ?? [])
    return graph === content.graph ? content : { ...content, graph }
  })

  const found = createMemo(() => findView(info.views() ?? [], router.route().view))
  const view = createMemo(() => found()?.view)
  const currentId = createMemo(() => {
    const current = view()
    return current && viewId(current)
  })
  const { options, optionsIn, go } = createViewOptions(router, view, () => live.content().graph.nodes.size)
  const query = createMemo(() => {
    const current = view()
    return current ? viewQuery(current, options()) : ''
  })
  const shownView = createMemo(() => {
    const id = currentId()
    return id === undefined ? undefined : { id, query: query() }
  })
  const search = createSearch({
    graph: () => live.content().graph,
    view: shownView,
    filter: () => router.route().search,
    options,
  })
  const acting = createActing({
    who: () => props.session.who(),
    view: shownView,
    signIn: () => setSection('sign-in'),
  })
  const actOn = (text: string) => {
    const shown = shownView()
    if (shown) void acting.batch.open(shown, text)
  }
  const actOnFilter = () => {
    const filter = search.filter()
    if (filter.kind === 'query') actOn(filter.text)
  }
  const filterBy = (text: string) => router.go({ search: text })
  const toggleFailing = () => filterBy(router.route().search === FAILING_QUERY ? '' : FAILING_QUERY)
  const selectedNode = createMemo(() => {
    const { selected } = router.route()
    return selected?.kind === 'node' ? selected.id : undefined
  })
  const selectedEnds = createMemo(() => {
    const { selected } = router.route()
    return selected?.kind === 'edge' ? selected : undefined
  })
  const selectedEdge = createMemo(() => {
    const ends = selectedEnds()
    return ends && edgeBetween(live.content().graph, ends.source, ends.target)
  })
  const details = createDetails(() => {
    const nodeId = selectedNode()
    const current = currentId()
    if (!nodeId || !current) return undefined
    const onMap = live.content().graph.nodes.has(nodeId)
    return { view: current, nodeId, query: query(), span: span(), onMap }
  })
  const nodeEvents = createNodeEvents(selectedNode)
  const connections = createEdgeConnections(() => {
    const edgeId = selectedEdge()?.id
    const current = currentId()
    return edgeId && current ? { view: current, edgeId, query: query() } : undefined
  })
  const rings = createMemo<ViewRings>(
    (held) => {
      const { view, graph } = live.content()
      const before = held.view === view ? held.metrics : []
      return { view, metrics: ringMetrics(graph.nodes.values(), before) }
    },
    { view: '', metrics: [] },
  )
  const ring = createMemo(() => chooseRing(rings().metrics, ringChoice()))

  const shown = () => router.route().shown
  const isMap = () => shown().kind === 'map'
  const resourcesShown = createMemo(() => {
    const now = shown()
    return now.kind === 'resources' ? now : undefined
  })
  const tableShown = createMemo(() => {
    const now = shown()
    return now.kind === 'table' ? now : undefined
  })
  const resourcesQuery = (id: ResourceView) => {
    const filter = search.filter()
    const text = filter.kind === 'query' ? filter.text : ''
    return resourceQuery(info.views() ?? [], id, router.route().options, text)
  }
  const show = (kind: ShownKind) => {
    if (kind !== shown().kind) router.go({ shown: firstShown(kind) })
  }

  /** What the map shows: all of the view, or what is near a node. */
  const shownContent = createMemo(() => {
    const content = onMap()
    const only = near()
    if (!only || only.view !== content.view || !content.graph.nodes.has(only.id)) return content
    const ids = withinHops(content.graph.edges.values(), only.id, only.hops)
    return { ...content, graph: onlyNodes(content.graph, ids) }
  })
  const nearWords = () => {
    const only = near()
    if (!only || shownContent() === onMap()) return undefined
    return `${only.hops === 1 ? 'one step' : 'two steps'} from ${only.label}`
  }
  const toggleNear = (hops: 1 | 2) => {
    const only = near()
    const id = selectedNode() ?? only?.id
    if (only?.hops === hops && nearWords() !== undefined && (only.id === id || !nodeOf(id)))
      return setNear(undefined)
    const node = nodeOf(id)
    if (node) setNear({ view: live.content().view, id: node.id, label: node.label, hops })
  }
  const mapHere = () => (isMap() ? map : undefined)
  const does: Readonly<Record<CommandOf<typeof pageKeys> | PaletteAction, () => void>> = {
    palette: () => setPaletteOpen(true),
    search: () => {
      searchInput?.focus()
      searchInput?.select()
    },
    oneHop: () => toggleNear(1),
    twoHops: () => toggleNear(2),
    failing: toggleFailing,
    showMap: () => (isMap() ? map?.toggleGroup() : show('map')),
    showTable: () => show('table'),
    showResources: () => show('resources'),
    act: actOnFilter,
    zoomIn: () => mapHere()?.zoomIn(),
    zoomOut: () => mapHere()?.zoomOut(),
    fit: () => mapHere()?.fit(),
    tidy: () => mapHere()?.tidy(),
    menu: () => mapHere()?.menu(),
    pause: () => live.pause(!live.paused()),
    help: () => setHelpOpen(!helpOpen()),
    theme: () => theme.toggle(),
    unfilter() {
      setNear(undefined)
      filterBy('')
    },
    close: () => (selectedNode() || selectedEnds() ? closeCard() : undefined),
  }
  const onKey = (event: KeyboardEvent) => {
    const command = commandFor(pageKeys, event)
    if (command === undefined || event.defaultPrevented) return
    if (command !== 'palette' && command !== 'close' && isTyping(event)) return
    if (command === 'pause' && isPressing(event)) return
    if (command === 'search' || command === 'palette' || command === 'pause') event.preventDefault()
    does[command]()
  }
  const paletteEntries = (found: SearchDocument | undefined) => {
    const current = view()
    const id = currentId()
    const views = info.views() ?? []
    const node = details.gone() ? undefined : details.answer()
    return [
      ...controlEntries(node?.label ?? '', node?.controls ?? []),
      ...actionEntries({
        node: nodeOf(selectedNode())?.label,
        hasFilter: search.filter().kind !== 'empty' || near() !== undefined,
        theme: theme.theme(),
        isMap: isMap(),
      }),
      ...viewEntries(views, id),
      ...(current ? optionEntries(current, options()) : []),
      ...nodeEntries(live.content().graph, { id: id ?? '', name: viewName(views, id) ?? '' }, found),
    ]
  }
  const follow = (target: PaletteTarget<PaletteAction>) => {
    switch (target.kind) {
      case 'node':
        return openNodeIn(target.view, target.id)
      case 'view':
        return openView(target.view)
      case 'options':
        return router.go({ options: target.options })
      case 'action':
        return does[target.action]()
      case 'control': {
        const node = details.answer()
        if (node)
          acting.press({ id: node.id, label: node.label, labelMinor: node.labelMinor }, target.control)
      }
    }
  }
  document.addEventListener('keydown', onKey)
  onCleanup(() => document.removeEventListener('keydown', onKey))

  createEffect(() => {
    const views = info.views()
    if (views && !found()) router.go({ view: firstView(views), selected: undefined }, true)
  })
  createEffect(() => {
    const id = currentId()
    const filter = search.filter()
    if (id) live.open(id, filter.kind === 'query' ? withParameter(query(), 'q', filter.text) : query())
  })
  createEffect(() => {
    const label = [selectedNode(), selectedEnds()?.source, selectedEnds()?.target]
      .flatMap((id) => (id ? [live.content().graph.nodes.get(id)?.label ?? ''] : []))
      .join(' → ')
    const title = [label, viewName(info.views() ?? [], currentId()), 'Scope'].filter(Boolean).join(' · ')
    document.title = titleWith(title, findings.troubles())
  })

  const select = (selected: Selection | undefined) => router.go({ selected })
  const openNode = (id: string) => select({ kind: 'node', id })
  const goToCards = (change: Partial<Route>) => {
    go(change)
    focusCard()
  }
  const openCard = (place: Place) => goToCards(openOnTop(router.route(), place))
  const openEdgeCard = (source: string, target: string) => {
    const view = currentId()
    if (view) openCard({ view, selected: { kind: 'edge', source, target } })
  }
  const nodeOf = (id: string | undefined) => (id ? live.content().graph.nodes.get(id) : undefined)
  const openView = (id: string) => go({ view: id, selected: undefined })
  const openNodeIn = (view: string, id: string) => {
    go({ view, selected: { kind: 'node', id } })
  }
  const openNodeCard = (view: string, id: string) => {
    const group = nodeOf(selectedNode())
    // A member of the closed group whose card is open is on the map only when the group is opened, so open it as well.
    const within = group && isClosedGroup(group) && view === currentId() && !nodeOf(id)
    goToCards({
      ...openOnTop(router.route(), { view, selected: { kind: 'node', id } }),
      ...(within ? { options: openGroup(group.id, options()) } : {}),
    })
  }
  const closeCard = () => goToCards(closeTop(router.route()))
  const nameOf = createCardNames({
    places: () => {
      const { view, selected, below } = router.route()
      return view !== undefined && selected ? [...below, { view, selected }] : below
    },
    shown: () => {
      const { view, graph, loaded } = live.content()
      const current = router.route().view ?? view
      return { view: current, graph: loaded && current === view ? graph : undefined }
    },
    queryOf: (id) => {
      const of = findView(info.views() ?? [], id)?.view
      return of ? viewQuery(of, optionsIn(id)) : ''
    },
  })
  const explained = (nodeId: string): ExplainProps => ({
    get names() {
      return [...namesOfNodes(live.content().graph).keys()]
    },
    explain(name) {
      const { graph } = live.content()
      return explain({
        graph,
        one: nodeId,
        other: nodeNamed(namesOfNodes(graph), name),
        otherName: name,
        filter: router.route().search,
        leftOut: leftOutOf(view(), options()).map(({ what }) => what),
        probes: info.probes() ?? [],
      })
    },
  })
  const stack = () => (
    <CardStack
      cards={router.route().below.map((place) => ({
        name: nameOf(place),
        view: viewName(info.views() ?? [], place.view) ?? place.view,
      }))}
      onReturn={(at) => goToCards(returnTo(router.route(), at))}
      onCloseAll={() => select(undefined)}
    />
  )
  const openOnMap = (id: string) => {
    const { selected } = router.route()
    const isChosen = selected?.kind === 'node' && selected.id === id
    router.go({ options: openGroup(id, options()), selected: isChosen ? undefined : selected })
  }
  const closeOnMap = (id: string | undefined) => {
    const { selected } = router.route()
    const around = nodeOf(selectedNode())?.group?.id
    const isWithin = around !== undefined && (id === undefined || around === id)
    router.go({
      options: closeGroup(id, options()),
      selected: isWithin ? { kind: 'node', id: around } : selected,
    })
  }
  const openClosedGroup = (id: string) => {
    const node = nodeOf(id)
    if (node && isClosedGroup(node)) openOnMap(id)
  }
  const openMenu = (id: string, at: Point) => {
    const shown = shownView()
    const node = nodeOf(id)
    if (shown && node)
      void acting.menu.open(shown, { id, label: node.label, labelMinor: node.labelMinor }, at)
  }
  const isEmpty = () => live.content().loaded && live.content().graph.nodes.size === 0

  /** Filter and options: over the map, or in the bar above what is shown in its place. */
  const tools = () => (
    <>
      <Filter
        filter={search.filter()}
        summary={live.content().query}
        leftOut={leftOutOf(view(), options())}
        onOptions={(options) => router.go({ options })}
        beside={router.route().selected !== undefined}
        near={nearWords()}
        onNotNear={() => setNear(undefined)}
        onFilter={filterBy}
        onAct={actOnFilter}
      />
      <Options
        view={view()}
        tab={found()?.tab}
        chosen={options()}
        rings={isMap() ? rings().metrics : []}
        ring={ring()}
        beside={router.route().selected !== undefined}
        openGroups={openGroupLabels(options(), live.content().graph.nodes.values())}
        onCloseGroup={closeOnMap}
        onView={openView}
        onChoose={(options) => router.go({ options })}
        onRing={setRingChoice}
        layout={isMap() ? router.route().layout : undefined}
        onLayout={(layout) => router.go({ layout })}
      />
    </>
  )

  return (
    <div class="app">
      <Show when={isMap()}>
        <MapView
          content={shownContent()}
          ring={ring()}
          layout={router.route().layout}
          live={live.state() === 'live' && !live.paused()}
          selected={router.route().selected}
          matches={search.found()}
          theme={theme.theme()}
          onSelect={select}
          onOpenGroup={openOnMap}
          onCloseGroup={closeOnMap}
          onMenu={openMenu}
          onSettled={setSettled}
          onCommands={(commands) => {
            map = commands
          }}
        />
      </Show>
      <Show when={tableShown()}>
        {(table) => (
          <TablePlace
            content={shownContent()}
            shown={table()}
            selected={selectedNode()}
            beside={router.route().selected !== undefined}
            options={tools()}
            viewName={(id) => viewName(info.views() ?? [], id)}
            onShown={(next, replace) => router.go({ shown: next }, replace)}
            onSelect={(id) => select(id === undefined ? undefined : { kind: 'node', id })}
            onOpenGroup={openClosedGroup}
            onMenu={openMenu}
            onAct={(ids) => {
              const view = shownView()
              if (view) void acting.batch.openMarked(view, ids)
            }}
          />
        )}
      </Show>
      <Show when={resourcesShown()}>
        {(resources) => (
          <ResourcesPlace
            by={resources().by}
            queryOf={resourcesQuery}
            selected={selectedNode()}
            beside={router.route().selected !== undefined}
            options={tools()}
            onBy={(by) => router.go({ shown: { kind: 'resources', by } })}
            onSelect={openNodeIn}
          />
        )}
      </Show>
      <Show
        when={
          shown().kind !== 'resources' && (isEmpty() || !live.content().loaded || (isMap() && !settled()))
        }
      >
        <Empty
          view={view()}
          content={live.content()}
          stream={live.state()}
          probes={info.probes()}
          failure={info.failure()}
        />
      </Show>
      <Header
        views={info.views() ?? []}
        current={found()}
        search={search}
        total={live.content().graph.nodes.size}
        shown={shown().kind}
        onShow={show}
        account={<Account session={props.session} section={section()} onSection={setSection} />}
        onView={openView}
        onFilter={filterBy}
        onOpen={openNodeIn}
        onAct={actOn}
        onSearchInput={(input) => {
          searchInput = input
        }}
      />
      <Show when={isMap()}>
        <Findings findings={findings} route={router.route()} beside={router.route().selected !== undefined} />
        {tools()}
      </Show>
      <Show when={selectedNode()}>
        {(nodeId) => (
          <Card
            nodeId={nodeId()}
            summary={live.content().graph.nodes.get(nodeId())}
            details={details}
            probes={info.probes()}
            events={nodeEvents}
            onEvent={(event) => {
              const place = eventPlace(event)
              if (place) openCard(place)
            }}
            span={span()}
            onSpan={setSpan}
            viewOf={(id) => viewName(info.views() ?? [], id)}
            acting={acting}
            stack={stack()}
            explain={explained(nodeId())}
            onClose={closeCard}
            onOpenGroup={openOnMap}
            onCloseGroup={closeOnMap}
            onOpen={openNodeCard}
            onOpenEdge={openEdgeCard}
            view={currentId() ?? ''}
          />
        )}
      </Show>
      <Show when={selectedEnds()}>
        {(ends) => (
          <EdgeCard
            source={ends().source}
            target={ends().target}
            edge={selectedEdge()}
            nodes={live.content().graph.nodes}
            connections={connections}
            probes={info.probes()}
            loaded={live.content().loaded}
            demo={info.isDemo()}
            stack={stack()}
            onClose={closeCard}
            onOpenNode={(id) => openNodeCard(currentId() ?? '', id)}
            onOpenProcess={(id) => openNodeCard(processesView, id)}
          />
        )}
      </Show>
      <Footer
        content={live.content()}
        view={view()}
        probes={info.probes()}
        liveness={live.liveness()}
        pause={{ paused: live.paused(), missed: live.missed(), onPause: live.pause }}
        demo={info.isDemo()}
        events={events}
        theme={theme.theme()}
        onEvent={(event) => go(eventPlace(event) ?? {})}
        onTheme={theme.toggle}
        onHelp={() => setHelpOpen(true)}
      />
      <DrawerPlace theme={theme.theme()} />
      <Controls
        acting={acting}
        graph={live.content().graph}
        cardOf={selectedNode()}
        onOpen={openNode}
        onOpenGroup={openOnMap}
        onCloseGroup={closeOnMap}
      />
      <PalettePlace
        open={paletteOpen()}
        options={options()}
        entries={paletteEntries}
        onClose={() => setPaletteOpen(false)}
        onChoose={follow}
        onMenu={(id) =>
          isMap() ? map?.menu(id) : openMenu(id, { x: window.innerWidth / 2, y: window.innerHeight / 4 })
        }
      />
      <Help open={helpOpen()} onClose={() => setHelpOpen(false)} />
    </div>
  )
}
