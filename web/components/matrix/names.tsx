import type { JSX } from 'solid-js'
import type { Point } from '../../domain/plot/geometry.ts'
import { Keyed } from '../keyed/keyed.tsx'

/** Props of {@link Names}. */
export interface NamesProps {
  readonly kind: 'row' | 'column'
  /** Ids of nodes, in their order. */
  readonly ids: readonly string[]
  readonly label: (id: string) => string
  /** Index of the one that is pointed at. */
  readonly current: number | undefined
  /** Id of the node whose card is open. */
  readonly selected: string | undefined
  readonly isFaint: (id: string) => boolean
  /** Whether a node is there still: a line that is held under the pointer may be of one that is gone. */
  readonly isPresent: (id: string) => boolean
  /** The pointer is on the name of this index, or has left. */
  readonly onPoint: (at: number | undefined) => void
  readonly onOpen: (id: string) => void
  readonly onMenu: (id: string, at: Point) => void
}

/** The names beside the rows of a matrix, or above its columns. A press opens the card of the node. */
export function Names(props: NamesProps): JSX.Element {
  return (
    <div class="matrix-names" data-kind={props.kind}>
      <Keyed each={props.ids.map((id, at) => ({ id, at }))} by={({ id }) => id}>
        {(one) => (
          <button
            type="button"
            class="matrix-name"
            tabindex="-1"
            title={props.label(one().id)}
            data-testid={`matrix-${props.kind}`}
            data-current={props.current === one().at || undefined}
            data-selected={props.selected === one().id || undefined}
            data-faint={props.isFaint(one().id) || undefined}
            data-gone={!props.isPresent(one().id) || undefined}
            onPointerEnter={() => props.onPoint(one().at)}
            onPointerLeave={() => props.onPoint(undefined)}
            onClick={() => props.isPresent(one().id) && props.onOpen(one().id)}
            onContextMenu={(event) => {
              event.preventDefault()
              if (props.isPresent(one().id)) props.onMenu(one().id, { x: event.clientX, y: event.clientY })
            }}
          >
            <span>{props.label(one().id)}</span>
          </button>
        )}
      </Keyed>
    </div>
  )
}
