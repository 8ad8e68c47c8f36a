import type { JSX } from 'solid-js'
import './sheet.css'

/** Props of {@link Sheet}. */
export interface SheetProps {
  readonly testId: string
  /** A card is open at the right, so stay left of it. */
  readonly beside: boolean
  /** Filter and options of the view. */
  readonly options: JSX.Element
  /** What else is in the bar below. */
  readonly bar: JSX.Element
  readonly children: JSX.Element
}

/**
 * What is shown in place of the map, above a bar with the options of the view. The bar is below, so that nothing moves under the
 * pointer when it needs another line.
 */
export function Sheet(props: SheetProps): JSX.Element {
  return (
    <div class="sheet" data-testid={props.testId} data-beside={props.beside}>
      <div class="sheet-body">{props.children}</div>
      <div class="sheet-bar">
        <div class="sheet-options">{props.options}</div>
        {props.bar}
      </div>
    </div>
  )
}
