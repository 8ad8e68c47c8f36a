import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pacer } from '../../../src/app/push/pacer.ts'

describe('a pacer', () => {
  let nowMs: number
  let pacer: Pacer
  const done: string[] = []
  /** A task that takes its time. */
  const task = (name: string, tookMs: number) => () => {
    done.push(`${name} at ${nowMs}`)
    nowMs += tookMs
  }
  /** Lets time pass by so much, with all that falls due in it. */
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      nowMs += 1
      vi.advanceTimersByTime(1)
    }
  }

  beforeEach(() => {
    vi.useFakeTimers()
    nowMs = 0
    done.length = 0
    pacer = new Pacer({ turnMs: 10, nowMs: () => nowMs })
  })
  afterEach(() => {
    pacer.stop()
    vi.useRealTimers()
  })

  it('does what is quick at once, in the order in which it was asked for', () => {
    for (const name of ['a', 'b', 'c']) pacer.ask(task(name, 1))
    pass(1)
    expect(done).toEqual(['a at 1', 'b at 2', 'c at 3'])
  })

  it('rests after each turn for as long as it took', () => {
    for (const name of ['a', 'b', 'c', 'd']) pacer.ask(task(name, 5))
    pass(1)
    expect(done).toEqual(['a at 1', 'b at 6'])
    pass(30)
    expect(done).toHaveLength(4)
    const [thirdAtMs = 0] = done.slice(2).map((text) => Number(text.split(' at ')[1]))
    expect(thirdAtMs).toBeGreaterThanOrEqual(20)
  })

  it('rests also before what is asked for after the turn', () => {
    pacer.ask(task('long', 50))
    pass(1)
    pacer.ask(task('next', 1))
    pass(40)
    expect(done).toEqual(['long at 1'])
    pass(20)
    expect(done).toHaveLength(2)
  })

  it('does once what is asked for again while it waits, and then puts it behind all others', () => {
    const [a, b] = [task('a', 12), task('b', 12)]
    for (let i = 0; i < 3; i++) for (const each of [a, b]) pacer.ask(each)
    pass(1)
    expect(done).toHaveLength(1)
    pacer.ask(a)
    pass(100)
    expect(done.map((text) => text[0])).toEqual(['a', 'b', 'a'])
  })

  it('gives each the same number of turns, however often one asks', () => {
    const names = Array.from({ length: 20 }, (_, i) => `n${i}`)
    const tasks = names.map((name) => task(name, 4))
    for (let round = 0; round < 600; round++) {
      for (const [i, each] of tasks.entries()) for (let k = 0; k <= i; k++) pacer.ask(each)
      pass(2)
    }
    const turns = names.map((name) => done.filter((text) => text.startsWith(`${name} `)).length)
    expect(Math.min(...turns)).toBeGreaterThan(4)
    expect(Math.max(...turns) / Math.min(...turns)).toBeLessThan(1.5)
  })

  it('forgets what need not be done any more, and all when it stops', () => {
    const [a, b, c] = [task('a', 1), task('b', 1), task('c', 1)]
    pacer.ask(a)
    pacer.ask(b)
    pacer.forget(a)
    pass(1)
    expect(done).toEqual(['b at 1'])
    pacer.ask(c)
    pacer.stop()
    pass(100)
    expect(done).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
