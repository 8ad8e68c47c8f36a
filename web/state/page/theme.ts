import { createRenderEffect, createSignal } from 'solid-js'

/** What the user chose, or what the system says. */
export type Theme = 'system' | 'dark' | 'light'

const key = 'scope.theme'

/** The theme that is shown, and how to change it. */
export interface ThemeState {
  readonly theme: () => 'dark' | 'light'
  readonly toggle: () => void
}

/**
 * The theme. It is set as `data-theme` on the root element, which the style sheet reads, and is kept in local storage.
 */
export function createTheme(): ThemeState {
  const system = matchMedia('(prefers-color-scheme: light)')
  const [systemLight, setSystemLight] = createSignal(system.matches)
  const [choice, setChoice] = createSignal<Theme>(remembered())
  system.addEventListener('change', () => setSystemLight(system.matches))

  const theme = () => {
    const chosen = choice()
    return chosen === 'system' ? (systemLight() ? 'light' : 'dark') : chosen
  }
  createRenderEffect(() => {
    document.documentElement.dataset.theme = theme()
  })
  return {
    theme,
    toggle() {
      setChoice(theme() === 'dark' ? 'light' : 'dark')
      remember(choice())
    },
  }
}

function remembered(): Theme {
  try {
    const value = localStorage.getItem(key)
    return value === 'dark' || value === 'light' ? value : 'system'
  } catch {
    // Storage may be forbidden; then the system's theme holds.
    return 'system'
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(key, theme)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
