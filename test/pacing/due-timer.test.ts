import { expect, it } from 'vitest'
import { createDueTimer } from '../../src/pacing/due-timer.ts'
import { untilPasses } from '../support/until-passes.ts'

const nowMs = () => performance.now()

/** A timer of things that are due at moments. */
const withTimer = () => {
  const moments: number[] = []
  const done: { dueMs: number; atMs: number }[] = []
  const timer = createDueTimer({
    nextDueMs: () => Math.min(...moments),
    due: () => {
      const atMs = nowMs()
      for (const dueMs of moments.filter((moment) => moment <= atMs).sort((a, b) => a - b)) {
        done.push({ dueMs, atMs })
        moments.splice(moments.indexOf(dueMs), 1)
      }
    },
    nowMs,
  })
  return { moments, done, timer }
}

it('does each thing when it is due, also one that came later and is due sooner', async () => {
  const { moments, done, timer } = withTimer()
  const startMs = nowMs()
  for (const afterMs of [200, 20, 100]) {
    moments.push(startMs + afterMs)
    timer.look()
  }
  await untilPasses(() => expect(done).toHaveLength(3))
  expect(done.map(({ dueMs }) => Math.round(dueMs - startMs))).toEqual([20, 100, 200])
  for (const { dueMs, atMs } of done) expect(atMs).toBeGreaterThanOrEqual(dueMs)
})

it('does nothing once it is stopped', async () => {
  const { moments, done, timer } = withTimer()
  const other = withTimer()
  for (const { moments: given, timer: of } of [{ moments, timer }, other]) {
    given.push(nowMs() + 20)
    of.look()
  }
  timer.stop()
  await untilPasses(() => expect(other.done).toHaveLength(1))
  expect(done).toEqual([])
})
