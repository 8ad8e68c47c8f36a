import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { count } from '../../domain/format.ts'
import { Icon } from '../icon/icon.tsx'
import './search.css'

/** What {@link Search} shows and tells. */
export interface SearchProps {
  readonly text: string
  /** Ids of the nodes found; undefined = nothing searched. */
  readonly matches: readonly string[] | undefined
  readonly total: number
  readonly selected: string | undefined
  readonly onSearch: (text: string) => void
  readonly onOpen: (nodeId: string) => void
}

/** Text search: `/` or ⌘K goes there, Enter opens one match after the other, Escape empties it. */
export function Search(props: SearchProps): JSX.Element {
  const [focused, setFocused] = createSignal(false)
  let input: HTMLInputElement | undefined
  let last: string | undefined

  const onShortcut = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement
    const slash = event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey
    const commandK = event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)
    if (!slash && !commandK) return
    event.preventDefault()
    input?.focus()
    input?.select()
  }
  onMount(() => document.addEventListener('keydown', onShortcut))
  onCleanup(() => document.removeEventListener('keydown', onShortcut))

  const openNext = (step: number) => {
    const found = props.matches ?? []
    if (found.length === 0) return
    const at = found.indexOf(props.selected ?? last ?? '')
    const next = found[at < 0 ? 0 : (at + step + found.length) % found.length]
    last = next
    if (next) props.onOpen(next)
  }

  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') openNext(event.shiftKey ? -1 : 1)
    if (event.key === 'Escape') {
      event.stopPropagation()
      props.onSearch('')
      input?.blur()
    }
  }

  return (
    <search class="search" data-focused={focused()}>
      <Icon name="search" />
      <input
        ref={(element) => {
          input = element
        }}
        type="text"
        data-testid="search"
        aria-label="Search nodes"
        placeholder="Search"
        autocomplete="off"
        spellcheck={false}
        value={props.text}
        onInput={(event) => props.onSearch(event.currentTarget.value)}
        onKeyDown={onKey}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      />
      <Show when={props.matches} fallback={<kbd class="search-key">⌘K</kbd>}>
        {(found) => (
          <>
            <output class="search-count" data-testid="search-count" data-none={found().length === 0}>
              {found().length === 0 ? 'no match' : `${count(found().length)} of ${count(props.total)}`}
            </output>
            <button
              type="button"
              class="search-clear"
              aria-label="Clear search"
              onClick={() => props.onSearch('')}
            >
              <Icon name="close" />
            </button>
          </>
        )}
      </Show>
    </search>
  )
}
