import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Background } from '../../../src/cli/launch/background.ts'
import { livingRecord, partStates } from '../../../src/cli/parts/parts.ts'
import { endProcess } from '../../../src/cli/parts/processes/end-process.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import {
  type LaunchRecord,
  type Member,
  members,
  parts,
  readAppStatus,
  readLaunchRecord,
  removeAppStatus,
  writeAppStatus,
  writeLaunchRecord,
} from '../../../src/cli/parts/state-files.ts'
import { type Plan, readPlan, writePlan } from '../../../src/cli/supervisor/plan.ts'
import { writeSupervisorStatus } from '../../../src/cli/supervisor/supervisor-status.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { named } from '../../support/run/run.ts'

describeWith(['root'], 'a state directory on a full disk', () => {
  let stateDir: string
  let ballast: number

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), `${named('full')}-`))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'none', stateDir])
    ballast = openSync(join(stateDir, 'ballast'), 'a')
  })
  afterEach(async () => {
    closeSync(ballast)
    const supervisor = livingRecord(stateDir, 'supervisor')
    if (supervisor !== undefined) await endProcess(supervisor, 'supervisor')
    execFileSync('umount', ['-l', stateDir])
    rmSync(stateDir, { recursive: true })
  })

  /** What others write takes all room that there is. */
  const fill = (): void => {
    try {
      for (;;) writeSync(ballast, Buffer.alloc(4096))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' })
    }
  }

  /** Leaves what is recorded of processes that have ended. */
  const leaveDead = async (): Promise<Record<Member, LaunchRecord>> => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' })
    const identity = identifyProcess(child.pid ?? 0)
    if (identity === undefined) throw new Error('sleep does not run')
    if (child.kill('SIGKILL')) await once(child, 'exit')
    const record = { ...identity, launchedAt: '2026-01-02T14:00:00Z' }
    for (const member of members) writeLaunchRecord(stateDir, member, record)
    writeSupervisorStatus(stateDir, { pid: identity.pid, parts: {} })
    return { app: record, probe: record, supervisor: record }
  }

  it('has what died recorded as before, when it could not be started again', async () => {
    const plan: Plan = { app: { args: ['--nonsense'], env: {} }, probe: { args: [], env: {} } }
    writePlan(stateDir, plan)
    const records = await leaveDead()
    fill()
    const before = partStates(stateDir)
    expect(before).toMatchObject({ app: { state: 'dead' }, probe: { state: 'dead' } })
    const background = new Background(stateDir)
    await background.resume([])
    const { waitFor } = await background.start('app', { args: ['--nonsense'], env: {} })
    await expect(
      waitFor(
        () => 'did not end',
        60_000,
        () => undefined,
      ),
    ).rejects.toThrow('ended with code 2')
    fill()
    await background.end(parts)
    fill()
    await background.leaveDead(plan, before)
    expect(readPlan(stateDir)).toEqual(plan)
    for (const part of parts) expect(readLaunchRecord(stateDir, part)).toEqual(records[part])
  })

  it('has room for the status of an app that is started where one has ended', () => {
    const url = 'http://127.0.0.1:4040'
    const status = { pid: process.pid, port: 4040, urls: [url], localUrl: url, startedAt: '' }
    writeAppStatus(stateDir, status)
    fill()
    removeAppStatus(stateDir, process.pid)
    fill()
    expect(readAppStatus(stateDir)).toBeUndefined()
    writeAppStatus(stateDir, status)
    expect(readAppStatus(stateDir)).toEqual(status)
  })
})
