import { For, type JSX, Show } from 'solid-js'
import type { GroupingOffer } from '../../../src/api/types.ts'
import { Icon } from '../icon/icon.tsx'
import './group-by.css'

/** What {@link GroupBy} shows and tells. */
export interface GroupByProps {
  readonly choices: readonly GroupingOffer[]
  /** Value of the choice that holds; undefined = not folded. */
  readonly chosen: string | undefined
  readonly open: readonly { readonly id: string; readonly label: string }[]
  readonly onGroup: (value: string | undefined) => void
  /** Closes an open group; all of them with undefined. */
  readonly onClose: (id: string | undefined) => void
}

/** How the map is folded, and which groups are open, each with a way to close it. */
export function GroupBy(props: GroupByProps): JSX.Element {
  return (
    <Show when={props.choices.length > 0}>
      <div class="group-by options-group">
        <label class="group-by-choice">
          <span class="options-label">Group</span>
          <select
            data-testid="group-by"
            aria-label="Group by"
            onChange={(event) => props.onGroup(event.currentTarget.value || undefined)}
          >
            <option value="" selected={props.chosen === undefined}>
              none
            </option>
            <For each={props.choices}>
              {({ value, label, count }) => (
                <option value={value} selected={props.chosen === value}>
                  {count > 0 ? `${label} (${count})` : label}
                </option>
              )}
            </For>
          </select>
        </label>
        <For each={props.open.slice(0, 4)}>
          {({ id, label }) => (
            <button
              type="button"
              class="group-by-open"
              data-testid="open-group"
              data-id={id}
              title={`Close ${label}`}
              onClick={() => props.onClose(id)}
            >
              <span class="group-by-label">{label}</span>
              <Icon name="close" />
            </button>
          )}
        </For>
        <Show when={props.open.length > 1}>
          <button
            type="button"
            class="group-by-open"
            data-testid="close-groups"
            onClick={() => props.onClose(undefined)}
          >
            {props.open.length > 4 ? `close all ${props.open.length}` : 'close all'}
          </button>
        </Show>
      </div>
    </Show>
  )
}
