import { expect, it } from 'vitest'
import { RefusalLog } from '../../../src/app/reports/refusal-log.ts'
import { createLogger } from '../../../src/log/log.ts'

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
