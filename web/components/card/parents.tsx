import { type JSX, Show } from 'solid-js'
import type { NodeSummary } from '../../../src/api/types.ts'
import { settings } from '../../settings.ts'
import { Keyed } from '../keyed/keyed.tsx'
import { createFold } from './facts/fold.tsx'

/** Props of {@link Parents}. */
export interface ParentsProps {
  readonly parents: NonNullable<NodeSummary['parents']>
  /** Name of a view by id. */
  readonly viewOf: (viewId: string) => string | undefined
  readonly onOpen: (viewId: string, nodeId: string) => void
}

/** What a node belongs to, each of which opens in its own view. Of many, the first ones. */
export function Parents(props: ParentsProps): JSX.Element {
  const fold = createFold(() => props.parents, settings.card.listFirst)
  return (
    <Show when={props.parents.length > 0}>
      <div class="card-parents">
        <ul aria-label="Belongs to">
          <Keyed each={fold.shown()} by={({ topologyId, id }) => `${topologyId} ${id}`}>
            {(parent) => {
              const view = () => props.viewOf(parent().topologyId) ?? parent().topologyId
              return (
                <li>
                  <button
                    type="button"
                    class="chip"
                    data-testid="parent"
                    title={`Show in ${view()}`}
                    onClick={() => props.onOpen(parent().topologyId, parent().id)}
                  >
                    <span class="chip-kind">{view()}</span>
                    <span class="chip-name">{parent().label}</span>
                  </button>
                </li>
              )
            }}
          </Keyed>
        </ul>
        <fold.Toggle />
      </div>
    </Show>
  )
}
