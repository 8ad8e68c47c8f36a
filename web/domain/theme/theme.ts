/** In which colours somebody wants the page; `system` = in those that the system asks for. */
export type ThemeChoice = 'system' | 'dark' | 'light'

/** How much contrast somebody wants; `system` = what the system asks for. */
export type ContrastChoice = 'system' | 'more'

/** The colours of the page. */
export type Theme = 'dark' | 'light'

/** The contrast of the page: that of its themes, or more. */
export type Contrast = 'normal' | 'more'

/** The choices of colours, each with what it is called. */
export const themeChoices: readonly { readonly value: ThemeChoice; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
]

/** The choices of contrast, each with what it is called. */
export const contrastChoices: readonly { readonly value: ContrastChoice; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'more', label: 'More' },
]

/** Reads a choice of colours that was remembered. @param text null when there is none */
export function readTheme(text: string | null): ThemeChoice {
  return themeChoices.find(({ value }) => value === text)?.value ?? 'system'
}

/** Reads a choice of contrast that was remembered. @param text null when there is none */
export function readContrast(text: string | null): ContrastChoice {
  return contrastChoices.find(({ value }) => value === text)?.value ?? 'system'
}

/** The colours that are shown. @param isLight whether the system asks for light ones */
export function themeOf(choice: ThemeChoice, isLight: boolean): Theme {
  return choice === 'system' ? (isLight ? 'light' : 'dark') : choice
}

/** The contrast that is shown. @param isMore whether the system asks for more */
export function contrastOf(choice: ContrastChoice, isMore: boolean): Contrast {
  return choice === 'more' || isMore ? 'more' : 'normal'
}
