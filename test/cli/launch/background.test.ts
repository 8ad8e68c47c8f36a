import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { Background } from '../../../src/cli/launch/background.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import { type Part, parts, stateFiles, writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { type Plan, readPlan, writePlan } from '../../../src/cli/supervisor/plan.ts'
import { readSupervisorStatus, writeSupervisorStatus } from '../../../src/cli/supervisor/supervisor-status.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'

const part = { args: [], env: {} }
const both: Plan = { app: part, probe: part }
const last = { at: '2026-01-02T14:00:00Z', reason: 'could not be recorded: ENOSPC', lastWords: '' }
const dead = { deaths: 3, last }

describe('ending a part that could not be started, and has no record', () => {
  let stateDir: string
  /** A supervisor that takes its time. */
  let supervisor: ChildProcess & { pid: number }

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'scope-background-'))
    const child = spawn('sh', ['-c', 'trap "" HUP; echo; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(child.stdout, 'data')
    supervisor = child as typeof supervisor
  })
  afterEach(async () => {
    if (supervisor.kill('SIGKILL')) await once(supervisor, 'exit')
    rmSync(stateDir, { recursive: true, force: true })
  })

  /** Begins to end parts of which the supervisor has told that they died. @param stays whether it is that of a container */
  const ending = async (parts: readonly Part[], stays?: true) => {
    const identity = identifyProcess(supervisor.pid)
    if (identity === undefined) throw new Error('the supervisor does not run')
    const launchedAt = '2026-01-02T13:00:00Z'
    writeLaunchRecord(stateDir, 'supervisor', { ...identity, launchedAt, ...(stays && { stays }) })
    writePlan(stateDir, both)
    writeSupervisorStatus(stateDir, { pid: supervisor.pid, parts: { app: dead, probe: dead } })
    let isDone = false
    const done = new Background(stateDir).end(parts).then(() => {
      isDone = true
    })
    await sleep(50)
    return { done, isDone: () => isDone }
  }

  it.each<{ what: string; parts: Part[]; stays?: true; left: Plan }>([
    { what: 'the probe', parts: ['probe'], left: { app: part } },
    { what: 'the app', parts: ['app'], left: { probe: part } },
    { what: 'all in a container', parts: ['app', 'probe'], stays: true, left: {} },
  ])('waits until the supervisor tells of it no more: $what', async ({ parts, stays, left }) => {
    const { done, isDone } = await ending(parts, stays)
    expect(readPlan(stateDir)).toEqual(left)
    expect(isDone()).toBe(false)
    const kept = Object.keys(left).map((one) => [one, dead])
    writeSupervisorStatus(stateDir, { pid: supervisor.pid, parts: Object.fromEntries(kept) })
    await done
  })

  it('does not wait for what a supervisor has told that is gone', async () => {
    const { done, isDone } = await ending(['probe'])
    expect(isDone()).toBe(false)
    supervisor.kill('SIGKILL')
    await done
  })
})

it('starts what could not be started, once it can be, and does not take the failure before for one of now', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-background-'))
  // Nothing can be recorded there: the parts are ended as soon as they are started.
  const unwritable = parts.map((one) => stateFiles.record(stateDir, one))
  for (const path of unwritable) symlinkSync('nowhere', path)
  const app = { args: [`--app.http.address=127.0.0.1:${await freePort()}`], env: {} }
  writePlan(stateDir, { app, probe: part })
  const supervisor = spawn(process.execPath, [checkout.programs.supervisor, stateDir], { stdio: 'ignore' })
  try {
    const reasonOf = (one: Part) => readSupervisorStatus(stateDir)?.parts[one]?.last?.reason
    for (const one of parts)
      await eventually(`the failure of the ${one}`, () => reasonOf(one)?.startsWith('could not be recorded'))
    const background = new Background(stateDir)
    rmSync(stateFiles.record(stateDir, 'app'))
    await background.end(['app'])
    const { waitFor } = await background.start('app', app)
    const pid = await waitFor(
      () => 'was not recorded',
      60_000,
      (record) => record.pid,
    )
    expect(pid).toBe(livingRecord(stateDir, 'app')?.pid)
    expect(reasonOf('app')).toBeUndefined()
  } finally {
    if (supervisor.kill('SIGTERM')) await once(supervisor, 'exit')
    rmSync(stateDir, { recursive: true, force: true })
  }
})
