import { createEffect, createMemo, type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { namesOfNodes, nodeNamed } from '../../domain/happening/node-names.ts'
import type { AppState } from '../../state/app-state.ts'
import { createCardNames } from '../../state/card/card-names.ts'
import type { ExplainProps } from '../card/explain/explain.tsx'
import { CardStack } from '../card/stack/card-stack.tsx'

const Card = lazy(async () => ({ default: (await loadPart(() => import('../card/card.tsx'))).Card }))
const EdgeCard = lazy(async () => ({
  default: (await loadPart(() => import('../edge-card/edge-card.tsx'))).EdgeCard,
}))

/** Id of the view that shows every process. */
const processesView = 'processes'

/** The open card, of a node or an edge, with those below it. Its code is loaded when the map is there, before somebody asks for it. */
export function CardPlace(props: { readonly app: AppState }): JSX.Element {
  const { router, info, live, current, card, explaining, acting, navigation, search, nodeOf } = props.app
  const { near, hubs, lighter, isMap } = props.app
  const isMapThere = createMemo(() => live.content().loaded)
  createEffect(() => {
    if (isMapThere()) for (const part of [Card, EdgeCard]) void part.preload()
  })
  const nameOf = createCardNames({
    places: () => {
      const { view, selected, below } = router.route()
      return view !== undefined && selected ? [...below, { view, selected }] : below
    },
    shown: () => {
      const { view, graph, loaded } = live.content()
      const shown = router.route().view ?? view
      return { view: shown, graph: loaded && shown === view ? graph : undefined }
    },
    queryOf: current.queryOf,
  })
  const explained = (nodeId: string): ExplainProps => ({
    get names() {
      return [...namesOfNodes(live.content().graph).keys()]
    },
    get other() {
      return explaining.other()
    },
    onOther(name) {
      if (name === undefined) explaining.stop()
      else explaining.ask(nodeId, name)
    },
    takesFocus: explaining.takesFocus,
    facts(name) {
      const { graph } = live.content()
      return {
        graph,
        shown: near.content().graph,
        hubs: hubs.hidden(),
        near: near.isNarrowed() ? near.words()?.text : undefined,
        lighter: isMap() ? lighter.thinned().lighter : new Set(),
        one: nodeId,
        other: nodeNamed(namesOfNodes(graph), name),
        otherName: name,
        filter: router.route().search,
        leftOut: current.leftOut().map(({ what }) => what),
        probes: info.probes() ?? [],
      }
    },
  })
  const queries = createMemo(() =>
    [search.read(), search.filter()].flatMap((read) => (read.kind === 'query' ? [read.query] : [])),
  )
  const stack = () => (
    <CardStack
      cards={router.route().below.map((place) => ({
        name: nameOf(place),
        view: current.nameOf(place.view) ?? place.view,
      }))}
      onReturn={navigation.returnTo}
      onCloseAll={() => navigation.select(undefined)}
    />
  )
  return (
    <>
      <Show when={card.node()}>
        {(nodeId) => (
          <Card
            nodeId={nodeId()}
            summary={nodeOf(nodeId())}
            details={card.details}
            probes={info.probes()}
            events={card.events}
            onEvent={navigation.openEventCard}
            span={card.span()}
            onSpan={card.setSpan}
            viewOf={current.nameOf}
            acting={acting}
            stack={stack()}
            queries={queries()}
            explain={explained(nodeId())}
            onClose={navigation.closeCard}
            onOpenGroup={navigation.openGroup}
            onCloseGroup={navigation.closeGroup}
            onOpen={navigation.openNodeCard}
            onOpenEdge={navigation.openEdgeCard}
            view={current.id() ?? ''}
          />
        )}
      </Show>
      <Show when={card.ends()}>
        {(ends) => (
          <EdgeCard
            source={ends().source}
            target={ends().target}
            edge={card.edge()}
            nodes={live.content().graph.nodes}
            connections={card.connections}
            probes={info.probes()}
            asked={live.content().asked}
            loaded={live.content().loaded}
            demo={info.isDemo()}
            stack={stack()}
            onClose={navigation.closeCard}
            onOpenNode={(id) => navigation.openNodeCard(current.id() ?? '', id)}
            onOpenProcess={(id) => navigation.openNodeCard(processesView, id)}
          />
        )}
      </Show>
    </>
  )
}
