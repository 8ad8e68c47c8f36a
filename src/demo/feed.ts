import { Worker } from 'node:worker_threads'
import { checkout } from '../checkout.ts'
import type { LogFormat } from '../log/log.ts'
import type { StoryOptions } from './options.ts'

/** What {@link startFeed} needs. */
export interface FeedOptions {
  /** URL of the app to report to, `http://host:port`. */
  readonly url: string
  readonly clusterKey: Uint8Array
  readonly story: Pick<StoryOptions, 'hosts' | 'containers' | 'churnPerMinute' | 'seed'>
  readonly logFormat: LogFormat
  readonly debug: boolean
}

/** A running feed. */
export interface Feed {
  stop(): Promise<void>
}

/**
 * Sends the reports of a simulated world to an app as its probes would: over HTTP, with proofs. It runs in a worker
 * thread, so that the simulation does not slow down the app. An error in the worker ends the process.
 */
export const startFeed = (options: FeedOptions): Feed => {
  const worker = new Worker(checkout.programs.feedWorker, { workerData: options })
  worker.on('error', (error) => {
    throw error
  })
  return {
    async stop() {
      await worker.terminate()
    },
  }
}
