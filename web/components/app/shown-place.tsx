import { createMemo, type JSX, Show } from 'solid-js'
import { markedOnMap } from '../../domain/grouping/group-moves.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { resourceQuery } from '../../domain/resources/query.ts'
import type { ResourceView } from '../../domain/resources/tree.ts'
import { emptyWords } from '../../domain/words/empty-words.ts'
import type { AppState } from '../../state/app-state.ts'
import { createEdgeConnections } from '../../state/card/edge-connections.ts'
import { Empty } from '../empty/empty.tsx'
import { MapView } from '../map-view/map-view.tsx'
import { MatrixPlace } from '../matrix/matrix-place.tsx'
import { ResourcesPlace } from '../resources/resources-place.tsx'
import { TablePlace } from '../table/table-place.tsx'
import type { Commands } from './commands.ts'
import { Tools } from './tools.tsx'

/** What the view is shown as: its map, its table, or resources; and what is said while there is nothing to show. */
export function ShownPlace(props: {
  readonly app: AppState
  readonly commands: Commands
  /** How far above the lower edge of the page the options reach that lie over the map. */
  readonly optionsTop: number
}): JSX.Element {
  const { router, theme, info, live, current, card, near, lighter, rings, networks, sights, search } =
    props.app
  const { acting, navigation, nodeOf, isMap, settled, setSettled } = props.app
  const shown = () => router.route().shown
  const tableShown = createMemo(() => {
    const now = shown()
    return now.kind === 'table' ? now : undefined
  })
  const resourcesShown = createMemo(() => {
    const now = shown()
    return now.kind === 'resources' ? now : undefined
  })
  const resourcesQuery = (id: ResourceView) => {
    const filter = search.filter()
    const text = filter.kind === 'query' ? filter.text : ''
    return resourceQuery(info.views() ?? [], id, router.route().options, text)
  }
  const marked = () => {
    const { selected } = router.route()
    const details = card.details.answer()
    const around = details?.id === card.node() ? details?.group?.id : undefined
    return markedOnMap(selected, around, (id) => near.content().graph.nodes.has(id))
  }
  const inside = (edgeId: () => string | undefined) =>
    createEdgeConnections(() => {
      const [id, view] = [edgeId(), current.id()]
      return id && view ? { view, edgeId: id, query: current.query() } : undefined
    }).answer
  const openMenu = (id: string, at: Point) => acting.openMenu(nodeOf(id), at)
  const tools = () => <Tools app={props.app} commands={props.commands} />
  const asked = createMemo(() => {
    const { search: filter, hubs } = router.route()
    return JSON.stringify([current.id(), current.query(), filter, hubs, near.words()])
  })
  /** There is nothing to show, also before the view has come. */
  const isEmpty = () => live.content().graph.nodes.size === 0 || (isMap() && !settled())

  return (
    <>
      <Show when={isMap()}>
        <MapView
          content={near.content()}
          thinned={lighter.thinned()}
          ring={rings.shown()}
          layout={router.route().layout}
          live={live.state() === 'live' && !live.paused()}
          search={router.route().search}
          leftOut={current.leftOut()}
          sight={router.route().sight}
          arrivals={router.arrivals()}
          onSight={sights.note}
          selected={marked()}
          matches={networks.pointed() ?? search.found() ?? networks.held()}
          matchesFirst={networks.pointed() !== undefined}
          barsOf={networks.barsOf()}
          minimap={props.app.minimap.isShown()}
          optionsTop={props.optionsTop}
          theme={theme.look()}
          inside={inside}
          onSelect={navigation.select}
          onOpenGroup={navigation.openGroup}
          onCloseGroup={navigation.closeGroup}
          onMenu={openMenu}
          onSettled={setSettled}
          onPinned={props.app.setPinned}
          onSave={props.commands.savePicture}
          onPrint={() => props.commands.run('print')}
          onCommands={props.commands.takeMap}
        />
      </Show>
      <Show when={tableShown()}>
        {(table) => (
          <TablePlace
            content={near.content()}
            asked={asked()}
            nodeOf={nodeOf}
            leftOut={current.leftOut()}
            shown={table()}
            selected={card.node()}
            beside={card.isOpen()}
            matches={search.found()}
            typed={search.text()}
            options={tools()}
            viewName={current.nameOf}
            onShown={(next, replace) => router.go({ shown: next }, replace)}
            onSelect={(id) => navigation.select({ kind: 'node', id })}
            onOpenGroup={navigation.openIfGroup}
            onMenu={openMenu}
            onAct={acting.openBatchOf}
            onSheet={props.commands.takeSheet}
          />
        )}
      </Show>
      <Show when={shown().kind === 'matrix'}>
        <MatrixPlace
          content={near.content()}
          asked={asked()}
          selected={marked()}
          matches={search.found()}
          beside={card.isOpen()}
          options={tools()}
          inside={inside}
          onSelect={navigation.select}
          onMenu={openMenu}
        />
      </Show>
      <Show when={resourcesShown()}>
        {(resources) => (
          <ResourcesPlace
            by={resources().by}
            queryOf={resourcesQuery}
            paused={live.paused()}
            explain={emptyWords}
            probes={info.probes()}
            failure={info.failure()}
            selected={card.node()}
            beside={card.isOpen()}
            options={tools()}
            onBy={(by) => router.go({ shown: { kind: 'resources', by } })}
            onSelect={navigation.openNodeIn}
          />
        )}
      </Show>
      <Show when={!resourcesShown() && isEmpty()}>
        <Empty
          view={current.view()}
          content={live.content()}
          stream={live.state()}
          probes={info.probes()}
          failure={info.failure()}
        />
      </Show>
    </>
  )
}
