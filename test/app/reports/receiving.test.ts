import { expect, it } from 'vitest'
import { RefusalLog } from '../../../src/app/reports/refusal-log.ts'
import { Slots } from '../../../src/app/reports/slots.ts'
import { createLogger } from '../../../src/log/log.ts'

it('refuses what has no slot, and frees slots whatever comes of the work', async () => {
  const slots = new Slots(1)
  let finish = (): void => {}
  const first = slots.run(() => new Promise<void>((resolve) => (finish = resolve)))
  await expect(slots.run(async () => 1)).rejects.toMatchObject({
    status: 503,
    code: 'busy',
    headers: { 'retry-after': '1' },
  })
  finish()
  await first
  await expect(slots.run(() => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  expect(await slots.run(async () => 2)).toBe(2)
})

it('lets some wait for a slot, in the order in which they came', async () => {
  const slots = new Slots(1, 2)
  const order: number[] = []
  const take = (n: number) => slots.run(async () => void order.push(n))
  const waiting = [1, 2, 3].map(take)
  await expect(take(4)).rejects.toMatchObject({ status: 503 })
  await Promise.all(waiting)
  expect(order).toEqual([1, 2, 3])
  await take(5)
  expect(order).toHaveLength(4)
})

it('logs a fault of a probe once a minute, and another at once', () => {
  const lines: string[] = []
  let nowMs = 0
  const log = new RefusalLog(
    createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) }),
    () => nowMs,
  )
  for (nowMs = 0; nowMs < 120_000; nowMs += 1000) log.note('a', 'truncated', 'too short')
  expect(lines).toHaveLength(2)
  log.note('a', 'empty', 'nothing')
  log.note('b', 'empty', 'nothing', 'nodes')
  expect(lines).toHaveLength(4)
  expect(lines[3]).toContain('a report was refused probe=b code=empty reason=nothing field=nodes')
})
