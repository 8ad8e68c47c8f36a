import { For, type JSX, onCleanup, onMount } from 'solid-js'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link SaveMenu}. */
export interface SaveMenuProps {
  /** The map is to be saved as a picture: what is seen of it, or the whole. */
  readonly onSave: (format: 'svg' | 'png', whole: boolean) => void
  readonly onPrint: () => void
}

/** A button with a list of ways to save or print the map. */
export function SaveMenu(props: SaveMenuProps): JSX.Element {
  let root: HTMLDetailsElement | undefined
  let summary: HTMLElement | undefined
  const choices = [
    { name: 'The map as SVG', choose: () => props.onSave('svg', true) },
    { name: 'The map as PNG', choose: () => props.onSave('png', true) },
    { name: 'What is seen as SVG', choose: () => props.onSave('svg', false) },
    { name: 'What is seen as PNG', choose: () => props.onSave('png', false) },
    { name: 'Print', choose: () => props.onPrint() },
  ]
  const close = () => {
    if (root) root.open = false
  }
  const onPress = (event: PointerEvent) => {
    if (event.target instanceof Node && !root?.contains(event.target)) close()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !root?.open) return
    // Escape closes only this list, not a card or panel behind it.
    event.preventDefault()
    close()
    summary?.focus()
  }
  onMount(() => document.addEventListener('pointerdown', onPress, true))
  onCleanup(() => document.removeEventListener('pointerdown', onPress, true))
  return (
    <details class="save-menu" ref={root} onKeyDown={onKey}>
      <summary ref={summary} aria-label="Save or print" title="Save or print" data-testid="save-menu">
        <Icon name="download" />
      </summary>
      <ul class="save-menu-list surface">
        <For each={choices}>
          {({ name, choose }) => (
            <li>
              <button
                type="button"
                onClick={() => {
                  close()
                  summary?.focus()
                  choose()
                }}
              >
                {name}
              </button>
            </li>
          )}
        </For>
      </ul>
    </details>
  )
}
