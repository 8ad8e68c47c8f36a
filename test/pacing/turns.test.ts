import { expect, it } from 'vitest'
import { Turns } from '../../src/pacing/turns.ts'

const turnsOf = (atOnce: number, mayWait = 0) =>
  new Turns({ atOnce, mayWait, refuse: (why) => new Error(`no turn: ${why}`) })

it('refuses what has no turn, and ends turns whatever comes of the work', async () => {
  const turns = turnsOf(1)
  let finish = (): void => {}
  const first = turns.run(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  )
  await expect(turns.run(() => 1)).rejects.toThrow('no turn: full')
  finish()
  await first
  await expect(turns.run(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  expect(await turns.run(() => 2)).toBe(2)
})

it('lets some wait for their turn, in the order in which they came', async () => {
  const turns = turnsOf(1, 2)
  const order: number[] = []
  const take = (n: number) => turns.run(async () => void order.push(n))
  const waiting = [1, 2, 3].map(take)
  await expect(take(4)).rejects.toThrow('no turn: full')
  await Promise.all(waiting)
  expect(order).toEqual([1, 2, 3])
  await take(5)
  expect(order).toHaveLength(4)
})

it('waits no longer than it is let, and then leaves its place to others', async () => {
  const turns = turnsOf(1, 1)
  const end = turns.take()
  await expect(turns.run(() => 1, AbortSignal.timeout(5))).rejects.toThrow('no turn: late')
  await expect(turns.run(() => 1, AbortSignal.abort())).rejects.toThrow('no turn: late')
  const next = turns.run(() => 2)
  end()
  expect(await next).toBe(2)
})

it('gives a turn that ends at its own time, and once', () => {
  const turns = turnsOf(2)
  const end = turns.take()
  turns.take()
  expect(() => turns.take()).toThrow('no turn: full')
  end()
  end()
  turns.take()
  expect(() => turns.take()).toThrow('no turn: full')
})
