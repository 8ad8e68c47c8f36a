import type { Pace } from '../../../draw/pace.ts'

/** Schedules the drawing of frames, and sleeps while nothing changes. */
export interface Loop {
  /** Draws on the next animation frame. */
  request(): void
  /** Draws as soon as the pace allows: for changes that were not caused by the user. */
  requestSoon(): void
  stop(): void
}

/**
 * Creates a loop over animation frames.
 *
 * @param pace limits how often frames are drawn, except for those wanted at once
 * @param draw draws one frame; returns in how many milliseconds it wants the next one (0 = at once), or undefined when
 *   nothing moves any more
 */
export function createLoop(pace: Pace, draw: () => number | undefined): Loop {
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  /** When the timer fires. */
  let dueMs = 0
  let beganMs = 0
  // A message posted in an animation frame is handled after the browser has painted, so the time measured includes
  // painting.
  const painted = new MessageChannel()
  painted.port1.onmessage = () => pace.spent(performance.now() - beganMs)
  const onFrame = () => {
    frame = 0
    beganMs = performance.now()
    painted.port2.postMessage(undefined)
    const waitMs = draw()
    if (waitMs === undefined || frame !== 0) return
    if (waitMs <= 0) request()
    else later(waitMs)
  }
  const later = (waitMs: number) => {
    if (frame !== 0) return
    const delayMs = pace.waitMs(waitMs)
    const atMs = performance.now() + delayMs
    // What is wanted earlier does not wait for what is wanted later.
    if (timer !== undefined && dueMs <= atMs) return
    clearTimeout(timer)
    timer = setTimeout(onTimer, delayMs)
    dueMs = atMs
  }
  const onTimer = () => {
    timer = undefined
    request()
  }
  const request = () => {
    clearTimeout(timer)
    timer = undefined
    if (frame === 0) frame = requestAnimationFrame(onFrame)
  }
  return {
    request,
    requestSoon: () => later(0),
    stop() {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      painted.port1.close()
    },
  }
}
