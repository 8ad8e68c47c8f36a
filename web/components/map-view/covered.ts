import type { Padding } from '../../draw/camera.ts'
import { settings } from '../../settings.ts'

/**
 * How much of each border of the map is covered by header, footer and card. On a narrow page the card is at the bottom.
 */
export function covered(cardOpen: boolean): Padding {
  const { padding, narrowPadding: side, narrowTop: top } = settings.camera
  if (window.innerWidth <= 760) {
    const bottom = cardOpen ? Math.round(window.innerHeight * 0.6) : padding.bottom
    return { top, left: side, right: side, bottom }
  }
  return cardOpen ? { ...padding, right: padding.right + settings.card.width + settings.card.gap } : padding
}
