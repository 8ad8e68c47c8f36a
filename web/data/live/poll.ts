/** A request that is repeated at an interval. */
export interface Poll {
  /** Asks at once, unless a request is under way; the next interval begins when it has finished. */
  now(): void
  stop(): void
}

/** Calls `ask` at once, and again `intervalMs` after each call has finished. Pauses while the page is hidden. */
export function poll(ask: () => Promise<void>, intervalMs: number): Poll {
  let timer = 0
  let stopped = false
  let running = false

  const run = async () => {
    window.clearTimeout(timer)
    if (running) return
    running = true
    await ask()
    running = false
    if (!stopped && !document.hidden) timer = window.setTimeout(run, intervalMs)
  }
  const onVisible = () => {
    if (!document.hidden && !stopped) void run()
  }
  document.addEventListener('visibilitychange', onVisible)
  void run()

  return {
    now: () => void run(),
    stop() {
      stopped = true
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    },
  }
}
