/** What {@link createDueTimer} needs. */
export interface DueTimerOptions {
  /** When there is something to do next, on the clock `nowMs`; infinite when there is nothing. */
  readonly nextDueMs: () => number
  /** Does what is due. */
  readonly due: () => void
  /** A monotonic clock. */
  readonly nowMs: () => number
}

/** Calls a function whenever something is due. Waiting for that keeps no process alive. */
export interface DueTimer {
  /** Call when what is due next may have changed. */
  look(): void
  stop(): void
}

export const createDueTimer = ({ nextDueMs, due, nowMs }: DueTimerOptions): DueTimer => {
  let timer: NodeJS.Timeout | undefined
  let setForMs = Number.POSITIVE_INFINITY

  const look = (): void => {
    const wantedMs = nextDueMs()
    // One that comes too early does nothing but look again.
    if (wantedMs >= setForMs) return
    clearTimeout(timer)
    setForMs = wantedMs
    timer = setTimeout(fire, Math.max(0, wantedMs - nowMs()))
    timer.unref()
  }
  const fire = (): void => {
    setForMs = Number.POSITIVE_INFINITY
    due()
    look()
  }
  return {
    look,
    stop() {
      clearTimeout(timer)
      setForMs = Number.POSITIVE_INFINITY
    },
  }
}
