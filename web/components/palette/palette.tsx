import { createEffect, createMemo, createSignal, type JSX, on, Show } from 'solid-js'
import { type PaletteEntry, type PaletteTarget, rankEntries } from '../../domain/search/palette.ts'
import type { PaletteAction } from '../../domain/search/palette-actions.ts'
import { paletteDeed, placeKept } from '../../domain/search/palette-keys.ts'
import { settings } from '../../settings.ts'
import { follow } from '../../state/follow.ts'
import { type FoundForPalette, searchForPalette } from '../../state/search/search-for-palette.ts'
import { Icon } from '../icon/icon.tsx'
import { Keyed } from '../keyed/keyed.tsx'
import { Marked } from '../marked/marked.tsx'
import { Modal } from '../modal/modal.tsx'
import { NodeMark } from '../node-mark/node-mark.tsx'
import './palette.css'

/** Props of {@link Palette}. */
export interface PaletteProps {
  readonly open: boolean
  /** Chosen options of views. */
  readonly options: Readonly<Record<string, string>>
  /** Text of the filter. */
  readonly filter: string
  /** Id of the view that is shown. */
  readonly view: string | undefined
  /** All there is to choose, but for nodes of other views, in the order in which it is offered while nothing is typed. */
  readonly entries: (found: FoundForPalette | undefined) => readonly PaletteEntry<PaletteAction>[]
  /** Takes what was typed before the palette was there. */
  readonly typed: () => string
  readonly onClose: () => void
  readonly onChoose: (target: PaletteTarget<PaletteAction>) => void
  /** The menu of a node of the map is asked for. */
  readonly onMenu: (nodeId: string) => void
}

const listId = 'palette-list'
const optionId = (at: number) => `palette-option-${at}`

/**
 * The command palette: a text finds nodes of all views, views, options and what can be done. The arrow keys choose, Enter goes there or
 * does it, with Ctrl or ⌘ it opens the menu of a node of the map, Escape closes it.
 */
export function Palette(props: PaletteProps): JSX.Element {
  const [text, setText] = createSignal('')
  const [paused, setPaused] = createSignal('')
  const [at, setAt] = createSignal(0)
  let input!: HTMLInputElement
  let timer = 0

  const found = follow(
    () => {
      const words = paused().trim()
      const { filter, view, options } = props
      return props.open && words.length > 1 ? { words, filter, view, options } : undefined
    },
    {
      ask: searchForPalette,
      intervalMs: settings.data.searchPollMs,
      keyOf: () => 'palette',
    },
  )
  const ranked = createMemo(() =>
    props.open ? rankEntries(text(), props.entries(found.answer()), settings.search.palette) : [],
  )
  const ids = createMemo(() => ranked().map(({ entry }) => entry.id))
  // What is chosen stays chosen when the app finds more.
  createEffect(on(ids, (now, before) => void setAt(placeKept(before, at(), now))))
  const type = (typed: string) => {
    setText(typed)
    setAt(0)
    window.clearTimeout(timer)
    timer = window.setTimeout(() => setPaused(typed), settings.data.searchPauseMs)
  }
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        const typed = props.typed()
        input.value = typed
        type(typed)
        setPaused('')
        input.focus()
      },
    ),
  )
  createEffect(() => document.getElementById(optionId(at()))?.scrollIntoView({ block: 'nearest' }))

  const choose = (place: number, menu: boolean) => {
    const target = ranked()[place]?.entry.target
    if (!target) return
    props.onClose()
    if (menu && target.kind === 'node') props.onMenu(target.id)
    else props.onChoose(target)
  }
  const onKey = (event: KeyboardEvent) => {
    const deed = paletteDeed(event, at(), ranked().length)
    if (!deed) return
    event.preventDefault()
    if (deed.kind === 'to') setAt(deed.at)
    else choose(at(), deed.menu)
  }

  return (
    <Modal open={props.open} label="Command palette" class="palette" testId="palette" onClose={props.onClose}>
      <div class="palette-box">
        <Icon name="search" />
        <input
          ref={(element) => {
            input = element
          }}
          type="text"
          role="combobox"
          aria-label="Go to a node or view, or do something"
          aria-autocomplete="list"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={ranked().length > 0 ? optionId(at()) : undefined}
          placeholder="Go to a node or view, or do something"
          autocomplete="off"
          spellcheck={false}
          maxlength={200}
          data-testid="palette-input"
          onInput={(event) => type(event.currentTarget.value)}
          on:keydown={onKey}
        />
      </div>
      <div class="palette-list" id={listId} role="listbox" aria-label="Places and actions" tabindex="-1">
        <Keyed each={ranked()} by={({ entry }) => entry.id}>
          {(found) => {
            const entry = () => found().entry
            const place = createMemo(() => ids().indexOf(entry().id))
            return (
              // The focus stays in the box, which handles the keys that choose an option.
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              // biome-ignore lint/a11y/useKeyWithClickEvents: as above
              <div
                class="palette-option"
                id={optionId(place())}
                role="option"
                aria-selected={place() === at()}
                data-testid="palette-option"
                data-kind={entry().target.kind}
                onPointerMove={() => setAt(place())}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(place(), false)}
              >
                <span class="palette-name">
                  <NodeMark mark={entry().mark} />
                  <Marked text={entry().name} ranges={found().ranges} />
                </span>
                <span class="palette-detail">{entry().detail}</span>
              </div>
            )
          }}
        </Keyed>
      </div>
      <p class="palette-hint" role="status">
        <Show when={ranked().length > 0} fallback={`Nothing is called "${text()}".`}>
          Enter goes there, Ctrl Enter opens the menu of a node
        </Show>
      </p>
    </Modal>
  )
}
