import type { Logger } from '../../../log/log.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { StatsMessage } from '../daemon/messages.ts'

/** Reads the stats streams of containers. Each costs the daemon as much as reading all files of its container every second. */
export interface StatsStreams {
  /** Sets the containers whose streams are read. */
  follow(ids: ReadonlySet<string>): void
  /** Number of streams that broke while they were wanted. */
  errors(): number
}

const RETRY_MS = 3000

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** @param take gets the messages of a container, about one a second */
export const createStatsStreams = (
  client: Pick<DockerClient, 'stats'>,
  log: Logger,
  take: (id: string, message: StatsMessage) => void,
): StatsStreams => {
  const followed = new Map<string, AbortController>()
  let errors = 0

  const keepReading = async (id: string, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const message of await client.stats(id, signal)) if (!signal.aborted) take(id, message)
      } catch (error) {
        if (signal.aborted) return
        errors++
        log.debug('a stats stream broke; it is opened again', { container: id, error })
      }
      await pause(signal)
    }
  }

  return {
    follow(ids) {
      for (const [id, abort] of followed) {
        if (ids.has(id)) continue
        abort.abort()
        followed.delete(id)
      }
      for (const id of ids) {
        if (followed.has(id)) continue
        const abort = new AbortController()
        followed.set(id, abort)
        void keepReading(id, abort.signal)
      }
    },
    errors: () => errors,
  }
}
