import { createSignal, onCleanup, onMount } from 'solid-js'

/** State of a panel that a button opens. */
export interface Disclosure {
  readonly isOpen: () => boolean
  set(open: boolean): void
  /** Opens the panel; its button has the focus then, whatever had it. */
  show(): void
  /** Sets the element that contains button and panel; a press outside of it closes the panel. */
  root(element: HTMLElement): void
}

/**
 * Creates the state of a closed panel. Once open, a press outside of it or Escape closes it. When the focus is in a
 * panel that closes, it goes to the panel's button.
 */
export function createDisclosure(): Disclosure {
  const [isOpen, setOpen] = createSignal(false)
  let root: HTMLElement | undefined
  const set = (open: boolean) => {
    // Before the panel goes, so that the focus is not lost with it.
    if (!open && root?.contains(document.activeElement))
      root.querySelector<HTMLElement>('[aria-expanded]')?.focus()
    setOpen(open)
  }
  const onPress = (event: PointerEvent) => {
    if (isOpen() && !(event.target instanceof Node && root?.contains(event.target))) set(false)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen()) return
    event.stopPropagation()
    set(false)
  }
  onMount(() => {
    document.addEventListener('pointerdown', onPress)
    document.addEventListener('keydown', onKey, true)
  })
  onCleanup(() => {
    document.removeEventListener('pointerdown', onPress)
    document.removeEventListener('keydown', onKey, true)
  })
  return {
    isOpen,
    set,
    show() {
      set(true)
      root?.querySelector<HTMLElement>('[aria-expanded]')?.focus()
    },
    root(element) {
      root = element
    },
  }
}
