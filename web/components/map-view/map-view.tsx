import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { PARTS_THERE } from '../../data/load-part.ts'
import { whenIdle } from '../../data/when-idle.ts'
import type { LayoutKind } from '../../domain/address/layout-kind.ts'
import { nodeOf, type Selection } from '../../domain/address/route.ts'
import { drawnOf, type Thinned } from '../../domain/dense/lighter.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { type Walk, walkOn } from '../../domain/graph/near.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'
import type { Focus } from '../../domain/node/neighbours.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import type { Sight } from '../../domain/plot/sight.ts'
import { createToldSight } from '../../domain/plot/told-sight.ts'
import type { Direction } from '../../domain/search/step-to.ts'
import type { LeftOut } from '../../domain/views.ts'
import { createMap, type ScopeMap } from '../../map/map.ts'
import type { MapContent } from '../../map/renderer/content-sender.ts'
import type { Hover, HoverPlace, Rest } from '../../map/renderer/protocol.ts'
import { settings } from '../../settings.ts'
import { takeAwaitedFocus } from '../../state/page/give-focus.ts'
import type { FollowInside } from '../tooltip/create-pointed-edge.ts'
import { preloadTooltips } from '../tooltip/lazy-tooltips.ts'
import { covered } from './covered.ts'
import { listenToKeys } from './keys.ts'
import { MapTooltips } from './map-tooltips.tsx'
import { NodeList } from './node-list.tsx'
import { pinnedWords, pointedLabel } from './pointed-words.ts'
import { ZoomButtons } from './zoom-buttons.tsx'
import './map-view.css'

/** Props of {@link MapView}. */
export interface MapViewProps {
  readonly content: LiveContent
  /** Which edges are drawn only while they are looked at. */
  readonly thinned: Pick<Thinned, 'lighter' | 'placing'>
  readonly ring: string | undefined
  readonly layout: LayoutKind
  /** Whether a minimap is shown where not all is in sight. */
  readonly minimap: boolean
  /** How far above the lower edge the options reach, in pixels. */
  readonly optionsTop: number
  /** Whether the content is up to date. */
  readonly live: boolean
  /** The filter that the address asks for. */
  readonly search: string
  /** Kinds of nodes that the options of the view hide. */
  readonly leftOut: readonly LeftOut[]
  /** The part of the map to look at; undefined = all of it. */
  readonly sight: Sight | undefined
  /** How often the browser has led elsewhere, as by the way back. */
  readonly arrivals: number
  readonly selected: Selection | undefined
  /** What stays bright while the rest is dimmed: search results, or the members of a network. */
  readonly matches: Focus | undefined
  /** Whether they do even while a card is open. */
  readonly matchesFirst: boolean
  /** Finds the bars of a node; undefined = networks are not shown. */
  readonly barsOf: MapContent['barsOf']
  /** Changes whenever the values of colours do. */
  readonly theme: string
  /** Follows the connections within an edge, given its id. */
  readonly inside: FollowInside
  readonly onSelect: (selection: Selection | undefined) => void
  readonly onOpenGroup: (id: string) => void
  readonly onCloseGroup: (id: string) => void
  /** The menu of a node is asked for, at a place of the window. */
  readonly onMenu: (id: string, at: Point) => void
  /** Somebody has moved to a part of a view's map, or back to all of it. */
  readonly onSight: (view: string, sight: Sight | undefined) => void
  readonly onSettled: (isSettled: boolean) => void
  /** Which nodes are pinned, by id. */
  readonly onPinned: (pinned: ReadonlySet<string>) => void
  /** The map is to be saved as a picture: what is seen of it, or the whole. */
  readonly onSave: (format: 'svg' | 'png', whole: boolean) => void
  readonly onPrint: () => void
  /** Told what can be done with the map from elsewhere. */
  readonly onCommands: (commands: MapCommands) => void
}

/** What can be done with the map from elsewhere on the page. */
export interface MapCommands {
  fit(): void
  /** Lays out all nodes again. */
  tidy(): void
  zoomIn(): void
  zoomOut(): void
  /** Leaves the node that the arrow keys went to. */
  leave(): void
  /** Opens the closed group that the arrow keys went to or that is selected, or closes the open one around the node. */
  toggleGroup(): void
  /** Pins a node where it is, or lets go of it; without an id the one that the arrow keys went to, else the selected one. */
  pin(nodeId?: string): void
  unpinAll(): void
  /** The map as an SVG document; see `ScopeMap.picture`. */
  picture(whole: boolean, title: string, onPaper: boolean): Promise<string>
  /** Opens the menu of a node; without an id of the one that the arrow keys went to, else of the selected one. */
  menu(nodeId?: string): void
}

/** The map with its tooltip and buttons, and a list of its nodes and edges for screen readers. */
export function MapView(props: MapViewProps): JSX.Element {
  const [hover, setHover] = createSignal<Hover | undefined>()
  const [hoverPlace, setHoverPlace] = createSignal<HoverPlace>()
  const [rested, setRested] = createSignal<Rest>(atFirst)
  const [settled, setSettled] = createSignal(false)
  const [failure, setFailure] = createSignal<string>()
  const [map, setMap] = createSignal<ScopeMap>()
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let host!: HTMLDivElement
  let buttons!: HTMLElement
  const told = createToldSight((view, sight) => props.onSight(view, sight))

  const openNode = (id: string) => props.onSelect({ kind: 'node', id })
  const isSelected = (id: string) => nodeOf(props.selected) === id
  // Enter on a closed group that is already selected opens the group.
  const enterNode = (id: string) => {
    const node = props.content.graph.nodes.get(id)
    if (node && isClosedGroup(node) && isSelected(id)) props.onOpenGroup(id)
    else openNode(id)
  }
  const openMenu = (id: string, at: Point) => {
    const { left, top } = host.getBoundingClientRect()
    props.onMenu(id, { x: at.x + left, y: at.y + top })
  }
  const commands: MapCommands = {
    fit() {
      // At once, since the way back may come before the map is there.
      if (settled()) told.seen(view(), undefined)
      map()?.fit()
    },
    tidy: () => map()?.tidy(),
    zoomIn: () => map()?.zoomBy(settings.camera.zoomStep),
    zoomOut: () => map()?.zoomBy(1 / settings.camera.zoomStep),
    leave: () => map()?.leave(),
    toggleGroup: () => map()?.toggleGroup(),
    pin: (id) => map()?.pin(id),
    unpinAll: () => map()?.unpinAll(),
    picture: (...what) => map()?.picture(...what) ?? Promise.reject(new Error('There is no map yet.')),
    menu: (id) => map()?.menuOf(id),
  }
  // Compared by value: the route makes a new object of the same selection when a search or an option changes.
  const selected = createMemo(() => props.selected, undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  })
  const drawn = createMemo(() => {
    const chosen = selected()
    const nodes = [chosen, hover()].map(nodeOf).filter((id) => id !== undefined)
    const edge = chosen?.kind === 'edge' ? chosen : undefined
    return drawnOf(props.content.graph, props.thinned.lighter, { nodes: new Set(nodes), edge })
  })
  /** What the buttons cover in the lower right corner. */
  const corner = () => ({
    width: buttons.offsetWidth + settings.minimap.right,
    height: host.clientHeight - buttons.offsetTop,
  })
  let walk: Walk | undefined
  const byHeight = (a: string, b: string) => {
    const { listed } = rested()
    return (listed.get(a)?.y ?? 0) - (listed.get(b)?.y ?? 0) || (a < b ? -1 : 1)
  }
  /** Goes along edges from the selected node; not while the arrow keys have gone to another one. */
  const along = (direction: Direction): boolean => {
    const { graph } = props.content
    const chosen = nodeOf(props.selected)
    const pointed = nodeOf(hover())
    const next = walkOn(walk, graph, props.thinned.lighter, chosen, pointed, direction, byHeight)
    if (!next) return false
    walk = next
    openNode(next.at)
    return true
  }
  onMount(() => {
    const created = createMap(
      host,
      {
        hover: setHover,
        hoverPlace: setHoverPlace,
        select: (selection) => props.onSelect(selection),
        open: enterNode,
        openGroup: (id) => props.onOpenGroup(id),
        closeGroup: (id) => props.onCloseGroup(id),
        menu: openMenu,
        settled(isSettled) {
          setSettled(isSettled)
          props.onSettled(isSettled)
        },
        rest(rest) {
          setRested(rest)
          if (settled()) told.seen(rest.view, rest.sight)
        },
        failure: setFailure,
      },
      () => calm.matches,
      () => ({ ...covered(selected() !== undefined), corner: corner() }),
    )
    setMap(created)
    takeAwaitedFocus(host)
    props.onCommands(commands)
    const restyle = () => created.restyle()
    calm.addEventListener('change', restyle)
    // The colours may have been missing.
    window.addEventListener(PARTS_THERE, restyle)
    const stopKeys = listenToKeys(host, created, along)
    onCleanup(whenIdle(preloadTooltips))
    onCleanup(() => {
      calm.removeEventListener('change', restyle)
      window.removeEventListener(PARTS_THERE, restyle)
      stopKeys()
      created.stop()
    })
  })

  const pinned = createMemo(() => rested().pinned, atFirst.pinned, {
    equals: (a, b) => a.size === b.size && [...a].every((id) => b.has(id)),
  })
  createEffect(() => props.onPinned(pinned()))
  createEffect(() => map()?.layOut(props.layout))
  // Above the buttons, whose size depends on what presses them.
  const aboveButtons = () => corner().height + settings.minimap.gap
  createEffect(() => map()?.setOptions(props.optionsTop))
  createEffect(() => map()?.showMinimap(props.minimap ? aboveButtons() : undefined))
  createEffect(() => {
    const { view, graph, presence } = props.content
    const { thinned, ring, barsOf, live } = props
    map()?.show({ view, graph, presence, thinned, ring, barsOf, live })
  })
  // When the filter changes, the map is fitted so that the remaining nodes are in view. Another view is fitted by the
  // map itself.
  const filter = createMemo(() => props.content.query?.text)
  const view = createMemo(() => props.content.view)
  createEffect(
    on([filter, view], ([, view], before) => {
      if (told.filtered(view, props.search, before?.[1] === view && settled())) map()?.fit()
    }),
  )
  createEffect(() => {
    const sight = props.sight
    const shown = view()
    if (told.led(shown, sight, props.search, props.arrivals)) map()?.lookAt(shown, sight)
  })
  createEffect(() => map()?.highlight(props.matches, props.matchesFirst))
  let wasSettled = false
  createEffect(
    on([selected, settled, map], ([selection, isSettled]) => {
      const current = map()
      if (!current) return
      current.cover()
      current.select(selection)
      // Whoever is sent to a part of the map is to see that.
      const isJustOpened = isSettled && !wasSettled
      wasSettled = isSettled
      if (selection && isSettled && !(isJustOpened && props.sight)) current.reveal(selection)
    }),
  )
  createEffect(on([() => props.theme, map], () => map()?.restyle()))

  const pinnedHint = () => {
    const id = nodeOf(hover())
    const node = id !== undefined && pinned().has(id) ? props.content.graph.nodes.get(id) : undefined
    return node && pinnedWords(node)
  }

  return (
    <div class="map" data-testid="map" data-settled={settled()}>
      <div
        class="map-canvas"
        ref={(element) => {
          host = element
        }}
        id="map"
        data-takes-focus
        tabindex="0"
        role="application"
        aria-label="Map. Arrow keys go from node to node, from a chosen one along its connections. Enter opens one, Enter again opens a group, G opens or closes a group, M opens the menu of a node, P pins or unpins a node, plus and minus zoom, zero shows all, question mark lists all keys."
        title={pinnedHint()}
        data-testid="map-canvas"
        data-zoom={rested().camera.zoom}
        data-x={rested().camera.x}
        data-y={rested().camera.y}
      />
      <Show when={failure()}>
        <p class="map-failure" role="alert">
          {failure()}
        </p>
      </Show>
      <NodeList
        graph={drawn()}
        placed={rested().listed}
        tellsNetworks={props.barsOf !== undefined}
        pinned={pinned()}
        onOpen={enterNode}
        onMenu={(id) => map()?.menuOf(id)}
        onOpenEdge={({ source, target }) => props.onSelect({ kind: 'edge', source, target })}
      />
      <p class="for-readers" aria-live="polite">
        {pointedLabel(props.content, hover(), { pinned: pinned(), leftOut: props.leftOut })}
      </p>
      <MapTooltips
        content={props.content}
        hover={hover()}
        hoverPlace={hoverPlace()}
        pinned={pinned()}
        leftOut={props.leftOut}
        selected={selected()}
        inside={props.inside}
      />
      <ZoomButtons
        ref={(element) => {
          buttons = element
        }}
        onZoom={(factor) => map()?.zoomBy(factor)}
        onFit={commands.fit}
        onTidy={commands.tidy}
        onSave={props.onSave}
        onPrint={props.onPrint}
        beside={props.selected !== undefined}
      />
    </div>
  )
}

const atFirst: Rest = {
  ...{ view: '', camera: { zoom: 1, x: 0, y: 0 }, sight: undefined },
  ...{ listed: new Map(), pinned: new Set() },
}
