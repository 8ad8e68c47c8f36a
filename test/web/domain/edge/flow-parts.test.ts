import { expect, it } from 'vitest'
import type { EdgeFlow } from '../../../../src/api/types.ts'
import { flowParts } from '../../../../web/domain/edge/flow-parts.ts'

const flow = (client: string, server: string, port: number, more: Partial<EdgeFlow> = {}): EdgeFlow => ({
  client: { name: client },
  server: { name: server },
  port,
  ...{ open: 1, opened: 2, failed: 0, abandoned: 0, lastSeen: '2026-01-01T00:00:00Z' },
  ...more,
})

it('replicas that call the same are one part; failing parts come first, then those with most connections', () => {
  const flows = [
    flow('node', 'redis', 6379),
    flow('node', 'redis', 6379, { open: 4 }),
    flow('node', 'redis', 6380, { open: 0, opened: 7 }),
    flow('node', 'postgres', 5432, { open: 9 }),
    flow('cron', 'postgres', 5432, { failed: 3 }),
  ]
  const { parts, rest } = flowParts({ flows }, 3)
  expect(parts.map(({ from, to, words, tone }) => [from, to, words, tone])).toEqual([
    ['cron', 'postgres:5432', '3 failed', 'fail'],
    ['node', 'postgres:5432', '9 open', undefined],
    ['node', 'redis:6379', '5 open', undefined],
  ])
  expect(rest).toBe(1)
  expect(flowParts({ flows }, 8).parts.at(-1)?.words).toBe('7 opened')
})
