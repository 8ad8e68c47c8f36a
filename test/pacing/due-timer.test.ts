import { expect, it } from 'vitest'
import { createDueTimer } from '../../src/pacing/due-timer.ts'
import { untilPasses } from '../support/until-passes.ts'

const nowMs = () => performance.now()

/** A timer of things that are due at moments. */
const withTimer = (failing = () => false) => {
  const moments: number[] = []
  const done: { dueMs: number; atMs: number }[] = []
  const thrown: unknown[] = []
  const timer = createDueTimer({
    nextDueMs: () => Math.min(...moments),
    due: () => {
      if (failing()) throw new Error('no')
      const atMs = nowMs()
      for (const dueMs of moments.filter((moment) => moment <= atMs).sort((a, b) => a - b)) {
        done.push({ dueMs, atMs })
        moments.splice(moments.indexOf(dueMs), 1)
      }
    },
    guarded: (job) => {
      try {
        job()
      } catch (error) {
        thrown.push(error)
      }
    },
    nowMs,
  })
  return { moments, done, thrown, timer }
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

it('calls what has thrown again, but not at once', async () => {
  let isBroken = true
  const { moments, done, thrown, timer } = withTimer(() => isBroken)
  moments.push(nowMs() + 20)
  timer.look()
  await untilPasses(() => expect(thrown.length).toBeGreaterThan(0))
  isBroken = false
  await untilPasses(() => expect(done).toHaveLength(1))
  expect(thrown).toEqual([new Error('no')])
  expect((done[0]?.atMs ?? 0) - (done[0]?.dueMs ?? 0)).toBeGreaterThanOrEqual(900)
})
