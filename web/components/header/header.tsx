import { createEffect, createMemo, For, type JSX, Show } from 'solid-js'
import type { ViewDescription } from '../../../src/api/types.ts'
import type { ShownKind } from '../../domain/address/shown.ts'
import { tabs, viewId } from '../../domain/views.ts'
import { count } from '../../domain/words/format.ts'
import type { SearchState } from '../../state/search/search.ts'
import { Mark } from '../mark/mark.tsx'
import { Search } from '../search/search.tsx'
import { ShownSwitch } from './shown-switch.tsx'
import './header.css'

/** Props of {@link Header}. */
export interface HeaderProps {
  readonly views: readonly ViewDescription[]
  readonly current: { readonly tab: ViewDescription; readonly view: ViewDescription } | undefined
  readonly search: SearchState
  /** Nodes on the map. */
  readonly total: number
  readonly shown: ShownKind
  readonly onShow: (kind: ShownKind) => void
  /** What is at the end of the header: who is signed in. */
  readonly account: JSX.Element
  readonly onView: (id: string) => void
  readonly onFilter: (text: string) => void
  readonly onOpen: (view: string, nodeId: string) => void
  /** Acts on what a query selects. */
  readonly onAct: (query: string) => void
  /** Told the field of the search box. */
  readonly onSearchInput: (input: HTMLInputElement) => void
}

/** The header: name, views as tabs, search box, what is shown, who is signed in. */
export function Header(props: HeaderProps): JSX.Element {
  const currentId = () => props.current && viewId(props.current.view)
  const all = createMemo(() => tabs(props.views, currentId()))
  // A list of ids, because the views are new objects with each answer: so a button is kept, with its focus.
  const ids = createMemo(() => all().map(viewId), undefined, { equals: sameIds })
  const tabOf = (id: string) => all().find((tab) => viewId(tab) === id)
  // Told only when it is another one: each answer has new objects, and who has moved the row of tabs is not moved back.
  const currentTab = createMemo(() => props.current && viewId(props.current.tab))
  const isCurrent = (id: string) => currentTab() === id
  const foundIn = (id: string) => props.search.results()?.views.find((view) => view.id === id)?.matched
  return (
    <header class="header">
      <div class="header-name">
        <Mark />
        <h1>scope</h1>
      </div>
      <nav class="header-views" aria-label="Views">
        <For each={ids()}>
          {(id) => (
            <button
              type="button"
              class="tab"
              ref={(element) => createEffect(() => isCurrent(id) && show(element))}
              data-testid="tab"
              data-view={id}
              aria-current={isCurrent(id) ? 'page' : undefined}
              onClick={() => props.onView(id)}
            >
              {tabOf(id)?.name}
              <TabCount found={foundIn(id)} total={tabOf(id)?.stats.nonpseudo_node_count ?? 0} />
            </button>
          )}
        </For>
      </nav>
      <Search
        state={props.search}
        total={props.total}
        view={currentId()}
        onFilter={props.onFilter}
        onOpen={props.onOpen}
        onAct={props.onAct}
        onInput={props.onSearchInput}
      />
      <ShownSwitch shown={props.shown} onShow={props.onShow} />
      {props.account}
    </header>
  )
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at])
}

/** Scrolls a tab into view, once it has been laid out. */
function show(element: Element): void {
  requestAnimationFrame(() => element.scrollIntoView({ block: 'nearest', inline: 'center' }))
}

/** The number of nodes of a view or, during a search, of its matches. */
function TabCount(props: { readonly found: number | undefined; readonly total: number }): JSX.Element {
  return (
    <span class="tab-count" data-found={props.found !== undefined}>
      {count(props.found ?? props.total)}
      <Show when={props.found !== undefined}>
        <span class="for-readers"> found</span>
      </Show>
    </span>
  )
}
