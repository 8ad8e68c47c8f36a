import { createSignal } from 'solid-js'

const key = 'scope.minimap'

/** Whether a minimap is shown where not all of the map is in sight. */
export interface MinimapChoice {
  readonly isShown: () => boolean
  readonly toggle: () => void
}

/** The choice that this browser remembers; without one, a minimap is shown. */
export function createMinimapChoice(): MinimapChoice {
  const [isShown, setShown] = createSignal(remembered())
  return {
    isShown,
    toggle() {
      setShown(!isShown())
      try {
        localStorage.setItem(key, isShown() ? 'show' : 'hide')
      } catch {
        // Storage may be forbidden; the choice then lasts as long as the page.
      }
    },
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(key) !== 'hide'
  } catch {
    return true
  }
}
