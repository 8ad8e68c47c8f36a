import { setTimeout as sleep } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { createFaults } from '../log/faults.ts'
import { createLogger } from '../log/log.ts'
import { createMerger } from '../probe/assemble/merger.ts'
import { createReportFeed } from '../probe/feed/report-feed.ts'
import { startPublisher } from '../probe/publish/publisher.ts'
import { hostOf, literalAddress } from '../probe/targets/target-url.ts'
import type { FeedOptions } from './feed.ts'
import { createStory, type StoryHost } from './story.ts'

/** Simulated age of the probes at the start, so that there is some history to show from the beginning. */
const STORY_AGE_MS = 2 * 3_600_000
const INTERVAL_MS = 1000
/**
 * Containers whose reports are made per second: larger worlds report less often, because one machine simulates all
 * hosts.
 */
const CONTAINERS_PER_SECOND = 2000
/** How far back samples go at the start, for the sparklines; shorter for a large world. */
const HISTORY_MS = 300_000
const SHORT_HISTORY_MS = 15_000
const MANY_CONTAINERS = 500
const LONGEST_FIRST_MS = 5000

const { url, clusterKey, story: wanted, logFormat, debug } = workerData as FeedOptions
const log = createLogger({ format: logFormat, debug }).child('probe')
const startedMs = performance.now()
const now = (): number => STORY_AGE_MS + performance.now() - startedMs
const intervalMs = Math.max(INTERVAL_MS, Math.ceil(wanted.containers / CONTAINERS_PER_SECOND) * INTERVAL_MS)

const story = createStory({
  ...wanted,
  intervalMs,
  startedAtMs: Date.now() - STORY_AGE_MS,
  historyMs: wanted.containers > MANY_CONTAINERS ? SHORT_HISTORY_MS : HISTORY_MS,
})

/**
 * Starts the simulated probe of a host.
 *
 * @returns resolves when the app has accepted its first report
 */
const tell = ({ probeId, probeKey, name, collect }: StoryHost): Promise<void> =>
  new Promise((resolve) => {
    const merge = createMerger()
    const quiet = { ...log.child(name), info: () => {} }
    const feed = createReportFeed({
      ...{ probeId, intervalMs, guard: createFaults({ nowMs: now, log: quiet }).guardOf('publish') },
      collect: (samplesSinceMs) => merge(collect(now(), samplesSinceMs)),
    })
    const publisher = startPublisher({
      target: { url, address: literalAddress(url) ?? hostOf(url), origin: 'local' },
      probeId,
      probeKey,
      clusterKey,
      feed,
      intervalMs,
      onStatus: () => {
        if (publisher.status().state === 'ok') resolve()
      },
      log: quiet,
    })
  })

// Hosts start one after another, so that their reports are spread over time. This matters most at first, when each
// sends a whole report.
for (const host of story.hosts) {
  await Promise.race([tell(host), sleep(LONGEST_FIRST_MS)])
  await sleep(intervalMs / story.hosts.length)
}
