import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAuditLog } from '../../src/audit/audit-log.ts'
import { createFaults } from '../../src/log/faults.ts'
import { createLogger } from '../../src/log/log.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scope-audit-'))
  path = join(dir, 'app', 'audit.log')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const newFaults = () =>
  createFaults({
    nowMs: () => 0,
    log: createLogger({ format: 'text', debug: false, write: () => undefined }),
  })

it('writes entries that it reads again, newest first, also after a restart', async () => {
  const first = openAuditLog({ path, faults: newFaults(), nowMs: () => 1000 })
  first.record({ who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' })
  await first.stop()
  const second = openAuditLog({ path, faults: newFaults(), nowMs: () => 2000 })
  second.record({ who: 'anna', from: '10.0.0.7', action: 'sign-out', result: 'done' })
  expect(second.newest(10)).toEqual([
    { at: '1970-01-01T00:00:02.000Z', who: 'anna', from: '10.0.0.7', action: 'sign-out', result: 'done' },
    { at: '1970-01-01T00:00:01.000Z', who: 'anna', from: '10.0.0.7', action: 'sign-in', result: 'done' },
  ])
  await second.stop()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3)
})
