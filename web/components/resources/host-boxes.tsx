import { createMemo, type JSX, Show } from 'solid-js'
import type { NodeSummary } from '../../../src/api/types.ts'
import type { ResourceKind } from '../../domain/address/shown.ts'
import { colourOf } from '../../domain/node/node-look.ts'
import { type Box, hostBoxes } from '../../domain/resources/boxes.ts'
import { steadyOrder } from '../../domain/resources/steady-order.ts'
import type { HostUse, ResourceView } from '../../domain/resources/tree.ts'
import { amountParts, boxName, boxWords, hostWords } from '../../domain/resources/words.ts'
import { settings } from '../../settings.ts'
import { Keyed } from '../keyed/keyed.tsx'

/** Props of {@link HostBoxes}. */
export interface HostBoxesProps {
  readonly host: HostUse
  readonly kind: ResourceKind
  /** Width of the host's capacity, in pixels. */
  readonly width: number
  readonly nodesOf: (view: ResourceView) => ReadonlyMap<string, NodeSummary>
  /** Id of the node whose card is open. */
  readonly selected: string | undefined
  readonly onSelect: (view: ResourceView, id: string) => void
}

/** A host: a frame as wide as its capacity, and in it what runs on it. */
export function HostBoxes(props: HostBoxesProps): JSX.Element {
  // Boxes stay about where they are while numbers change.
  const steady = createMemo<HostUse>((before) => {
    const { host } = props
    const ids = (uses: readonly { readonly id: string }[] = []) => uses.map(({ id }) => id)
    return {
      ...host,
      containers: steadyOrder(ids(before?.containers), host.containers),
      processes: steadyOrder(ids(before?.processes), host.processes),
    }
  }, props.host)
  const boxes = createMemo(() =>
    hostBoxes(steady(), { width: props.width, widthMin: settings.resources.boxMin }),
  )
  const usedWidth = () =>
    (props.width * Math.min(props.host.value, props.host.capacity)) / props.host.capacity
  const colour = (box: Box) => {
    const of = box.view === 'processes' && box.parent !== undefined ? box.parent : box.use?.id
    const node = props.nodesOf(box.parent === undefined ? box.view : 'containers').get(of ?? '')
    return node && colourOf(node)
  }
  return (
    <section
      class="host"
      aria-label={`${props.host.label}, ${hostWords(props.host, props.kind)}`}
      data-testid="host"
      data-label={props.host.label}
    >
      <button
        type="button"
        class="host-head"
        data-box
        data-testid="host-head"
        aria-current={props.selected === props.host.id ? 'true' : undefined}
        onClick={() => props.onSelect('hosts', props.host.id)}
      >
        <b>{props.host.label}</b> <span>{hostWords(props.host, props.kind)}</span>
      </button>
      <div class="host-frame" style={{ width: `${props.width}px` }}>
        <div class="host-used" style={{ width: `${usedWidth()}px` }} />
        <Keyed each={boxes()} by={({ key }) => key}>
          {(box) => (
            <button
              type="button"
              class="box"
              data-box
              data-testid="box"
              data-kind={box().kind}
              data-view={box().view}
              data-inside={box().parent !== undefined}
              data-label={box().use?.label}
              data-share={box().value / props.host.capacity}
              data-colour={colour(box())}
              aria-current={box().use !== undefined && props.selected === box().use?.id ? 'true' : undefined}
              aria-label={boxWords(box(), props.host, props.kind)}
              title={boxWords(box(), props.host, props.kind)}
              tabindex="-1"
              style={{ left: `${box().x}px`, width: `${box().width}px` }}
              onClick={() => {
                const { use, view } = box()
                if (use) props.onSelect(view, use.id)
              }}
            >
              <Show when={box().width >= settings.resources.labelMin}>
                <span class="box-name">{boxName(box())}</span>{' '}
                <Show when={box().parent === undefined}>
                  <span class="box-value">
                    <span>{amountParts(box().value, props.kind)[0]}</span>
                    <span>{amountParts(box().value, props.kind)[1]}</span>
                  </span>
                </Show>
              </Show>
            </button>
          )}
        </Keyed>
      </div>
    </section>
  )
}
