/** Limits how often animations such as travelling dashes are drawn, so that enough time is left for everything else. */
export interface Pace {
  /** Records how long a frame took, including painting. */
  spent(frameMs: number): void
  /** How long to wait for the next frame: at least `wantedMs`, longer when frames are slow. */
  waitMs(wantedMs: number): number
}

/**
 * A pace that limits frames to a share of the time: where frames are slow, as on machines without a graphics processor,
 * fewer are drawn. The effect of a slow frame decays over the frames that follow.
 *
 * @param share the share of the time that frames may take, above 0 and at most 1
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
