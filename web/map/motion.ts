/** The progress of an animation. */
export interface Tween {
  /** Eased progress at a moment, from 0 to 1. */
  at(nowMs: number): number
  done(nowMs: number): boolean
}

/** An animation that slows down towards its end. @param lengthMs its duration; 0 = it is done at once */
export function tween(startMs: number, lengthMs: number): Tween {
  const progress = (nowMs: number) =>
    lengthMs <= 0 ? 1 : Math.max(0, Math.min(1, (nowMs - startMs) / lengthMs))
  return {
    at: (nowMs) => 1 - (1 - progress(nowMs)) ** 3,
    done: (nowMs) => progress(nowMs) >= 1,
  }
}
