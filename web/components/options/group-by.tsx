import { type JSX, Show } from 'solid-js'
import type { GroupingOffer } from '../../../src/api/types.ts'
import type { FoldWords } from '../../domain/grouping/grouping.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import './group-by.css'

/** Props of {@link GroupBy}. */
export interface GroupByProps {
  readonly choices: readonly GroupingOffer[]
  /** Value of the chosen grouping; undefined = the view is not folded. */
  readonly chosen: string | undefined
  readonly open: readonly { readonly id: string; readonly label: string }[]
  /** The way back from what the map is folded by, or there. */
  readonly fold: FoldWords | undefined
  readonly onFold: (options: FoldWords['options']) => void
  readonly onGroup: (value: string | undefined) => void
  /** Closes an open group; all of them with undefined. */
  readonly onClose: (id: string | undefined) => void
}

/** Chooses how the map is folded into groups, and lists the open groups, each with a button that closes it. */
export function GroupBy(props: GroupByProps): JSX.Element {
  return (
    <Show when={props.choices.length > 0}>
      <div class="group-by options-group">
        <label class="group-by-choice">
          <span class="options-label">{props.chosen === undefined ? 'Group' : 'Grouped by'}</span>
          <select
            data-testid="group-by"
            aria-label="Group by"
            onChange={(event) => props.onGroup(event.currentTarget.value || undefined)}
          >
            <option value="" selected={props.chosen === undefined}>
              none
            </option>
            <Keyed each={props.choices} by={({ value }) => value}>
              {(choice) => (
                <option value={choice().value} selected={props.chosen === choice().value}>
                  {choice().count > 0 ? `${choice().label} (${choice().count})` : choice().label}
                </option>
              )}
            </Keyed>
          </select>
        </label>
        <Show when={props.fold}>
          {(fold) => (
            <button
              type="button"
              class="group-by-fold"
              data-testid="fold"
              onClick={() => props.onFold(fold().options)}
            >
              {fold().action}
            </button>
          )}
        </Show>
        <Keyed each={props.open.slice(0, 4)} by={idOf}>
          {(group) => (
            <button
              type="button"
              class="group-by-open"
              data-testid="open-group"
              data-id={group().id}
              title={`Close ${group().label}`}
              onClick={() => props.onClose(group().id)}
            >
              <span class="group-by-label">{group().label}</span>
              <Icon name="close" />
            </button>
          )}
        </Keyed>
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
