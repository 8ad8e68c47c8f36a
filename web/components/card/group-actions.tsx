import { type JSX, Show } from 'solid-js'
import type { NodeSummary } from '../../../src/api/types.ts'
import { isClosedGroup } from '../../domain/grouping/grouping.ts'

/** Props of {@link GroupActions}. */
export interface GroupActionsProps {
  readonly node: NodeSummary | undefined
  /** Whether the node itself is on the map. */
  readonly onMap: boolean
  readonly onOpenGroup: (id: string) => void
  readonly onCloseGroup: (id: string) => void
}

/** Buttons of a card: open the group that it is about; or close, or open, the group that its node is a member of. */
export function GroupActions(props: GroupActionsProps): JSX.Element {
  const closed = () => (props.node && isClosedGroup(props.node) ? props.node : undefined)
  const around = () => (closed() ? undefined : props.node?.group)
  return (
    <>
      <Show when={closed()}>
        {(group) => (
          <p class="card-actions">
            <button
              type="button"
              class="chip"
              data-testid="group-open"
              onClick={() => props.onOpenGroup(group().id)}
            >
              <span class="chip-name">Open on the map</span>
            </button>
          </p>
        )}
      </Show>
      <Show when={around()}>
        {(group) => (
          <p class="card-actions">
            <button
              type="button"
              class="chip"
              data-testid={props.onMap ? 'group-close' : 'group-show'}
              onClick={() => (props.onMap ? props.onCloseGroup : props.onOpenGroup)(group().id)}
            >
              <span class="chip-kind">{props.onMap ? 'Close the group' : 'Show it in the group'}</span>
              <span class="chip-name">{group().label}</span>
            </button>
          </p>
        )}
      </Show>
    </>
  )
}
