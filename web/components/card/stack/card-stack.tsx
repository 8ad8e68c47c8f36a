import { Index, type JSX, Show } from 'solid-js'
import { Icon } from '../../icon/icon.tsx'
import './card-stack.css'

/** A card below the open one. */
export interface CardBelow {
  /** The name of what it is about; undefined = not known. */
  readonly name: string | undefined
  /** The name of its view. */
  readonly view: string
}

/** Props of {@link CardStack}. */
export interface CardStackProps {
  /** The lowest first. */
  readonly cards: readonly CardBelow[]
  /** Returns to a card, by its position. */
  readonly onReturn: (at: number) => void
  readonly onCloseAll: () => void
}

/** The cards below the open one, as tabs above its head; nothing when there are none. */
export function CardStack(props: CardStackProps): JSX.Element {
  return (
    <Show when={props.cards.length > 0}>
      <nav class="card-stack" aria-label="Cards below" data-testid="card-stack">
        <ol class="card-stack-list">
          <Index each={props.cards}>
            {(card, at) => (
              <li>
                <button
                  type="button"
                  class="card-below"
                  data-testid="card-below"
                  title={`Back to ${card().name ?? 'the card below'} (${card().view})`}
                  onClick={() => props.onReturn(at)}
                >
                  {card().name ?? card().view}
                </button>
                <span class="card-below-arrow" aria-hidden="true">
                  <Icon name="right" />
                </span>
              </li>
            )}
          </Index>
        </ol>
        <button
          type="button"
          class="card-close-all"
          data-testid="card-close-all"
          onClick={() => props.onCloseAll()}
        >
          Close all
        </button>
      </nav>
    </Show>
  )
}
