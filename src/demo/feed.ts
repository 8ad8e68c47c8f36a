import { Worker } from 'node:worker_threads'
import type { LogFormat } from '../log/log.ts'
import type { StoryOptions } from './options.ts'

/** What {@link startFeed} needs. */
export interface FeedOptions {
  /** The app that is told the story, `http://host:port`. */
  readonly url: string
  readonly clusterKey: Uint8Array
  readonly story: Pick<StoryOptions, 'hosts' | 'containers' | 'churnPerMinute' | 'seed'>
  readonly logFormat: LogFormat
  readonly debug: boolean
}

/** A story that is being told. */
export interface Feed {
  stop(): Promise<void>
}

/**
 * Tells a story to an app, as the probes of its hosts would: each report through the app's door, with proof. It runs in a
 * thread of its own, so that making it up takes nothing from the app. What fails there ends the process.
 */
export const startFeed = (options: FeedOptions): Feed => {
  const worker = new Worker(new URL('./feed-worker.ts', import.meta.url), { workerData: options })
  worker.on('error', (error) => {
    throw error
  })
  return {
    async stop() {
      await worker.terminate()
    },
  }
}
