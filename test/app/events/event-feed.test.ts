import { expect, it, vi } from 'vitest'
import { EventFeed } from '../../../src/app/events/event-feed.ts'
import { EventLog } from '../../../src/app/events/event-log.ts'
import { createFaults } from '../../../src/log/faults.ts'
import { createLogger } from '../../../src/log/log.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { held, report } from '../../support/reports/reports.ts'
import { eventually } from '../start-test-app.ts'

const feedOf = (reports: () => readonly HeldReport[]) => {
  const events = new EventLog({ events: 100, length: 1e6 })
  const logged: string[] = []
  const log = createLogger({ format: 'text', debug: false, write: (line) => logged.push(line) })
  const added = vi.fn()
  let toldMs = Number.NaN
  const feed = new EventFeed({
    held: reports,
    pipeline: () => new Pipeline(),
    events,
    faults: createFaults({ nowMs: () => performance.now(), log }),
    nowMs: () => {
      toldMs = performance.now()
      return toldMs
    },
    added,
  })
  /** The time that the feed was told last. */
  return { feed, events, logged, added, toldMs: () => toldMs }
}

it('looks at most twice a second, however often it is told of changes', async () => {
  const looked: number[] = []
  const { feed, toldMs } = feedOf(() => {
    looked.push(toldMs())
    return []
  })
  while (looked.length < 4) {
    feed.notify()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  feed.stop()
  const [first = 0, last = 0] = [looked[0], looked.at(-1)]
  // By the feed's own clock, since this process may be held up between a look and its being noted. Timers may be a millisecond early.
  expect(looked.length - 1).toBeLessThanOrEqual((last - first + 50) / 500)
})

it('says that there is something new, and only then', async () => {
  const reports = [held(report())]
  const { feed, events, added } = feedOf(() => reports)
  feed.notify()
  await eventually(() => expect(events.state.lastId).toBe(1))
  feed.notify()
  await new Promise((resolve) => setTimeout(resolve, 700))
  feed.stop()
  expect(added).toHaveBeenCalledTimes(1)
})

it('tells in the log what went wrong, and leaves the rest of the app alone', async () => {
  const { feed, events, logged } = feedOf(() => {
    throw new Error('a report that nobody thought of')
  })
  feed.notify()
  await eventually(() => expect(logged).toHaveLength(1))
  feed.notify()
  await new Promise((resolve) => setTimeout(resolve, 700))
  feed.stop()
  expect(logged[0]).toContain('a report that nobody thought of')
  expect(logged).toHaveLength(1)
  expect(events.state.lastId).toBe(0)
})

it('does nothing any more when it is stopped', async () => {
  const reports = vi.fn(() => [])
  const { feed } = feedOf(reports)
  feed.notify()
  feed.stop()
  feed.notify()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(reports).not.toHaveBeenCalled()
})
