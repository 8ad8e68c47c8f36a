import { createEffect, createMemo, For, type JSX, Show } from 'solid-js'
import type { CompletionItem, SearchMatch } from '../../../src/api/types.ts'
import { count } from '../../domain/format.ts'
import { errorPlace, type ReadQuery } from '../../domain/search.ts'
import { marked, type Suggestion, type SuggestionList } from '../../domain/suggestions.ts'
import './search-list.css'

/** What {@link SearchList} shows and tells. */
export interface SearchListProps {
  readonly list: SuggestionList
  readonly read: ReadQuery
  /** Which of all suggestions is chosen by keys; −1 = none. */
  readonly active: number
  readonly onActive: (index: number) => void
  readonly onChoose: (suggestion: Suggestion) => void
}

/** Id of the list, for the box that it belongs to. */
export const listId = 'search-list'

/** Id of a suggestion by its place in the list. */
export function optionId(index: number): string {
  return `search-option-${index}`
}

/** Below the search box: ways to go on, what was found in each view, and what Enter does or why it does nothing. */
export function SearchList(props: SearchListProps): JSX.Element {
  const indexOf = (of: CompletionItem | SearchMatch) =>
    props.list.all.findIndex((one) => (one.kind === 'completion' ? one.item : one.match) === of)
  const error = createMemo(() => (props.read.kind === 'error' ? props.read : undefined))
  createEffect(() => {
    if (props.active >= 0)
      document.getElementById(optionId(props.active))?.scrollIntoView({ block: 'nearest' })
  })

  // The focus stays in the box, whose keys choose here.
  const option = (of: CompletionItem | SearchMatch, content: JSX.Element) => (
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      class="search-option"
      id={optionId(indexOf(of))}
      role="option"
      data-testid="search-option"
      aria-selected={indexOf(of) === props.active}
      onPointerMove={() => props.onActive(indexOf(of))}
      onClick={() => {
        const suggestion = props.list.all[indexOf(of)]
        if (suggestion) props.onChoose(suggestion)
      }}
    >
      {content}
    </div>
  )

  return (
    // The box keeps the focus whatever is pressed here.
    <div class="search-panel surface" onPointerDown={(event) => event.preventDefault()}>
      <div class="search-list" id={listId} role="listbox" aria-label="Suggestions">
        <Show when={props.list.completions.length > 0}>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box */}
          <div role="group" aria-label="Complete">
            <For each={props.list.completions}>
              {(item) =>
                option(
                  item,
                  <>
                    <span class="search-term">{item.text}</span>
                    <span class="search-detail">{item.detail || nodesWords(item.count)}</span>
                  </>,
                )
              }
            </For>
          </div>
        </Show>
        <For each={props.list.groups}>
          {(group) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
            <div role="group" aria-label={group.name}>
              <p class="search-view" data-testid="search-view" data-view={group.view}>
                {group.name} <span>{count(group.matched)}</span>
              </p>
              <For each={group.matches}>{(match) => option(match, <Match match={match} />)}</For>
            </div>
          )}
        </For>
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

function Match(props: { readonly match: SearchMatch }): JSX.Element {
  const isOwnName = () => props.match.field === 'name' && !props.match.member
  const what = () => {
    const { member, field, fieldLabel } = props.match
    if (!member) return `${fieldLabel}: `
    return field === 'name' ? 'in it: ' : `${member.label}, ${fieldLabel}: `
  }
  return (
    <>
      <span class="search-name">
        <Show when={isOwnName()} fallback={props.match.label}>
          <Marked text={props.match.text} ranges={props.match.ranges} />
        </Show>
      </span>
      <span class="search-detail">
        <Show when={!isOwnName()} fallback={props.match.labelMinor}>
          {what()}
          <Marked text={props.match.text} ranges={props.match.ranges} />
        </Show>
      </span>
    </>
  )
}

function Marked(props: { readonly text: string; readonly ranges: SearchMatch['ranges'] }): JSX.Element {
  return (
    <For each={marked(props.text, props.ranges)}>
      {(part) => (part.mark ? <mark>{part.text}</mark> : part.text)}
    </For>
  )
}

function nodesWords(nodes: number | undefined): string {
  return nodes === undefined ? '' : count(nodes)
}

function hint(read: ReadQuery): string {
  return read.kind === 'empty'
    ? 'For example: image:nginx cpu>2% -is:stopped'
    : 'Enter shows only what matches'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
