import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../../log/log.ts'
import { type BackoffOptions, createBackoff } from '../../../pacing/backoff.ts'
import type { DockerClient } from '../daemon/client.ts'
import type { StatsMessage } from '../daemon/messages.ts'

/** Reads the stats streams of containers. Each costs the daemon as much as reading all files of its container every second. */
export interface StatsStreams {
  /** Sets the containers whose streams are read. */
  follow(ids: ReadonlySet<string>): void
  /** Number of streams that broke while they were wanted. */
  errors(): number
}

/** Before a stream is opened again; the first also after one that brought something. */
const PAUSES: BackoffOptions = { firstMs: 3000, longestMs: 60_000, random: Math.random }

/**
 * @param take gets the messages of a container, about one a second
 * @param pauses before a stream that broke or ended is opened again; those of {@link PAUSES} by default
 */
export const createStatsStreams = (
  client: Pick<DockerClient, 'stats'>,
  log: Logger,
  take: (id: string, message: StatsMessage) => void,
  pauses: BackoffOptions = PAUSES,
): StatsStreams => {
  const followed = new Map<string, AbortController>()
  let errors = 0

  const keepReading = async (id: string, signal: AbortSignal): Promise<void> => {
    const backoff = createBackoff(pauses)
    while (!signal.aborted) {
      try {
        for await (const message of await client.stats(id, signal)) {
          if (signal.aborted) return
          backoff.reset()
          take(id, message)
        }
      } catch (error) {
        if (signal.aborted) return
        errors++
        log.debug('a stats stream broke; it is opened again', { container: id, error })
      }
      // It is rejected when the signal is aborted, and otherwise leaves nothing behind at the signal.
      await sleep(backoff.next(), undefined, { signal }).catch(() => {})
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
