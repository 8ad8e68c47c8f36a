import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Background } from '../../../src/cli/launch/background.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import { forgetMember, type Member, writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { type PartPlan, readPlan, writePlan } from '../../../src/cli/supervisor/plan.ts'

let stateDir: string
let supervisor: ChildProcess
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-background-'))
})
afterEach(() => {
  supervisor.kill('SIGKILL')
  rmSync(stateDir, { recursive: true, force: true })
})

const record = (member: Member, pid = 0): void => {
  const identity = identifyProcess(pid)
  if (identity === undefined) throw new Error(`there is no process ${pid}`)
  writeLaunchRecord(stateDir, member, { ...identity, launchedAt: '2026-01-02T14:00:00Z' })
}

/** Stands in for a supervisor that is busy: it is told to read the plan again, and does not yet. */
const startBusySupervisor = async (): Promise<void> => {
  supervisor = spawn(process.execPath, [
    '-e',
    'process.on("SIGHUP", () => {}); process.stdout.write("!"); setInterval(() => {}, 1e6)',
  ])
  const { stdout } = supervisor
  if (stdout === null) throw new Error('it has no output')
  await once(stdout, 'data')
  record('supervisor', supervisor.pid)
}

const part: PartPlan = { args: [], env: {} }

// Else what is started next is planned before the supervisor has seen that it was not, and it goes on with its pauses, and tells of the
// death before.
it('parts that are to run no longer are waited for', async () => {
  writePlan(stateDir, { app: part, probe: part })
  await startBusySupervisor()
  record('app', process.pid)
  const resumed = new Background(stateDir).resume(['probe'])
  expect(await Promise.race([resumed, sleep(500, 'it waits')])).toBe('it waits')
  expect(readPlan(stateDir)).toEqual({ probe: part })
  forgetMember(stateDir, 'app')
  await resumed
})

it('nothing is waited for when all are to run on', async () => {
  writePlan(stateDir, { app: part, probe: part })
  await startBusySupervisor()
  record('app', process.pid)
  await new Background(stateDir).resume(['app', 'probe'])
  expect(readPlan(stateDir)).toEqual({ app: part, probe: part })
})
