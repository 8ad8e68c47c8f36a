import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventsFrameSchema } from '../../../src/api/event.ts'
import { viewDiffSchema } from '../../../src/api/map/view.ts'
import { eventSource } from '../../../src/app/events/event-handlers.ts'
import { EventLog } from '../../../src/app/events/event-log.ts'
import { Channel } from '../../../src/app/push/channel.ts'
import type { Frame, Outlet } from '../../../src/app/push/outlet.ts'
import { viewFrames } from '../../../src/app/views/view-source.ts'
import { renderView } from '../../../src/topology/render.ts'
import { held, processNode, report } from '../../support/reports/reports.ts'
import { eventually } from '../start-test-app.ts'

/** An outlet whose buffer a test can fill. */
const outletOf = () => {
  const frames: { reset?: true; add: { id: string }[] | null }[] = []
  const outlet = {
    isOpen: true,
    waitingBytes: 0,
    send({ bytes }: Frame) {
      frames.push(JSON.parse(String(bytes)))
      return true
    },
  } satisfies Outlet
  return { outlet, frames }
}

const failed = (error: unknown): never => {
  throw error
}

const pacer = { ask: (task: () => void) => task(), forget: () => {} }

const viewOf = (...pids: number[]) =>
  renderView('processes', { unconnected: 'show' }, [
    held(report({ nodes: pids.map((pid) => processNode('alpha', pid)) })),
  ])

it('leaves out a socket that reads too slowly, then gives it everything', async () => {
  let view = viewOf(1)
  const channel = new Channel({
    current: () => view,
    ...viewFrames,
    pauseMs: 5,
    heartbeatMs: 60_000,
    maxBufferedBytes: 100,
    failed,
    pacer,
    nowMs: () => performance.now(),
  })
  const good = outletOf()
  const slow = outletOf()
  channel.add(good.outlet)
  channel.add(slow.outlet)
  slow.outlet.waitingBytes = 101
  const change = async (...pids: number[]) => {
    view = viewOf(...pids)
    channel.notify()
    await eventually(() => expect(good.frames.at(-1)?.add?.at(-1)?.id).toBe(`alpha;${pids.at(-1)}`))
  }
  await change(1, 2)
  await change(1, 2, 3)
  expect(good.frames).toHaveLength(3)
  expect(slow.frames).toHaveLength(1)

  // Nothing changes any more, and still it is told once it can take it.
  slow.outlet.waitingBytes = 0
  await eventually(() => expect(slow.frames).toHaveLength(2))
  expect(slow.frames[1]?.reset).toBe(true)
  expect(slow.frames[1]?.add).toHaveLength(3)
  await change(1, 2, 3, 4)
  expect(slow.frames[2]).toEqual(good.frames[3])
  expect(good.frames[3]).not.toHaveProperty('reset')
  channel.close()
})

it('sends nothing when the view says the same', async () => {
  let now = 0
  let view = viewOf(1)
  const channel = new Channel({
    current: () => view,
    ...viewFrames,
    pauseMs: 100,
    heartbeatMs: 60_000,
    maxBufferedBytes: 100,
    failed,
    pacer,
    nowMs: () => now,
  })
  const { frames, outlet } = outletOf()
  channel.add(outlet)
  for (now = 1000; now < 5000; now += 1000) {
    view = viewOf(1)
    channel.notify()
  }
  expect(frames).toHaveLength(1)
  channel.close()
})

const nothing = { add: null, update: null, remove: null, edges: { add: null, update: null, remove: null } }

describe('when nothing is sent for a while', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const quietChannel = (heartbeatMs: number, pauseMs: number) => {
    const shown = { view: viewOf(1) }
    const channel = new Channel({
      current: () => shown.view,
      ...viewFrames,
      pauseMs,
      heartbeatMs,
      maxBufferedBytes: 100,
      nowMs: () => performance.now(),
      failed,
      pacer,
    })
    return { shown, channel }
  }

  it.each([
    ['its own interval', 3000, 100, 3000],
    ['the pause, where that is longer', 3000, 60_000, 60_000],
  ])('sends a frame that changes nothing, after %s', (_, heartbeatMs, pauseMs, intervalMs) => {
    const { channel } = quietChannel(heartbeatMs, pauseMs)
    const good = outletOf()
    const slow = outletOf()
    channel.add(good.outlet)
    channel.add(slow.outlet)
    slow.outlet.waitingBytes = 101
    vi.advanceTimersByTime(intervalMs - 1)
    expect(good.frames).toHaveLength(1)
    vi.advanceTimersByTime(1 + 2 * intervalMs)
    expect(good.frames.slice(1)).toEqual([nothing, nothing, nothing])
    expect(viewDiffSchema.parse(nothing)).toEqual(nothing)
    expect(slow.frames).toHaveLength(1)
    channel.close()
  })

  it.each(['as it joins', 'at a sign of life'])(
    'gives everything to one that has no room %s, once it has',
    (when) => {
      const { channel } = quietChannel(3000, 100)
      const good = outletOf()
      const slow = outletOf()
      channel.add(good.outlet)
      if (when === 'at a sign of life') channel.add(slow.outlet)
      const before = slow.frames.length
      slow.outlet.waitingBytes = 101
      if (when === 'as it joins') channel.add(slow.outlet)
      vi.advanceTimersByTime(3500)
      expect(slow.frames).toHaveLength(before)
      slow.outlet.waitingBytes = 0
      vi.advanceTimersByTime(100)
      expect(slow.frames.slice(before)).toMatchObject([{ reset: true, add: [{ id: 'alpha;1' }] }])
      vi.advanceTimersByTime(3000)
      expect(slow.frames.at(-1)).toEqual(nothing)
      expect(good.frames.slice(1)).toEqual([nothing, nothing])
      channel.close()
    },
  )

  it('counts from the last frame, and stops when nobody listens', () => {
    const { shown, channel } = quietChannel(3000, 100)
    const { frames, outlet } = outletOf()
    channel.add(outlet)
    for (let pid = 2; pid < 12; pid++) {
      vi.advanceTimersByTime(2900)
      shown.view = viewOf(pid)
      channel.notify()
    }
    expect(frames.filter(({ reset, add }) => !reset && add === null)).toEqual([])
    expect(frames).toHaveLength(11)
    channel.remove(outlet)
    vi.advanceTimersByTime(60_000)
    expect(frames).toHaveLength(11)
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('has an empty frame of events that is a frame of events', async () => {
  const log = new EventLog({ events: 1, length: 1000 })
  expect(eventsFrameSchema.parse(JSON.parse(String(eventSource(log, {}, 1).encodeEmpty())))).toEqual({
    events: [],
  })
})
