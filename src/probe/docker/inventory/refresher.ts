/** Does one kind of work per id, a few at a time; asking for the same id again while it waits costs nothing. */
export interface Refresher {
  /** Has the work for an id done, once more if it is being done now. */
  request(id: string): void
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>
  /** Forgets what waits. */
  clear(): void
}

/** @param work must not reject */
export const createRefresher = (concurrency: number, work: (id: string) => Promise<void>): Refresher => {
  const waiting = new Set<string>()
  const running = new Set<string>()
  let whenIdle: (() => void)[] = []

  const pump = (): void => {
    for (const id of waiting) {
      if (running.size >= concurrency) return
      if (running.has(id)) continue
      waiting.delete(id)
      running.add(id)
      void work(id).finally(() => {
        running.delete(id)
        pump()
      })
    }
    if (waiting.size > 0 || running.size > 0) return
    const resolvers = whenIdle
    whenIdle = []
    for (const resolve of resolvers) resolve()
  }

  return {
    request(id) {
      waiting.add(id)
      pump()
    },
    idle: () =>
      new Promise((resolve) => {
        whenIdle.push(resolve)
        pump()
      }),
    clear() {
      waiting.clear()
      pump()
    },
  }
}
