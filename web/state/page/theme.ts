import { createRenderEffect, createSignal } from 'solid-js'
import {
  type ContrastChoice,
  contrastOf,
  readContrast,
  readTheme,
  type Theme,
  type ThemeChoice,
  themeOf,
} from '../../domain/theme/theme.ts'

const THEME_KEY = 'scope.theme'
const CONTRAST_KEY = 'scope.contrast'

/** The theme that is shown, and how to change it. */
export interface ThemeState {
  readonly theme: () => Theme
  /** Theme and contrast as one text, which changes whenever the values of colours do. */
  readonly look: () => string
  /** What was chosen. */
  readonly choice: () => ThemeChoice
  readonly contrastChoice: () => ContrastChoice
  choose(theme: ThemeChoice): void
  chooseContrast(contrast: ContrastChoice): void
}

/**
 * The theme and its contrast. They are set as `data-theme` and `data-contrast` on the root element, which the style sheet reads. What
 * is chosen is kept in local storage; without a choice the system decides.
 */
export function createTheme(): ThemeState {
  const isLight = follow('(prefers-color-scheme: light)')
  const wantsMore = follow('(prefers-contrast: more)')
  const [choice, setChoice] = createSignal(readTheme(remembered(THEME_KEY)))
  const [contrastChoice, setContrastChoice] = createSignal(readContrast(remembered(CONTRAST_KEY)))
  const theme = () => themeOf(choice(), isLight())
  const contrast = () => contrastOf(contrastChoice(), wantsMore())
  createRenderEffect(() => {
    const { dataset } = document.documentElement
    dataset.theme = theme()
    dataset.contrast = contrast()
  })
  return {
    theme,
    look: () => `${theme()} ${contrast()}`,
    choice,
    contrastChoice,
    choose(chosen) {
      setChoice(chosen)
      remember(THEME_KEY, chosen)
    },
    chooseContrast(chosen) {
      setContrastChoice(chosen)
      remember(CONTRAST_KEY, chosen)
    },
  }
}

/** Whether a media query holds. For the life of the page. */
function follow(query: string): () => boolean {
  const media = matchMedia(query)
  const [holds, setHolds] = createSignal(media.matches)
  media.addEventListener('change', () => setHolds(media.matches))
  return holds
}

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be forbidden; then the system decides.
    return null
  }
}

/** @param choice `system` = nothing is to be remembered */
function remember(key: string, choice: string): void {
  try {
    if (choice === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
