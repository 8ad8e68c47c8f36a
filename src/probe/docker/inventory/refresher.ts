/** Runs a task for each requested id, a few at a time. Requesting an id that is already waiting has no effect. */
export interface Refresher {
  /** Requests the task for an id. When the task is running for that id, it runs once more afterwards. */
  request(id: string): void
  /** Resolves when no task is waiting or running. */
  idle(): Promise<void>
  /** Drops all waiting requests. */
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
