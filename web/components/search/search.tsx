import { createEffect, createMemo, createSignal, type JSX, lazy, on, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { commandFor, searchKeys } from '../../domain/keys/keys.ts'
import { narrowest, withoutLastTerm } from '../../domain/search/search.ts'
import { backspaceWidens, escapeCloses, stepRound, tabTakes } from '../../domain/search/search-box.ts'
import { completed, type Suggestion, suggestionId, suggestionList } from '../../domain/search/suggestions.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import { giveFocusBack } from '../../state/page/give-focus.ts'
import type { SearchState } from '../../state/search/search.ts'
import { Icon } from '../icon/icon.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'
import { listId, optionId } from './search-ids.ts'
import './search.css'

const SearchList = lazy(async () => ({
  default: (await loadPart(() => import('./search-list.tsx'))).SearchList,
}))

/** Props of {@link Search}. */
export interface SearchProps {
  readonly state: SearchState
  /** Nodes on the map. */
  readonly total: number
  /** Id of the view that is shown. */
  readonly view: string | undefined
  /** Makes a query the filter of the map. */
  readonly onFilter: (text: string) => void
  readonly onOpen: (view: string, nodeId: string) => void
  /** Acts on what a query selects. */
  readonly onAct: (query: string) => void
  /** Told the field, which keys and the command palette give the focus to. */
  readonly onInput: (input: HTMLInputElement) => void
}

/**
 * The search box. While typing, matches are highlighted on the map. The arrow keys
 * choose in the list below, Tab completes, Enter makes the query the filter of the map and with ⌘ or Ctrl acts on what it
 * selects, Backspace in the empty box removes the last term of the filter, Escape closes the list, then empties the box and gives the
 * focus back.
 */
export function Search(props: SearchProps): JSX.Element {
  const [focused, setFocused] = createSignal(false)
  const [closed, setClosed] = createSignal(false)
  const [active, setActive] = createSignal<string>()
  /** The term that Backspace has removed, as a screen reader is to tell it. */
  const [removed, setRemoved] = createSignal('')
  let input!: HTMLInputElement
  let before: EventTarget | null = null

  const text = () => props.state.text()
  const open = () => focused() && !closed()
  const completion = createMemo(() => (open() ? props.state.completion() : { from: 0, to: 0, items: [] }))
  const list = createMemo(() => {
    const typed = props.state.read().kind === 'query' ? props.state.results() : undefined
    return suggestionList(text(), completion(), typed, props.view, settings.search)
  })
  createEffect(on([text, open], () => setActive(undefined)))
  createEffect(on([text, focused], () => setRemoved('')))
  const activePlace = () => list().all.findIndex((one) => suggestionId(one) === active())

  const type = (next: string, caret: number) => {
    props.state.type(next, caret)
    setClosed(false)
  }
  const choose = (suggestion: Suggestion) => {
    if (suggestion.kind === 'match') {
      setClosed(true)
      props.onOpen(suggestion.match.view, suggestion.match.id)
      return
    }
    const next = completed(text(), completion(), suggestion.item)
    type(next.text, next.at)
    input.value = next.text
    input.setSelectionRange(next.at, next.at)
  }
  const query = () => narrowest(props.state.read(), props.state.filter())
  const filter = () => {
    const all = query()
    if (all === undefined) return
    props.onFilter(all)
    type('', 0)
    setClosed(true)
  }
  const widen = () => {
    const widened = withoutLastTerm(props.state.filter())
    if (!widened) return
    props.onFilter(widened.rest)
    setRemoved(widened.words)
  }
  const act = () => {
    const all = query()
    if (all !== undefined) props.onAct(all)
  }
  const step = (by: -1 | 1) => {
    setClosed(false)
    const { all } = list()
    const next = all[stepRound(activePlace(), by, all.length) ?? -1]
    if (next) setActive(suggestionId(next))
  }

  const onKey = (event: KeyboardEvent) => {
    const shown = open() ? list().all : []
    const at = activePlace()
    switch (commandFor(searchKeys, event)) {
      case 'choose':
        event.preventDefault()
        return step(event.key === 'ArrowDown' ? 1 : -1)
      case 'act':
        return act()
      case 'filter':
        return shown[at] ? choose(shown[at]) : filter()
      case 'widen': {
        const selection = { start: input.selectionStart ?? 0, end: input.selectionEnd ?? 0 }
        return backspaceWidens(text(), selection, at, event.repeat) ? widen() : undefined
      }
      case 'complete': {
        const taken = tabTakes(text(), shown, at)
        if (!taken) return
        event.preventDefault()
        return choose(taken)
      }
      case 'close':
        // It is no key of the card beside it.
        event.preventDefault()
        if (escapeCloses(text(), open(), shown.length)) return setClosed(true)
        props.state.type('', 0)
        giveFocusBack(before instanceof Element ? before : undefined)
    }
  }
  const onCaret = () => props.state.moveCaret(input.selectionStart ?? text().length)
  const foundCount = () => props.state.found()?.nodes.size

  return (
    <search class="search" data-focused={focused()}>
      <Icon name="search" />
      <input
        ref={(element) => {
          input = element
          props.onInput(element)
        }}
        type="text"
        data-testid="search"
        role="combobox"
        aria-label="Search nodes and connections"
        aria-autocomplete="list"
        aria-expanded={open()}
        aria-controls={listId}
        aria-activedescendant={activePlace() >= 0 ? optionId(activePlace()) : undefined}
        aria-invalid={props.state.read().kind === 'error'}
        placeholder="Search, or type a query"
        autocomplete="off"
        spellcheck={false}
        maxlength={1000}
        value={text()}
        onInput={(event) => type(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
        onKeyDown={onKey}
        onKeyUp={onCaret}
        onClick={() => {
          onCaret()
          setClosed(false)
        }}
        onFocus={({ relatedTarget }) => {
          before = relatedTarget
          setFocused(true)
          setClosed(false)
        }}
        onBlur={() => setFocused(false)}
      />
      <p class="for-readers" role="status" data-testid="search-removed">
        {removed()}
      </p>
      <Show when={text() !== ''} fallback={<kbd class="search-key">/</kbd>}>
        <output class="search-count" data-testid="search-count" data-none={!foundCount()}>
          <Show when={foundCount() !== undefined}>
            {foundCount() === 0 ? 'no match' : `${count(foundCount() ?? 0)} of ${count(props.total)}`}
          </Show>
        </output>
        <button
          type="button"
          class="search-clear"
          aria-label="Clear search"
          onClick={() => {
            props.state.type('', 0)
            input.focus()
          }}
        >
          <Icon name="close" />
        </button>
      </Show>
      <OnceUsed used={open()} load={SearchList.preload}>
        <Show when={open()}>
          <SearchList
            list={list()}
            read={props.state.read()}
            active={active()}
            onActive={setActive}
            onChoose={choose}
          />
        </Show>
      </OnceUsed>
    </search>
  )
}
