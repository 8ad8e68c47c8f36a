import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RecentReports } from '../../../../src/app/reports/held/recent-reports.ts'
import { unguarded } from '../../../../src/log/faults.ts'
import type { HeldReport } from '../../../../src/topology/held-report.ts'
import { report } from '../../../support/reports/reports.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const reportsOf = (probes: number): readonly HeldReport[] =>
  Array.from({ length: probes }, () => ({ report: report(), startedAtMs: 0, arrivedAtMs: 0, verified: true }))

const start = (probes: number) => {
  let held = reportsOf(probes)
  const changed = vi.fn()
  const recent = new RecentReports({
    held: () => held,
    changed,
    guard: unguarded,
    nowMs: () => performance.now(),
  })
  const arrive = (next = probes) => {
    held = reportsOf(next)
    recent.notify()
    return held
  }
  return { recent, changed, arrive }
}

test('of few probes, every report can be had at once', () => {
  const { recent, changed, arrive } = start(2)
  for (const count of [1, 2, 3]) {
    const last = arrive()
    expect(recent.current).toBe(last)
    expect(changed).toHaveBeenCalledTimes(count)
  }
})

test('of many probes, all who ask within a moment get the same', () => {
  const { recent, arrive } = start(50)
  const first = arrive()
  expect(recent.current).toBe(first)
  vi.advanceTimersByTime(99)
  const second = arrive()
  expect(recent.current).toBe(first)
  vi.advanceTimersByTime(1)
  expect(recent.current).toBe(second)
})

test('who is told of reports gets the newest, and is told once in a moment', () => {
  const { recent, changed, arrive } = start(50)
  changed.mockImplementation(() => recent.current)
  arrive()
  expect(changed).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(10)
  arrive()
  vi.advanceTimersByTime(10)
  const last = arrive()
  expect(changed).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(80)
  expect(changed).toHaveBeenCalledTimes(2)
  expect(changed).toHaveLastReturnedWith(last)
  vi.advanceTimersByTime(1000)
  expect(changed).toHaveBeenCalledTimes(2)
})

test('when many probes become few, nobody waits', () => {
  const { recent, arrive } = start(50)
  arrive()
  expect(recent.current).toHaveLength(50)
  const left = arrive(1)
  expect(recent.current).toBe(left)
})

test('nobody is told after the end', () => {
  const { recent, changed, arrive } = start(50)
  arrive()
  expect(recent.current).toHaveLength(50)
  arrive()
  recent.stop()
  vi.advanceTimersByTime(1000)
  expect(changed).toHaveBeenCalledTimes(1)
})
