import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { ProbeSummary } from '../../../src/api/types.ts'
import type { RequestError } from '../../data/api.ts'
import type { ResourceKind } from '../../domain/address/shown.ts'
import { boxStep } from '../../domain/resources/step.ts'
import { type HostUse, hostUses, type ResourceView } from '../../domain/resources/tree.ts'
import { noHostsWords } from '../../domain/resources/words.ts'
import { usedScale, zoomed } from '../../domain/resources/zoom.ts'
import type { EmptyFacts, EmptyWords } from '../../domain/words/empty-words.ts'
import { settings } from '../../settings.ts'
import { createResources } from '../../state/resources.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import { Sheet } from '../sheet/sheet.tsx'
import { SheetTool } from '../sheet/sheet-tool.tsx'
import { zoomSheet } from '../sheet/zoom-sheet.ts'
import { HostBoxes } from './host-boxes.tsx'
import './resources.css'

/** Props of {@link ResourcesView}. */
export interface ResourcesViewProps {
  readonly by: ResourceKind
  /** The query string with which a view is asked for. */
  readonly queryOf: (view: ResourceView) => string
  /** Whether what is shown stands still. */
  readonly paused: boolean
  /** Id of the node whose card is open. */
  readonly selected: string | undefined
  readonly beside: boolean
  /** Filter and options of the view. */
  readonly options: JSX.Element
  /** Explains why a view is empty. */
  readonly explain: (facts: EmptyFacts) => EmptyWords
  /** Undefined before they have been received. */
  readonly probes: readonly ProbeSummary[] | undefined
  /** Why the app cannot be reached. */
  readonly failure: RequestError | undefined
  readonly onBy: (by: ResourceKind) => void
  readonly onSelect: (view: ResourceView, id: string) => void
}

const kinds: readonly { readonly kind: ResourceKind; readonly label: string }[] = [
  { kind: 'cpu', label: 'CPU' },
  { kind: 'memory', label: 'Memory' },
]

/**
 * Hosts as frames as wide as what they have of a resource, filled with their containers and these with their processes, each as wide
 * as what it uses, live. What stays empty is unused.
 */
export function ResourcesView(props: ResourcesViewProps): JSX.Element {
  const streams = createResources(
    (view) => props.queryOf(view),
    () => props.paused,
  )
  const [width, setWidth] = createSignal(0)
  const [scale, setScale] = createSignal(1)
  let scroller!: HTMLElement

  const nodesOf = (view: ResourceView) => streams[view].content().graph.nodes
  const hosts = createMemo<readonly HostUse[]>(() =>
    hostUses(
      { hosts: nodesOf('hosts'), containers: nodesOf('containers'), processes: nodesOf('processes') },
      props.by,
    ),
  )
  const empty = createMemo(() => {
    const { content, state } = streams.hosts
    const { loaded, graph } = content()
    const { probes, failure, explain } = props
    return noHostsWords({ loaded, nodes: graph.nodes.size, stream: state(), probes, failure }, explain)
  })
  const zoom = (factor: number, at = scroller.clientWidth / 2) => {
    const next = zoomed({ scale: scale(), left: scroller.scrollLeft }, factor, at, width())
    setScale(next.scale)
    scroller.scrollLeft = next.left
  }
  /** As far in as the host that uses most allows. */
  const fit = () => {
    const used = usedScale(hosts())
    setScale(1)
    scroller.scrollLeft = 0
    if (used !== undefined) zoom(used, 0)
  }
  zoomSheet(() => scroller, {
    step: (by) => zoom(settings.camera.zoomStep ** by),
    turn: (deltaY, x) => zoom(Math.exp(-deltaY * settings.resources.wheelRate), x),
    all: () => zoom(0),
    resized: ({ clientWidth }) => setWidth(clientWidth - 2 * settings.resources.margin),
  })
  const onBoxKey = (event: KeyboardEvent) => {
    const all = [...scroller.querySelectorAll<HTMLElement>('[data-box]')]
    const next = boxStep(event, all.indexOf(document.activeElement as HTMLElement), all.length)
    if (next === undefined) return
    event.preventDefault()
    all[next]?.focus()
  }

  return (
    <Sheet
      testId="resources"
      beside={props.beside}
      options={props.options}
      bar={
        <div class="sheet-tools" role="toolbar" aria-label="Resources">
          <fieldset class="segments" aria-label="Width is">
            <span class="options-label">Width</span>
            <Keyed each={kinds} by={({ kind }) => kind}>
              {(one) => (
                <button
                  type="button"
                  class="segment"
                  data-testid="resource"
                  data-kind={one().kind}
                  aria-pressed={props.by === one().kind}
                  onClick={() => props.onBy(one().kind)}
                >
                  {one().label}
                </button>
              )}
            </Keyed>
          </fieldset>
          <SheetTool
            icon="plus"
            label="Zoom in"
            hint="Zoom in  +"
            onPress={() => zoom(settings.camera.zoomStep)}
          />
          <SheetTool
            icon="minus"
            label="Zoom out"
            hint="Zoom out  −"
            onPress={() => zoom(1 / settings.camera.zoomStep)}
          />
          <SheetTool
            icon="fit"
            label="Show all there is"
            hint="Show all there is  0"
            onPress={() => zoom(0)}
          />
          <button
            type="button"
            class="sheet-tool"
            data-testid="fit-used"
            title="Zoom in to what is used"
            onClick={fit}
          >
            What is used
          </button>
        </div>
      }
    >
      <section
        class="resources"
        aria-label="Hosts, and what of them is used. Left and right go from box to box, Enter opens one, plus and minus zoom."
        tabindex="-1"
        data-testid="hosts"
        data-takes-focus
        data-scale={scale()}
        ref={(element) => {
          scroller = element
        }}
        on:keydown={onBoxKey}
      >
        <Keyed each={hosts()} by={idOf}>
          {(host) => (
            <HostBoxes
              host={host()}
              kind={props.by}
              width={width() * scale()}
              nodesOf={nodesOf}
              selected={props.selected}
              onSelect={props.onSelect}
            />
          )}
        </Keyed>
        <Show when={hosts().length === 0}>
          <div class="sheet-empty" role="status" data-testid="empty" data-busy={empty().busy}>
            <p>{empty().title}</p>
            <p>{empty().detail}</p>
          </div>
        </Show>
      </section>
    </Sheet>
  )
}
