/** How often to draw what moves by itself, such as travelling dashes, so that enough time is left for all else. */
export interface Pace {
  /** A frame took so long, its painting included. */
  spent(frameMs: number): void
  /** How long to wait for the next frame. */
  waitMs(wantedMs: number): number
}

/**
 * A pace that keeps frames to a share of the time: where they are slow, as on machines that draw without a graphics processor,
 * there are fewer of them. Slow frames are forgotten bit by bit.
 *
 * @param share of the time that frames may take, over 0 to 1
 */
export function createPace(share: number): Pace {
  let costMs = 0
  return {
    spent(frameMs) {
      costMs = Math.max(frameMs, costMs * 0.8)
    },
    waitMs: (wantedMs) => Math.max(wantedMs, (costMs * (1 - share)) / share),
  }
}
