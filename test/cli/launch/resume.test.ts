import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Background } from '../../../src/cli/launch/background.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { endProcess } from '../../../src/cli/parts/processes/end-process.ts'
import { identifyProcess, isAlive } from '../../../src/cli/parts/processes/process-identity.ts'
import {
  forgetMember,
  type LaunchRecord,
  type Member,
  members,
  readLaunchRecord,
  stateFiles,
  writeLaunchRecord,
} from '../../../src/cli/parts/state-files.ts'
import { type PartPlan, readPlan, writePlan } from '../../../src/cli/supervisor/plan.ts'
import { eventually } from '../../support/eventually.ts'

let stateDir: string
let supervisor: ChildProcess
let others: ChildProcess[]
beforeEach(() => {
  others = []
  stateDir = mkdtempSync(join(tmpdir(), 'scope-background-'))
})
afterEach(() => {
  for (const child of [supervisor, ...others]) child.kill('SIGKILL')
  rmSync(stateDir, { recursive: true, force: true })
})

const record = (member: Member, pid = 0): LaunchRecord => {
  const identity = identifyProcess(pid)
  if (identity === undefined) throw new Error(`there is no process ${pid}`)
  const launched = { ...identity, launchedAt: '2026-01-02T14:00:00Z' }
  writeLaunchRecord(stateDir, member, launched)
  return launched
}

/** Records a process that does nothing as a member. */
const startIdle = (member: Member): { child: ChildProcess; launched: LaunchRecord } => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  others.push(child)
  return { child, launched: record(member, child.pid) }
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

describe('a supervisor that dies before it has left alone what is to run no longer', () => {
  it.each(['dead', 'running'])('is replaced by one that does that, where the app is %s', async (app) => {
    writePlan(stateDir, { app: part, probe: part })
    await startBusySupervisor()
    const probe = startIdle('probe')
    const { child, launched } = startIdle('app')
    if (app === 'dead' && child.kill('SIGKILL')) await once(child, 'exit')
    const resumed = new Background(stateDir).resume(['probe'])
    await eventually('the plan', () => readPlan(stateDir).app === undefined)
    if (supervisor.kill('SIGKILL')) await once(supervisor, 'exit')
    await resumed
    const next = livingRecord(stateDir, 'supervisor')
    if (next === undefined) throw new Error('there is no other supervisor')
    try {
      expect(readLaunchRecord(stateDir, 'app')).toBeUndefined()
      expect([isAlive(launched), isAlive(probe.launched)]).toEqual([false, true])
    } finally {
      await endProcess(next, 'supervisor')
    }
    // The next one had taken it over.
    expect(isAlive(probe.launched)).toBe(false)
  })

  it('is not replaced where nothing runs and nothing is to', async () => {
    writePlan(stateDir, { app: part })
    await startBusySupervisor()
    const { child } = startIdle('app')
    if (child.kill('SIGKILL')) await once(child, 'exit')
    const ended = new Background(stateDir).end(['app'])
    await eventually('the plan', () => readPlan(stateDir).app === undefined)
    if (supervisor.kill('SIGKILL')) await once(supervisor, 'exit')
    await ended
    expect(members.map((member) => readLaunchRecord(stateDir, member))).toEqual(members.map(() => undefined))
    expect(existsSync(stateFiles.log(stateDir, 'supervisor'))).toBe(false)
  })
})
