import type { CanvasSize, Padding } from '../../draw/camera.ts'
import type { Corner } from '../../draw/fit-all.ts'
import type { Covered } from '../renderer/protocol.ts'

const MIN_ASPECT = 0.4
const MAX_ASPECT = 3

/** What lies over the map: the header, the foot, cards, buttons and options. */
export interface Cover {
  /** Takes what is covered now, besides by the options. */
  cover(now: Covered): void
  /**
   * Takes how high the options reach from the bottom.
   *
   * @returns whether less is free than before
   */
  options(top: number): boolean
  /** What is not free to be looked at. */
  borders(): Padding
  /** How much of the right border a card covers, if anything. */
  right(): number
  /** How much of the lower border a card covers, if anything. */
  bottom(): number
  /** How high the options reach from the bottom. */
  optionsTop(): number
  /** Size of what covers the lower right corner left of that. */
  corner(): CanvasSize | undefined
  /** What of the lower right corner is not free to be looked at, with some space around it; undefined while a card is open, which covers more. */
  cornerWithGap(): Corner | undefined
  /** Width by height of what is free, within limits. Options come and go as things do, so nodes are not placed by them. */
  aspect(size: CanvasSize): number
}

/**
 * Creates what lies over a map: nothing yet but what is always there.
 *
 * @param usual what covers the borders while no card is open
 * @param gap what stays free between the map and the options or buttons
 */
export function createCover(usual: Padding, gap: number): Cover {
  let covered: Covered = usual
  let optionsTop = 0
  const borders = (): Padding => ({ ...covered, bottom: Math.max(covered.bottom, optionsTop + gap) })
  const right = () => Math.max(0, covered.right - usual.right)
  const bottom = () => (covered.bottom > usual.bottom ? covered.bottom : 0)
  return {
    cover(now) {
      covered = now
    },
    options(top) {
      const { bottom } = borders()
      optionsTop = top
      return borders().bottom > bottom
    },
    borders,
    corner: () => covered.corner,
    cornerWithGap() {
      const { corner } = covered
      if (corner === undefined || right() + bottom() > 0) return undefined
      return { right: corner.width + gap, bottom: corner.height + gap }
    },
    right,
    bottom,
    optionsTop: () => optionsTop,
    aspect({ width, height }) {
      const free = {
        width: width - covered.left - covered.right,
        height: height - covered.top - covered.bottom,
      }
      return Math.max(MIN_ASPECT, Math.min(MAX_ASPECT, free.width / Math.max(1, free.height)))
    },
  }
}
