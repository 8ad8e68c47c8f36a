import { type JSX, Match, Show, Switch } from 'solid-js'
import type { QuerySummary } from '../../../src/api/types.ts'
import type { NearWords } from '../../domain/graph/near.ts'
import { filterParts, type ReadQuery } from '../../domain/search/search.ts'
import type { LeftOut } from '../../domain/views.ts'
import { count } from '../../domain/words/format.ts'
import { Icon } from '../icon/icon.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import './filter.css'

/** Props of {@link Filter}. */
export interface FilterProps {
  readonly filter: ReadQuery
  /** How much the filter selects and hides; undefined until the app has answered. */
  readonly summary: QuerySummary | undefined
  /** Kinds of nodes that the options hide, so that no filter can find them. */
  readonly leftOut: readonly LeftOut[]
  /** Shows them. */
  readonly onAllShown: () => void
  /** A card is open at the right, so stay left of it. */
  readonly beside: boolean
  /** Sets another filter; an empty text removes it. */
  readonly onFilter: (text: string) => void
  /** Nothing is shown but what is near a node: which, in words. */
  readonly near: NearWords | undefined
  /** Shows all again, not only what is near. */
  readonly onNotNear: () => void
  /** How many hubs are hidden, in words; undefined while they are shown. */
  readonly hubs: string | undefined
  readonly onHubs: () => void
  /** What is typed into the search box, and how many nodes match that. */
  readonly typed: ReadQuery
  readonly found: number
  /** Shows only what matches; or, when that is what is shown, dims the rest instead. */
  readonly onOnlyMatches: () => void
  /** Acts on what the filter selects. */
  readonly onAct: () => void
}

/** The filter of the map, as a list of terms that can each be removed, and how many nodes it selects. */
export function Filter(props: FilterProps): JSX.Element {
  const parts = () => (props.filter.kind === 'query' ? filterParts(props.filter.query) : [])
  const failed = () => (props.filter.kind === 'error' ? props.filter : undefined)
  const leftOut = () => props.leftOut.map(({ what }) => what).join(', ')
  const marks = () => props.typed.kind === 'query' && props.found > 0
  const isShown = () =>
    props.filter.kind !== 'empty' || props.near !== undefined || props.hubs !== undefined || marks()
  return (
    <Show when={isShown()}>
      <div class="filter" role="toolbar" aria-label="Filter" data-testid="filter" data-beside={props.beside}>
        <Show when={props.near}>
          {(words) => <Chip text={words().text} label={words().remove} onRemove={props.onNotNear} />}
        </Show>
        <Show when={props.hubs}>
          {(words) => <Chip text={words()} label="Show hubs  H" onRemove={props.onHubs} />}
        </Show>
        <Switch>
          <Match when={failed()}>
            {(error) => (
              <Chip
                text={error().text}
                label="Remove the filter"
                broken
                onRemove={() => props.onFilter('')}
              />
            )}
          </Match>
          <Match when={parts().length > 0}>
            <Keyed each={parts()} by={idOf}>
              {(part) => (
                <Chip
                  text={part().text}
                  label={`Remove the filter ${part().text}`}
                  onRemove={() => props.onFilter(part().rest)}
                />
              )}
            </Keyed>
          </Match>
        </Switch>
        <p class="filter-count" data-testid="filter-count">
          <Show when={failed()} fallback={shownWords(props.summary)}>
            {(error) => `Everything is shown: ${error().error.message}`}
          </Show>
        </p>
        <Show when={!failed() && (props.summary?.matched ?? 0) > 0}>
          <button
            type="button"
            class="filter-act surface"
            data-testid="act-on-matches"
            title="Act on what the filter selects  A"
            onClick={() => props.onAct()}
          >
            {actWords(props.summary?.matched ?? 0)}
          </button>
        </Show>
        <Show when={marks() || (props.typed.kind === 'empty' && parts().length > 0)}>
          <button
            type="button"
            class="filter-act surface"
            data-testid="only-matches"
            title={marks() ? 'Shows nothing else  O' : 'Shows all again, and dims what does not match  O'}
            onClick={() => props.onOnlyMatches()}
          >
            {marks() ? `Only these ${count(props.found)}` : 'Dim the rest instead'}
          </button>
        </Show>
        <Show when={parts().length > 0 && props.leftOut.length > 0}>
          <p class="filter-count" data-testid="left-out">
            · {leftOut()} hidden{' '}
            <button type="button" class="filter-show" onClick={() => props.onAllShown()}>
              show
              <span class="for-readers"> what is {leftOut()}</span>
            </button>
          </p>
        </Show>
      </div>
    </Show>
  )
}

function Chip(props: {
  readonly text: string
  readonly label: string
  readonly broken?: boolean
  readonly onRemove: () => void
}): JSX.Element {
  return (
    <span class="filter-chip surface" data-testid="filter-chip" data-broken={props.broken}>
      <span class="filter-text mono">{props.text}</span>
      <button type="button" aria-label={props.label} title={props.label} onClick={() => props.onRemove()}>
        <Icon name="close" />
      </button>
    </span>
  )
}

function shownWords(summary: QuerySummary | undefined): string {
  return summary ? `${count(summary.matched)} of ${count(summary.matched + summary.hidden)} shown` : ''
}

function actWords(matched: number): string {
  return matched === 1 ? 'Act on this one …' : `Act on these ${count(matched)} …`
}
