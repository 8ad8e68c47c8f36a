/** Something asked for again and again. */
export interface Poll {
  /** Ask at once, and count the pause from there. */
  now(): void
  stop(): void
}

/** Calls `ask` now and then each time so long after it has finished; rests while the page is hidden. */
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
