/** What {@link createDueTimer} needs. */
export interface DueTimerOptions {
  /** When there is something to do next, on the clock `nowMs`; infinite when there is nothing. */
  readonly nextDueMs: () => number
  /** Does what is due. When it throws, it is called again a little later. */
  readonly due: () => void
  /** Runs that, and records what it throws: an exception in a timer would end the process. */
  readonly guarded: (job: () => void) => void
  /** A monotonic clock. */
  readonly nowMs: () => number
}

/** Calls a function whenever something is due. Waiting for that keeps no process alive. */
export interface DueTimer {
  /** Call when what is due next may have changed. */
  look(): void
  stop(): void
}

/** How long until what has failed is tried again. */
const AGAIN_MS = 1000

export const createDueTimer = ({ nextDueMs, due, guarded, nowMs }: DueTimerOptions): DueTimer => {
  let timer: NodeJS.Timeout | undefined
  let setForMs = Number.POSITIVE_INFINITY

  const look = (): void => {
    const wantedMs = nextDueMs()
    // One that comes too early does nothing but look again.
    if (wantedMs >= setForMs) return
    set(wantedMs)
  }
  const set = (forMs: number): void => {
    clearTimeout(timer)
    setForMs = forMs
    timer = setTimeout(fire, Math.max(0, forMs - nowMs()))
    timer.unref()
  }
  const fire = (): void => {
    setForMs = Number.POSITIVE_INFINITY
    let isDone = false
    guarded(() => {
      due()
      isDone = true
    })
    if (isDone) look()
    else set(nowMs() + AGAIN_MS)
  }
  return {
    look,
    stop() {
      clearTimeout(timer)
      setForMs = Number.POSITIVE_INFINITY
    },
  }
}
