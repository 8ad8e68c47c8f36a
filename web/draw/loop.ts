/** Calls `draw` when something is to be drawn, and not otherwise. */
export interface Loop {
  /** Draw on the next frame. */
  request(): void
  stop(): void
}

/**
 * A loop over animation frames that sleeps by itself.
 *
 * @param draw draws one frame; returns in how many milliseconds it wants the next one (0 = at once), or undefined when
 *   nothing moves any more
 */
export function createLoop(draw: (nowMs: number) => number | undefined): Loop {
  let frame = 0
  let timer = 0
  const onFrame = (nowMs: number) => {
    frame = 0
    const waitMs = draw(nowMs)
    if (waitMs === undefined || frame !== 0) return
    if (waitMs <= 0) request()
    else if (timer === 0) timer = window.setTimeout(onTimer, waitMs)
  }
  const onTimer = () => {
    timer = 0
    request()
  }
  const request = () => {
    if (timer !== 0) window.clearTimeout(timer)
    timer = 0
    if (frame === 0) frame = requestAnimationFrame(onFrame)
  }
  return {
    request,
    stop() {
      cancelAnimationFrame(frame)
      window.clearTimeout(timer)
    },
  }
}
