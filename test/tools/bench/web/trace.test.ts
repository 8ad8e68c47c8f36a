import { expect, test } from 'vitest'
import { type TraceEvent, threadsOf } from '../../../../tools/bench/web/trace.ts'

const FRAME_US = 1_000_000 / 60
const MAIN = { pid: 7, tid: 1 }
const WORKER = { pid: 7, tid: 2 }
const IDLE_PAGE = { pid: 8, tid: 1 }

const threads: readonly TraceEvent[] = [
  { name: 'thread_name', ph: 'M', ...MAIN, args: { name: 'CrRendererMain' } },
  { name: 'thread_name', ph: 'M', ...WORKER, args: { name: 'DedicatedWorker thread' } },
  { name: 'thread_name', ph: 'M', ...IDLE_PAGE, args: { name: 'CrRendererMain' } },
]

const during = (name: string, on: typeof MAIN, frame: number, ms: number): TraceEvent => ({
  name,
  ph: 'X',
  ...on,
  ts: frame * FRAME_US,
  dur: ms * 1000,
})
const task = (on: typeof MAIN, frame: number, ms: number) =>
  during('ThreadControllerImpl::RunTask', on, frame, ms)

test('the page’s own thread is that of the process with the longest tasks, and each frame has its part of a task', () => {
  const found = threadsOf([
    ...threads,
    ...Array.from({ length: 19 }, (_, frame) => task(MAIN, frame, 2)),
    task(MAIN, 19, 1000 / 60),
    task(IDLE_PAGE, 40, 1),
  ])
  expect(found.mainMedianMs).toBeCloseTo(2)
  expect(found.mainP95Ms).toBeCloseTo(1000 / 60)
  expect(found.mainShare).toBeCloseTo((19 * 2 + 1000 / 60) / ((20 * 1000) / 60))
})

test('work is CPU time where the trace has it', () => {
  const slow = { ...task(MAIN, 0, 10), tdur: 2500 }
  expect(threadsOf([...threads, slow]).mainMedianMs).toBeCloseTo(2.5)
})

test('frames are those of the thread that draws: of a worker that draws any', () => {
  const whole = Array.from({ length: 60 }, (_, frame) => task(MAIN, frame, 1000 / 60))
  const drawn = (on: typeof MAIN, frames: number) =>
    Array.from({ length: frames }, (_, at) => during('FireAnimationFrame', on, (at * 60) / frames, 1))
  const byPage = threadsOf([...threads, ...whole, ...drawn(MAIN, 45)])
  expect(byPage.framesPerSecond).toBeCloseTo(45)
  expect(byPage.dropped).toBeCloseTo(0.25)
  const byWorker = threadsOf([...threads, ...whole, ...drawn(MAIN, 3), ...drawn(WORKER, 60)])
  expect(byWorker.framesPerSecond).toBeCloseTo(60)
  expect(byWorker.dropped).toBeCloseTo(0)
})

test('a message is drawn by the first frame after the task that takes it', () => {
  const found = threadsOf([
    ...threads,
    task(MAIN, 0, 40),
    during('WebSocketReceive', MAIN, 0, 0),
    during('FireAnimationFrame', WORKER, 1, 5),
    during('FireAnimationFrame', WORKER, 3, 5),
  ])
  expect(found.toDrawnMs).toBeCloseTo(3 * (1000 / 60) + 5)
})

test('a block is a task with over 50 ms of CPU time, however long it took', () => {
  const waiting = { ...task(MAIN, 0, 90), tdur: 20_000 }
  const found = threadsOf([...threads, waiting, task(MAIN, 10, 51), task(WORKER, 20, 80), task(MAIN, 30, 1)])
  expect(found.blocks).toBe(1)
  expect(found.longestTaskMs).toBeCloseTo(51)
})

test('of several pages the one whose worker draws is watched', () => {
  const found = threadsOf([
    ...threads,
    task(MAIN, 0, 2),
    task(IDLE_PAGE, 0, 90),
    during('FireAnimationFrame', WORKER, 0, 5),
  ])
  expect(found.longestTaskMs).toBeCloseTo(2)
})
