import { expect, test } from 'vitest'
import { createPace } from '../../../src/probe/publish/pace.ts'

const create = (intervalMs = 1000, leastGapMs = 0) => {
  let ms = 5000
  const pace = createPace({
    ...{ intervalMs, longestMs: 30_000, nowMs: () => ms },
    leastGapMs: () => leastGapMs,
  })
  return {
    pace,
    pass: (byMs: number) => {
      ms += byMs
    },
    /** One report that takes so long, sent at once. */
    send: (durationMs: number) => {
      pace.begin()
      pace.taken()
      ms += durationMs
      pace.arrived(durationMs)
    },
  }
}

test('the first report is sent at once, the next ones at beats', () => {
  const { pace, pass } = create()
  expect(pace.waitMs()).toBe(0)
  expect(pace.beat(false)).toBe(false)
  pace.begin()
  expect(pace.waitMs()).toBeUndefined()
  pace.taken()
  pace.arrived(10)
  expect(pace.waitMs()).toBeUndefined()
  pass(100)
  expect(pace.beat(false)).toBe(true)
})

test('one report is under way at a time, and what changes meanwhile is sent after it', () => {
  const { pace } = create()
  pace.begin()
  expect(pace.beat(false)).toBe(false)
  pace.taken()
  expect(pace.beat(false)).toBe(false)
  expect(pace.beat(false)).toBe(false)
  pace.arrived(10)
  expect(pace.waitMs()).toBe(0)
  pace.begin()
  pace.taken()
  pace.arrived(10)
  expect(pace.waitMs()).toBeUndefined()
})

test('a beat before the report was taken needs no other report', () => {
  const { pace } = create()
  pace.begin()
  expect(pace.beat(false)).toBe(false)
  pace.taken()
  pace.arrived(10)
  expect(pace.waitMs()).toBeUndefined()
})

test('waits out a pause, beats or not, and no longer', () => {
  const { pace, pass } = create()
  pace.begin()
  pace.retryAfter(5000)
  expect(pace.beat(false)).toBe(false)
  expect(pace.waitMs()).toBe(5000)
  pass(5000)
  expect(pace.waitMs()).toBe(0)
  pace.begin()
  pace.retryAfter(200)
  expect(pace.waitMs()).toBe(200)
  pace.wake()
  expect(pace.waitMs()).toBe(0)
})

test.each([
  // durations of reports, and the intervals after them
  ['fast', [10, 400, 450, 10], [1000, 1000, 1000, 1000]],
  ['one slow report among fast ones', [10, 10, 1200, 10, 10], [1000, 1000, 1000, 1000, 1000]],
  ['slow', [900, 900, 900, 900, 900, 900], [1000, 1000, 2000, 2000, 2000, 2000]],
  ['ever slower', [3000, 6000, 12_000, 20_000, 40_000, 40_000], [2000, 4000, 8000, 16_000, 30_000, 30_000]],
])('the interval follows how long reports take: %s', (_, durations, expected) => {
  const { pace, send } = create()
  expect(
    durations.map((durationMs) => {
      send(durationMs)
      return pace.intervalMs()
    }),
  ).toEqual(expected)
})

test('the interval shrinks back when reports are fast again', () => {
  const { pace, send } = create()
  for (let i = 0; i < 10; i++) send(40_000)
  expect(pace.intervalMs()).toBe(30_000)
  const after: number[] = []
  for (let i = 0; i < 30; i++) {
    send(20)
    after.push(pace.intervalMs())
  }
  expect(after).toEqual(after.toSorted((a, b) => b - a))
  expect(after.at(-1)).toBe(1000)
})

test('an interval beyond the longest stays as it is', () => {
  const { pace, send } = create(45_000)
  for (let i = 0; i < 10; i++) send(60_000)
  expect(pace.intervalMs()).toBe(45_000)
})

test('a slow app is left out of beats until its interval is over, and gets what it was told it would', () => {
  const { pace, pass, send } = create()
  for (let i = 0; i < 4; i++) send(900)
  expect(pace.intervalMs()).toBe(2000)
  pass(600)
  expect(pace.beat(false)).toBe(true)
  pace.begin()
  pace.taken()
  pass(900)
  // A beat while a report is under way is not made up for: the next report comes soon enough.
  expect(pace.beat(false)).toBe(false)
  pace.arrived(900)
  expect(pace.waitMs()).toBeUndefined()
  pass(100)
  expect(pace.beat(false)).toBe(false)
  pass(1000)
  expect(pace.beat(false)).toBe(true)
})

test('the interval that the last report has told of is kept when it has grown since', () => {
  const { pace, pass } = create()
  pace.begin()
  pace.taken()
  pass(1900)
  pace.arrived(1900)
  expect(pace.intervalMs()).toBe(2000)
  expect(pace.beat(false)).toBe(true)
})

test('what changes too soon for the app is sent when it may be', () => {
  const { pace, pass, send } = create(1000, 400)
  send(10)
  pass(90)
  expect(pace.beat(false)).toBe(false)
  expect(pace.waitMs()).toBe(300)
  pass(300)
  expect(pace.waitMs()).toBe(0)
  send(10)
  expect(pace.waitMs()).toBeUndefined()
  expect(pace.intervalMs()).toBe(1000)
})

test.each([
  [100, 333],
  [1000, 1000],
  [400, 1000],
])(
  'with beats every %i ms, reports to an app that wants %i ms between them come as often, and it is told so',
  (intervalMs, leastGapMs) => {
    const { pace, pass, send } = create(intervalMs, leastGapMs)
    const minute = 60_000
    let sent = 0
    for (let ms = 0; ms < minute; ms += intervalMs) {
      if (pace.beat(false) || pace.waitMs() === 0) {
        send(0)
        sent++
      }
      pass(intervalMs)
    }
    expect(sent).toBeLessThanOrEqual(minute / leastGapMs + 1)
    expect(sent).toBeGreaterThan(minute / (leastGapMs + intervalMs) - 1)
    expect(pace.intervalMs()).toBe(Math.max(intervalMs, leastGapMs))
  },
)

test('while nobody looks at an app, it gets at once only what appeared or disappeared', () => {
  const { pace, pass } = create()
  const send = (restMs?: number) => {
    pace.begin()
    pace.taken()
    pace.arrived(10, restMs)
  }
  send(5000)
  expect([pace.intervalMs(), pace.changesWithinMs()]).toEqual([5000, 1000])
  pass(1000)
  // The app was told of an interval of one second.
  expect(pace.beat(false)).toBe(true)
  send(5000)
  pass(1000)
  expect(pace.beat(false)).toBe(false)
  expect(pace.isReady(false)).toBe(false)
  expect(pace.waitMs()).toBeUndefined()
  expect(pace.isReady(true)).toBe(true)
  expect(pace.beat(true)).toBe(true)
  pass(4000)
  expect(pace.beat(false)).toBe(true)
  send()
  pass(1000)
  expect(pace.beat(false)).toBe(true)
})

test('of what happens while a report is under way to an app that rests, only changes are sent after it', () => {
  const { pace, send } = create()
  send(10)
  pace.arrived(10, 5000)
  pace.begin()
  pace.taken()
  expect(pace.beat(false)).toBe(false)
  pace.arrived(10, 5000)
  expect(pace.waitMs()).toBeUndefined()
  pace.begin()
  pace.taken()
  expect(pace.beat(true)).toBe(false)
  pace.arrived(10, 5000)
  expect(pace.waitMs()).toBe(0)
})

test('a report that did not arrive ends the rest of an app', () => {
  const { pace, pass } = create()
  pace.begin()
  pace.taken()
  pace.arrived(10, 5000)
  pace.begin()
  pace.retryAfter(100)
  pass(100)
  expect(pace.intervalMs()).toBe(1000)
})

test('a rest that is ended brings a report at once, unless the last one is of this interval', () => {
  const { pace, pass } = create()
  const send = (restMs?: number) => {
    pace.begin()
    pace.taken()
    pace.arrived(10, restMs)
  }
  send(5000)
  pass(1500)
  expect(pace.waitMs()).toBeUndefined()
  pace.endRest()
  expect([pace.waitMs(), pace.intervalMs()]).toEqual([0, 1000])
  send(5000)
  pass(500)
  pace.endRest()
  expect(pace.waitMs()).toBeUndefined()
  pass(500)
  expect(pace.beat(false)).toBe(true)
})

test('a rest is ended also for an answer that was under way', () => {
  const { pace } = create()
  pace.begin()
  pace.taken()
  pace.endRest()
  pace.arrived(10, 5000)
  expect(pace.intervalMs()).toBe(1000)
  pace.begin()
  pace.taken()
  pace.arrived(10, 5000)
  expect(pace.intervalMs()).toBe(5000)
})

test('an app that does not rest gets no report more when it is told to rest no more', () => {
  const { pace, pass, send } = create()
  send(10)
  pass(1500)
  pace.endRest()
  expect(pace.waitMs()).toBeUndefined()
})
