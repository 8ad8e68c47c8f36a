/**
 * Attribute of the element that takes the focus of what the view is shown as: the map, the table, or resources. It is within the only
 * `main` of the page, which has the focus until that element is there.
 */
export const TAKES_FOCUS = 'data-takes-focus'

const main = 'main[tabindex]'

/** Whether nothing on the page has the focus. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

/**
 * Gives the focus back to where it was, when what had it goes away; to what is shown when that is gone, too. Without either, nothing
 * has the focus.
 *
 * @param before what had the focus before
 */
export function giveFocusBack(before: Element | null | undefined): void {
  if (before instanceof HTMLElement && before !== document.body && takesFocus(before)) return
  if (!focusShown() && document.activeElement instanceof HTMLElement) document.activeElement.blur()
}

/** Gives the focus to what is shown. @returns whether there was something to take it */
export function focusShown(): boolean {
  const shown =
    document.querySelector<HTMLElement>(`[${TAKES_FOCUS}]`) ?? document.querySelector<HTMLElement>(main)
  return shown !== null && takesFocus(shown)
}

/** Keeps the focus that nothing has for a card that is about to be shown, unless something else takes it before. */
export function holdFocusForCard(): void {
  const holder = document.querySelector<HTMLElement>(main)
  if (!holder || !takesFocus(holder)) return
  holder.dataset.holdsFocus = 'card'
  holder.addEventListener('blur', () => delete holder.dataset.holdsFocus, { once: true })
}

/** Whether the focus is kept for a card. */
export function isFocusHeldForCard(): boolean {
  return document.activeElement?.matches(`${main}[data-holds-focus=card]`) ?? false
}

/** Takes the focus when it waits for this element, which has just come to be shown. */
export function takeAwaitedFocus(shown: HTMLElement): void {
  if (document.activeElement?.matches(main)) takesFocus(shown)
}

/** Gives an element the focus. @returns false when it cannot have it */
export function takesFocus(element: HTMLElement): boolean {
  element.focus({ preventScroll: true })
  return document.activeElement === element
}
