import { createEffect, createMemo, createSignal, type JSX, Show } from 'solid-js'
import { ringChoices } from '../../domain/node-look.ts'
import { chooseRing } from '../../domain/ring-choice.ts'
import { search } from '../../domain/search.ts'
import { findView, firstView, viewId, viewName, viewQuery } from '../../domain/views.ts'
import { createAppInfo } from '../../state/app-info.ts'
import { createDetails } from '../../state/details.ts'
import { createLiveView } from '../../state/live-view.ts'
import { createRouter } from '../../state/router.ts'
import { createTheme } from '../../state/theme.ts'
import { Card } from '../card/card.tsx'
import { Empty } from '../empty/empty.tsx'
import { Footer } from '../footer/footer.tsx'
import { Header } from '../header/header.tsx'
import { MapView } from '../map-view/map-view.tsx'
import { Options } from '../options/options.tsx'
import './app.css'

/** The page: the map, and what floats at its edges. */
export function App(): JSX.Element {
  const router = createRouter()
  const theme = createTheme()
  const info = createAppInfo(createMemo(() => router.route().options))
  const live = createLiveView()
  const [ringChoice, setRingChoice] = createSignal<string | undefined>()
  const [settled, setSettled] = createSignal(false)

  const found = createMemo(() => findView(info.views() ?? [], router.route().view))
  const view = createMemo(() => found()?.view)
  const currentId = createMemo(() => {
    const current = view()
    return current && viewId(current)
  })
  const query = createMemo(() => {
    const current = view()
    return current ? viewQuery(current, router.route().options) : ''
  })
  const matches = createMemo(() => search(live.content().graph.nodes.values(), router.route().search))
  const details = createDetails(() => {
    const nodeId = router.route().node
    const current = currentId()
    return nodeId && current ? { view: current, nodeId, query: query() } : undefined
  })
  const rings = createMemo(() => ringChoices(live.content().graph.nodes.values()), [], {
    equals: (a, b) => a.join('\n') === b.join('\n'),
  })
  const ring = createMemo(() => chooseRing(rings(), ringChoice()))

  createEffect(() => {
    const views = info.views()
    if (views && !found()) router.go({ view: firstView(views), node: undefined }, true)
  })
  createEffect(() => {
    const id = currentId()
    if (id) live.open(id, query())
  })
  createEffect(() => {
    const node = router.route().node
    const label = node && (details.node()?.label ?? live.content().graph.nodes.get(node)?.label)
    document.title = [label, viewName(info.views() ?? [], currentId()), 'Scope'].filter(Boolean).join(' · ')
  })

  const openNode = (node: string | undefined) => router.go({ node })
  const isEmpty = () => live.content().loaded && live.content().graph.nodes.size === 0

  return (
    <div class="app">
      <MapView
        content={live.content()}
        ring={ring()}
        live={live.state() === 'live'}
        selected={router.route().node}
        matches={matches()}
        theme={theme.theme()}
        onSelect={openNode}
        onSettled={setSettled}
      />
      <Show when={isEmpty() || !live.content().loaded || !settled()}>
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
        search={router.route().search}
        matches={matches()}
        total={live.content().graph.nodes.size}
        selected={router.route().node}
        onView={(id) => router.go({ view: id, node: undefined })}
        onSearch={(text) => router.go({ search: text }, true)}
        onOpen={openNode}
      />
      <Options
        view={view()}
        chosen={router.route().options}
        rings={rings()}
        ring={ring()}
        beside={router.route().node !== undefined}
        onChoose={(options) => router.go({ options })}
        onRing={setRingChoice}
      />
      <Show when={router.route().node}>
        {(nodeId) => (
          <Card
            nodeId={nodeId()}
            summary={live.content().graph.nodes.get(nodeId())}
            details={details}
            viewOf={(id) => viewName(info.views() ?? [], id)}
            onClose={() => openNode(undefined)}
            onOpen={(id, node) => router.go({ view: id, node })}
            view={currentId() ?? ''}
          />
        )}
      </Show>
      <Footer
        content={live.content()}
        view={view()}
        probes={info.probes()}
        stream={live.state()}
        theme={theme.theme()}
        onTheme={theme.toggle}
      />
    </div>
  )
}
