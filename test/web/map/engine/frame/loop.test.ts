import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLoop } from '../../../../../web/map/engine/frame/loop.ts'

const FRAME_MS = 16
const pace = { spent: () => {}, waitMs: (wantedMs: number) => wantedMs }

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => Number(setTimeout(draw, FRAME_MS)))
  vi.stubGlobal('cancelAnimationFrame', (id: number) => clearTimeout(id))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A loop, and when it has drawn, ms since it was made. @param waits what each frame wants; the last one again and again */
const drawing = (...waits: readonly (number | undefined)[]) => {
  const beganMs = performance.now()
  const drawnMs: number[] = []
  const loop = createLoop(pace, () => {
    drawnMs.push(Math.round(performance.now() - beganMs))
    return waits[Math.min(drawnMs.length, waits.length) - 1]
  })
  return { loop, drawnMs }
}

it('draws as often as frames want others, and then no more', () => {
  const { loop, drawnMs } = drawing(0, 100, undefined)
  loop.request()
  vi.advanceTimersByTime(1000)
  expect(drawnMs).toEqual([16, 32, 148])
  loop.stop()
})

it('draws soon what has changed while it waits for something later', () => {
  const { loop, drawnMs } = drawing(10_000, undefined)
  loop.request()
  vi.advanceTimersByTime(2000)
  loop.requestSoon()
  vi.advanceTimersByTime(100)
  expect(drawnMs).toEqual([16, 2016])
  loop.stop()
})

it('does not put off what it waits for when something later is wanted', () => {
  const { loop, drawnMs } = drawing(50, undefined)
  loop.request()
  vi.advanceTimersByTime(20)
  loop.requestSoon()
  loop.requestSoon()
  vi.advanceTimersByTime(1000)
  expect(drawnMs).toEqual([16, 36])
  loop.stop()
})
