import { onCleanup, onMount } from 'solid-js'
import { focusShown, isFocusLost, takesFocus } from './give-focus.ts'

const focusable =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"]), dialog[open]'

/**
 * Keeps the focus on the page. When what has it goes away, and nothing else is given it, what is nearest takes it: the first that can
 * of the innermost element around it that is left, or else what is shown. What is only moved has it again.
 *
 * @param rootOf what all of that is in
 */
export function keepFocus(rootOf: () => HTMLElement): void {
  /** What had the focus last, and what that is in, from the inside to the outside. */
  let path: readonly Element[] = []
  const onFocus = ({ target }: FocusEvent) => {
    path = target instanceof Element ? upTo(target, rootOf()) : []
  }
  // Who presses where nothing takes the focus wants that nothing has it.
  const onPress = () => {
    path = []
  }
  const rescue = () => {
    const [last, ...around] = path
    if (!last || !isFocusLost()) return
    path = []
    if (last.isConnected) return void (last instanceof HTMLElement && takesFocus(last))
    const near = around.filter(({ isConnected }) => isConnected)
    near.some((one) => (one.matches(':has(main), main') ? focusShown() : focusFirst(one)))
  }
  const observer = new MutationObserver((changes) => {
    const [last] = path
    if (!last || !isFocusLost()) return
    const isMoved = changes.some(({ removedNodes }) => [...removedNodes].some((one) => one.contains(last)))
    // After those who know better where it goes, and give it there once the change is made.
    if (isMoved || !last.isConnected) queueMicrotask(rescue)
  })
  onMount(() => {
    const root = rootOf()
    root.addEventListener('focusin', onFocus)
    document.addEventListener('pointerdown', onPress, true)
    observer.observe(root, { childList: true, subtree: true })
  })
  onCleanup(() => {
    observer.disconnect()
    document.removeEventListener('pointerdown', onPress, true)
  })
}

function upTo(element: Element, root: Element): readonly Element[] {
  const path: Element[] = []
  for (let at: Element | null = element; at && at !== root; at = at.parentElement) path.push(at)
  return [...path, root]
}

function focusFirst(within: Element): boolean {
  return [...within.querySelectorAll<HTMLElement>(focusable)].some(
    (one) => one.tabIndex >= 0 && takesFocus(one),
  )
}
