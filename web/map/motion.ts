/** A value on its way. */
export interface Tween {
  /** Progress at a moment, 0 to 1, eased; 1 when it has arrived. */
  at(nowMs: number): number
  done(nowMs: number): boolean
}

/** A way that begins at a moment and takes so long. Slow at its end, as things come to rest. */
export function tween(startMs: number, lengthMs: number): Tween {
  const progress = (nowMs: number) =>
    lengthMs <= 0 ? 1 : Math.max(0, Math.min(1, (nowMs - startMs) / lengthMs))
  return {
    at: (nowMs) => 1 - (1 - progress(nowMs)) ** 3,
    done: (nowMs) => progress(nowMs) >= 1,
  }
}
