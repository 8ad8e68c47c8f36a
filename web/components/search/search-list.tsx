import { createEffect, createMemo, Index, type JSX, Show } from 'solid-js'
import type { CompletionItem, SearchMatch } from '../../../src/api/types.ts'
import { errorPlace, type ReadQuery } from '../../domain/search/search.ts'
import {
  fieldWords,
  type Suggestion,
  type SuggestionList,
  suggestionId,
} from '../../domain/search/suggestions.ts'
import { count } from '../../domain/words/format.ts'
import { Keyed } from '../keyed/keyed.tsx'
import { Marked } from '../marked/marked.tsx'
import { listId, optionId } from './search-ids.ts'
import './search-list.css'

/** Props of {@link SearchList}. */
export interface SearchListProps {
  readonly list: SuggestionList
  readonly read: ReadQuery
  /** Id of the suggestion that is chosen by keys; undefined = none. */
  readonly active: string | undefined
  readonly onActive: (id: string) => void
  readonly onChoose: (suggestion: Suggestion) => void
}

/** The list below the search box: completions, matches by view, and what Enter does or why it does nothing. */
export function SearchList(props: SearchListProps): JSX.Element {
  const places = createMemo(() => new Map(props.list.all.map((one, at) => [suggestionId(one), at])))
  const error = createMemo(() => (props.read.kind === 'error' ? props.read : undefined))
  createEffect(() => {
    const place = props.active === undefined ? undefined : places().get(props.active)
    if (place !== undefined) document.getElementById(optionId(place))?.scrollIntoView({ block: 'nearest' })
  })

  // The focus stays in the search box, which handles the keys that choose an option.
  const option = (id: string, content: JSX.Element) => (
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      class="search-option"
      id={optionId(places().get(id) ?? -1)}
      role="option"
      data-testid="search-option"
      aria-selected={id === props.active}
      onPointerMove={() => props.onActive(id)}
      onClick={() => {
        const suggestion = props.list.all[places().get(id) ?? -1]
        if (suggestion) props.onChoose(suggestion)
      }}
    >
      {content}
    </div>
  )

  return (
    // A press here must not take the focus from the search box.
    <div class="search-panel surface" onPointerDown={(event) => event.preventDefault()}>
      <div class="search-list" id={listId} role="listbox" aria-label="Suggestions">
        <Show when={props.list.completions.length > 0}>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box */}
          <div role="group" aria-label="Complete">
            <Keyed each={props.list.completions} by={completionId}>
              {(item) =>
                option(
                  completionId(item()),
                  <>
                    <span class="search-term">{item().text}</span>
                    <span class="search-detail">{item().detail || nodesWords(item().count)}</span>
                  </>,
                )
              }
            </Keyed>
          </div>
        </Show>
        <Keyed each={props.list.groups} by={({ view }) => view}>
          {(group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
            <div role="group" aria-label={group().name}>
              <p class="search-view" data-testid="search-view" data-view={group().view}>
                {group().name} <span>{count(group().matched)}</span>
              </p>
              <Keyed each={group().matches} by={matchId}>
                {(match) => option(matchId(match()), <Match match={match()} />)}
              </Keyed>
            </div>
          )}
        </Keyed>
      </div>
      <Show when={error()} fallback={<p class="search-hint">{hint(props.read)}</p>}>
        {(failed) => (
          <div class="search-error" data-testid="search-error" role="status">
            <p class="mono search-error-place" aria-hidden="true">
              {errorPlace(failed()).before}
              <mark>{errorPlace(failed()).at || '\u00a0'}</mark>
              {errorPlace(failed()).after}
            </p>
            <p>{capital(failed().error.message)}</p>
          </div>
        )}
      </Show>
    </div>
  )
}

function completionId(item: CompletionItem): string {
  return suggestionId({ kind: 'completion', item })
}

function matchId(match: SearchMatch): string {
  return suggestionId({ kind: 'match', match })
}

function Match(props: { readonly match: SearchMatch }): JSX.Element {
  const isOwnName = () => props.match.field === 'name' && !props.match.member
  const what = () => {
    const { member, field } = props.match
    if (!member) return fieldWords(props.match)
    return field === 'name' ? 'in it: ' : `${member.label}, ${fieldWords(props.match)}`
  }
  return (
    <>
      <span class="search-name">
        <Show when={isOwnName()} fallback={props.match.label}>
          <Marked text={props.match.text} ranges={props.match.ranges} />
        </Show>
      </span>
      <span class="search-details">
        <span class="search-detail">
          <Show when={!isOwnName()} fallback={props.match.labelMinor}>
            {what()}
            <Marked text={props.match.text} ranges={props.match.ranges} />
          </Show>
        </span>
        {/* They are new objects with each answer. */}
        <Index each={props.match.also}>
          {(one) => (
            <span class="search-detail">
              {fieldWords(one())}
              <Marked text={one().text} ranges={one().ranges} />
            </span>
          )}
        </Index>
        <Show when={props.match.more}>{(more) => <span class="search-detail">and {more()} more</span>}</Show>
      </span>
    </>
  )
}

function nodesWords(nodes: number | undefined): string {
  return nodes === undefined ? '' : count(nodes)
}

function hint(read: ReadQuery): string {
  return read.kind === 'empty'
    ? 'For example: image:nginx cpu>2% -is:stopped'
    : 'Enter shows only what matches, Ctrl Enter acts on it'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
