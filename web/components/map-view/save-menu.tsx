import { For, type JSX } from 'solid-js'
import { createDropDown } from '../../state/page/drop-down.ts'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link SaveMenu}. */
export interface SaveMenuProps {
  /** The map is to be saved as a picture: what is seen of it, or the whole. */
  readonly onSave: (format: 'svg' | 'png', whole: boolean) => void
  readonly onPrint: () => void
}

/** A button with a list of ways to save or print the map. */
export function SaveMenu(props: SaveMenuProps): JSX.Element {
  const list = createDropDown()
  const choices = [
    { name: 'The map as SVG', choose: () => props.onSave('svg', true) },
    { name: 'The map as PNG', choose: () => props.onSave('png', true) },
    { name: 'What is seen as SVG', choose: () => props.onSave('svg', false) },
    { name: 'What is seen as PNG', choose: () => props.onSave('png', false) },
    { name: 'Print', choose: () => props.onPrint() },
  ]
  return (
    <details class="save-menu" ref={list.root} onKeyDown={list.onKey}>
      <summary ref={list.summary} aria-label="Save or print" title="Save or print" data-testid="save-menu">
        <Icon name="download" />
      </summary>
      <ul class="save-menu-list surface">
        <For each={choices}>
          {({ name, choose }) => (
            <li>
              <button
                type="button"
                onClick={() => {
                  list.close()
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
