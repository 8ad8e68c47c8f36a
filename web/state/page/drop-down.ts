import { onCleanup, onMount } from 'solid-js'

/** A list that a `details` element opens. */
export interface DropDown {
  /** Sets the `details`, and its `summary`. */
  root(element: HTMLDetailsElement): void
  summary(element: HTMLElement): void
  /** Closes the list; its button then has the focus. */
  close(): void
  onKey(event: KeyboardEvent): void
}

/** Creates the state of a closed list. A press outside of it closes it, and Escape, after which its button has the focus. */
export function createDropDown(): DropDown {
  let root: HTMLDetailsElement | undefined
  let summary: HTMLElement | undefined
  const fold = () => {
    if (root) root.open = false
  }
  const close = () => {
    fold()
    summary?.focus()
  }
  const onPress = (event: PointerEvent) => {
    if (event.target instanceof Node && !root?.contains(event.target)) fold()
  }
  onMount(() => document.addEventListener('pointerdown', onPress, true))
  onCleanup(() => document.removeEventListener('pointerdown', onPress, true))
  return {
    root(element) {
      root = element
    },
    summary(element) {
      summary = element
    },
    close,
    onKey(event) {
      if (event.key !== 'Escape' || !root?.open) return
      // Escape closes only this list, not a card or panel behind it.
      event.preventDefault()
      close()
    },
  }
}
