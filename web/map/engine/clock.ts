/** Tells the time of the page in any of its threads. */
export interface Clock {
  /** Milliseconds, as `performance.now()` of the page's own thread. */
  now(): number
}

/** @param originMs `performance.timeOrigin` of the page's own thread; each thread has another one */
export function createClock(originMs: number): Clock {
  const aheadMs = performance.timeOrigin - originMs
  return { now: () => performance.now() + aheadMs }
}
