import type { Pace } from './pace.ts'

/** Calls `draw` when something is to be drawn, and not otherwise. */
export interface Loop {
  /** Draw on the next frame. */
  request(): void
  /** Draw when the pace allows it: for what comes in by itself. */
  requestSoon(): void
  stop(): void
}

/**
 * A loop over animation frames that sleeps by itself.
 *
 * @param pace says how long it waits at least, unless the next frame is wanted at once
 * @param draw draws one frame; returns in how many milliseconds it wants the next one (0 = at once), or undefined when
 *   nothing moves any more
 */
export function createLoop(pace: Pace, draw: (nowMs: number) => number | undefined): Loop {
  let frame = 0
  let timer = 0
  let beganMs = 0
  // What comes in by a channel is read after the page has been painted.
  const painted = new MessageChannel()
  painted.port1.onmessage = () => pace.spent(performance.now() - beganMs)
  const onFrame = (nowMs: number) => {
    frame = 0
    beganMs = performance.now()
    painted.port2.postMessage(undefined)
    const waitMs = draw(nowMs)
    if (waitMs === undefined || frame !== 0) return
    if (waitMs <= 0) request()
    else later(waitMs)
  }
  const later = (waitMs: number) => {
    if (timer === 0 && frame === 0) timer = window.setTimeout(onTimer, pace.waitMs(waitMs))
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
    requestSoon: () => later(0),
    stop() {
      cancelAnimationFrame(frame)
      window.clearTimeout(timer)
      painted.port1.close()
    },
  }
}
