import type { Draw } from '../../../src/demo/draw.ts'
import type { Plan } from '../../../src/demo/plan.ts'
import type { Story, StoryHost } from '../../../src/demo/story.ts'
import { unguarded } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import { createMerger } from '../../../src/probe/assemble/merger.ts'
import { createReportFeed } from '../../../src/probe/feed/report-feed.ts'
import { type Publisher, startPublisher } from '../../../src/probe/publish/publisher.ts'
import { hostOf, literalAddress } from '../../../src/probe/targets/target-url.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { type Truth, truthsOf } from './truth/truth.ts'

/** What {@link createWorld} needs. */
export interface WorldOptions {
  /** URL of the app that gets the reports. */
  readonly url: string
  readonly clusterKey: Uint8Array
  readonly plan: Plan
  /** Of that plan. */
  readonly story: Story
  readonly draw: Draw
}

/** Simulated hosts that report to an app, come and go. In between all of it can be held still. */
export interface World {
  /** Has hosts that do not report begin with it. */
  join(count: number): void
  /** Ends some hosts. @returns how many */
  leave(count: number): Promise<number>
  /** Nothing changes from here on, apart from the time since the start of each host; or everything goes on. */
  rest(rests: boolean): void
  /** The reports of the hosts that report, at this moment, as an app holds them. */
  reports(): readonly HeldReport[]
  /** What is so at this moment on the hosts that report. */
  truth(): Truth
  readonly size: number
  close(): Promise<void>
}

/** Simulated age of the hosts when the world is made. */
const AGE_MS = 3_600_000

/** Makes a world in which no host reports yet. */
export const createWorld = ({ url, clusterKey, plan, story, draw }: WorldOptions): World => {
  const { intervalMs } = story.options
  // Whom the app does not hear is missing in its views; and each look at its memory makes it slow to answer.
  const quiet = { info: () => {}, warn: () => {} }
  const log = { ...createLogger({ format: 'text', debug: false }).child('hosts'), ...quiet }
  const reporting = new Map<StoryHost, Publisher>()
  const truthAt = truthsOf(plan, story)
  const startedMs = performance.now()
  let restsSince: number | undefined
  let drawn = 0

  const uptimeMs = () => AGE_MS + performance.now() - startedMs
  /** Time of the story, which stands still while the world rests, and then is as if it had not. */
  const storyMs = () => restsSince ?? uptimeMs()

  const start = (host: StoryHost): Publisher => {
    const { probeId, probeKey } = host
    const merge = createMerger()
    const feed = createReportFeed({
      ...{ probeId, intervalMs, guard: unguarded },
      collect: (samplesSinceMs) =>
        merge({ ...host.collect(storyMs(), samplesSinceMs), uptimeMs: uptimeMs() }),
    })
    return startPublisher({
      ...{ probeId, probeKey, clusterKey, feed, intervalMs, log },
      target: { url, address: literalAddress(url) ?? hostOf(url), origin: 'local' },
      onStatus: () => {},
    })
  }

  const some = (from: readonly StoryHost[], count: number): readonly StoryHost[] =>
    from
      .map((host) => ({ host, place: draw.between(0, 1, 'host', drawn++) }))
      .sort((a, b) => a.place - b.place)
      .slice(0, count)
      .map(({ host }) => host)

  return {
    join(count) {
      const away = story.hosts.filter((host) => !reporting.has(host))
      for (const host of some(away, count)) reporting.set(host, start(host))
    },
    async leave(count) {
      const leaving = some([...reporting.keys()], count)
      await Promise.all(leaving.map((host) => reporting.get(host)?.stop()))
      for (const host of leaving) reporting.delete(host)
      return leaving.length
    },
    rest(rests) {
      restsSince = rests ? (restsSince ?? uptimeMs()) : undefined
    },
    truth: () => truthAt(storyMs(), (host) => reporting.has(host)),
    reports: () =>
      story.reportsAt(storyMs()).flatMap((report, i) => {
        const host = story.hosts[i]
        return host && reporting.has(host) ? [{ report, startedAtMs: 0, arrivedAtMs: 0, verified: true }] : []
      }),
    get size() {
      return reporting.size
    },
    async close() {
      await Promise.all([...reporting.values()].map((publisher) => publisher.stop()))
      reporting.clear()
    },
  }
}
