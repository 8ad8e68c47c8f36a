import { createSignal, onCleanup, onMount } from 'solid-js'

/** A panel that a button opens. */
export interface Disclosure {
  readonly isOpen: () => boolean
  set(open: boolean): void
  /** Takes the element around button and panel: a press outside of it closes the panel. */
  root(element: HTMLElement): void
}

/** A closed panel; a press beside it, or Escape, closes it again. */
export function createDisclosure(): Disclosure {
  const [isOpen, set] = createSignal(false)
  let root: HTMLElement | undefined
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
    root(element) {
      root = element
    },
  }
}
