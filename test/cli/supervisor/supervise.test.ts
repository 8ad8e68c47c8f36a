import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { writePlan } from '../../../src/cli/supervisor/plan.ts'
import { freePort } from '../../support/machine/free-port.ts'

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-supervise-'))
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

it('can be told to read the plan again as soon as it can be found', async () => {
  writePlan(stateDir, { app: { args: [`--app.http.address=127.0.0.1:${await freePort()}`], env: {} } })
  for (let round = 0; round < 5; round++) {
    const supervisor = spawn(process.execPath, [checkout.programs.supervisor, stateDir], { stdio: 'ignore' })
    try {
      const ended = once(supervisor, 'exit')
      while (livingRecord(stateDir, 'supervisor')?.pid !== supervisor.pid) await sleep(1)
      supervisor.kill('SIGHUP')
      const outcome = await Promise.race([ended, sleep(300).then(() => 'it goes on')])
      expect(outcome).toBe('it goes on')
      supervisor.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      supervisor.kill('SIGKILL')
    }
  }
})
