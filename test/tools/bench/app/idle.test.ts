import { expect, test } from 'vitest'
import { type IdleFound, idleTable } from '../../../../tools/bench/app/idle.ts'
import { idleLoad } from '../../../../tools/bench/app/plan.ts'

const row = (found: Partial<IdleFound>): string | undefined =>
  idleTable({ load: idleLoad, windowS: 60, cpuPercent: [1], anonymousMb: [50], ...found }).at(-1)

test('an hour in which nobody looks is told with how CPU and memory developed', () => {
  const cpuPercent = Array.from({ length: 60 }, (_, n) => (n < 30 ? 2 : 3))
  const anonymousMb = Array.from({ length: 60 }, (_, n) => (n < 40 ? 50 : 55))
  expect(row({ cpuPercent, anonymousMb })).toBe(
    '| 15 hosts, 60 min | 3.00 (2.00…3.00) | × 1.50 | 50.0 | × 1.10 |',
  )
})

test('of a few windows it is told that they are too short', () => {
  expect(row({ windowS: 10 })).toBe('| 15 hosts, 0.2 min | 1.00 (1.00…1.00) | – | 50.0 | too short to tell |')
})
