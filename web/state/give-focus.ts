/** Id of the element of the map that takes the focus and hears the keys of the map. */
export const mapElementId = 'map'

/**
 * Gives the focus back to where it was, when what had it goes away; to the map when that is gone, too. Without a map, nothing
 * has the focus.
 *
 * @param before what had the focus before
 */
export function giveFocusBack(before: Element | null | undefined): void {
  if (before instanceof HTMLElement && before.isConnected && before !== document.body) {
    before.focus({ preventScroll: true })
    if (document.activeElement === before) return
  }
  const map = document.getElementById(mapElementId)
  if (map) map.focus({ preventScroll: true })
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}
