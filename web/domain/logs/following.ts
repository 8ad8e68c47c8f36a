/** What of something that scrolls is in view, in pixels. */
export interface Scrolled {
  /** How much is above what is in view. */
  readonly top: number
  /** How much is in view. */
  readonly height: number
  /** How much there is in all. */
  readonly extent: number
}

/**
 * Whether lines are followed that come at the end. Whoever goes up leaves the end, by however little: what scrolls smoothly begins so, and
 * would be taken back by the next line. Whoever goes down is there a line before it.
 *
 * @param before how much was above what was in view
 * @param line height of a line
 */
export function follows(before: number, { top, height, extent }: Scrolled, line: number): boolean {
  // Where lines have gone, the end itself has come up.
  const slack = top < before - 1 ? 1 : line
  return top + height >= extent - slack
}
