import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHeartbeat } from '../../src/probe/heartbeat.ts'

const BEAT_MS = 100

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const start = () => createHeartbeat(BEAT_MS, () => performance.now())

/** Moments at which a job is done, in milliseconds from now. */
const momentsOf = (heartbeat: ReturnType<typeof start>, periodMs: number): number[] => {
  const startedMs = performance.now()
  const moments: number[] = []
  heartbeat.every(periodMs, () => moments.push(Math.round(performance.now() - startedMs)))
  return moments
}

describe('a heartbeat', () => {
  it('does each job at its period, and all in the wake-ups of the most frequent', () => {
    const heartbeat = start()
    const often = momentsOf(heartbeat, 100)
    const seldom = momentsOf(heartbeat, 300)
    vi.advanceTimersByTime(1000)
    expect(often).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    expect(seldom).toEqual([200, 500, 800])
    expect(vi.getTimerCount()).toBe(1)
    expect(seldom.every((moment) => often.includes(moment))).toBe(true)
  })

  it('puts jobs of one period on beats of their own', () => {
    const heartbeat = start()
    const all = [1000, 1000, 1000].flatMap((periodMs) => [momentsOf(heartbeat, periodMs)])
    vi.advanceTimersByTime(1000)
    expect(all.map((moments) => moments.length)).toEqual([1, 1, 1])
    expect(new Set(all.flat()).size).toBe(3)
  })

  it('makes nothing up for a pause', () => {
    let pausedMs = 0
    const heartbeat = createHeartbeat(BEAT_MS, () => performance.now() + pausedMs)
    const moments = momentsOf(heartbeat, 100)
    vi.advanceTimersByTime(100)
    pausedMs = 4030
    vi.advanceTimersByTime(170)
    expect(moments).toEqual([100, 200, 270])
  })

  it('keeps beating when a job throws', () => {
    const heartbeat = start()
    heartbeat.every(100, () => {
      throw new Error('this job fails')
    })
    expect(() => vi.advanceTimersByTime(100)).toThrow('this job fails')
    const moments = momentsOf(heartbeat, 200)
    expect(() => vi.advanceTimersByTime(100)).toThrow('this job fails')
    expect(() => vi.advanceTimersByTime(100)).toThrow('this job fails')
    expect(vi.getTimerCount()).toBe(1)
    expect(moments.length).toBeLessThanOrEqual(1)
  })

  it('leaves out every second beat while no job finds anything, and none once one does', () => {
    const heartbeat = start()
    const moments: number[] = []
    const seldom = momentsOf(heartbeat, 1000)
    let finds = true
    heartbeat.every(100, () => {
      moments.push(Math.round(performance.now()))
      return finds
    })
    const countIn = (ms: number): number => {
      const before = moments.length
      vi.advanceTimersByTime(ms)
      return moments.length - before
    }
    expect(countIn(10_000)).toBe(100)
    finds = false
    expect(countIn(5000)).toBe(50)
    countIn(200)
    expect(countIn(10_000)).toBe(50)
    expect(seldom.length).toBeGreaterThanOrEqual(24)
    finds = true
    countIn(200)
    expect(countIn(5000)).toBe(50)
    expect(vi.getTimerCount()).toBe(1)
  })

  it('does nothing that was ended, nor anything new after its stop', () => {
    const heartbeat = start()
    let runs = 0
    const end = heartbeat.every(100, () => runs++)
    vi.advanceTimersByTime(200)
    end()
    vi.advanceTimersByTime(200)
    expect(runs).toBe(2)
    expect(vi.getTimerCount()).toBe(0)
    heartbeat.every(100, () => runs++)
    heartbeat.stop()
    heartbeat.every(100, () => runs++)
    vi.advanceTimersByTime(500)
    expect(runs).toBe(2)
  })
})
