import { createEffect, type JSX, on, onCleanup, onMount } from 'solid-js'
import {
  giveFocusBack,
  holdFocusForCard,
  isFocusHeldForCard,
  isFocusLost,
} from '../../state/page/give-focus.ts'
import { Icon } from '../icon/icon.tsx'
import './card.css'

/** Props of {@link CardFrame}. */
export interface CardFrameProps {
  readonly testId: string
  /** Label of the whole card for screen readers. */
  readonly label: string
  /** Identifies what the card is about. When it changes, the card scrolls back to the top. */
  readonly subject: string
  /** The cards below this one. */
  readonly stack: JSX.Element
  readonly title: JSX.Element
  readonly minor: JSX.Element
  readonly onClose: () => void
  readonly children: JSX.Element
}

/**
 * Gives the focus to the open card when nothing has it, since what had it was in a card that another has replaced; one whose code is
 * still loaded takes it once it is there. The next Tab then goes to the new card's first button.
 */
export function focusCard(): void {
  if (!isFocusLost()) return
  const card = document.querySelector<HTMLElement>('[data-card]')
  if (card) card.focus({ preventScroll: true })
  else holdFocusForCard()
}

/**
 * The card that floats over the map: a head with a way to close it, and a body that scrolls. When it closes and no other card is
 * open, the focus goes back to where it was.
 */
export function CardFrame(props: CardFrameProps): JSX.Element {
  let frame!: HTMLElement
  let body: HTMLDivElement | undefined

  const isAwaited = isFocusHeldForCard()
  const before = isAwaited ? undefined : document.activeElement
  onMount(() => {
    if (isAwaited && isFocusHeldForCard()) frame.focus({ preventScroll: true })
  })
  onCleanup(() =>
    queueMicrotask(() => {
      if (isFocusLost() && !document.querySelector('[data-card]')) giveFocusBack(before)
    }),
  )
  createEffect(
    on(
      () => props.subject,
      () => body?.scrollTo(0, 0),
      { defer: true },
    ),
  )

  return (
    <aside
      class="card surface"
      data-testid={props.testId}
      aria-label={props.label}
      tabindex="-1"
      data-card
      ref={(element) => {
        frame = element
      }}
    >
      {props.stack}
      <header class="card-head">
        <div class="card-title">
          {props.title}
          <p class="card-minor">{props.minor}</p>
        </div>
        <button
          type="button"
          class="card-close"
          aria-label="Close details"
          data-testid="card-close"
          onClick={() => props.onClose()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div
        class="card-body"
        data-testid="card-body"
        // Not every browser lets the keys scroll what has no tabindex.
        tabindex="0"
        ref={(element) => {
          body = element
        }}
      >
        {props.children}
      </div>
    </aside>
  )
}
