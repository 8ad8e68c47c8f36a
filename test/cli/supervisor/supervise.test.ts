import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { isAlive } from '../../../src/cli/parts/processes/process-identity.ts'
import { stateFiles } from '../../../src/cli/parts/state-files.ts'
import { writePlan } from '../../../src/cli/supervisor/plan.ts'
import { eventually } from '../../support/eventually.ts'
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

/** A supervisor in the foreground, of an app; its log and its exit. */
const startSupervisor = async () => {
  writePlan(stateDir, { app: { args: [`--app.http.address=127.0.0.1:${await freePort()}`], env: {} } })
  const supervisor = spawn(process.execPath, [checkout.programs.supervisor, stateDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const output of [supervisor.stdout, supervisor.stderr]) output.on('data', (text) => (log += text))
  const ended = once(supervisor, 'exit')
  const app = await eventually('the app', () =>
    livingRecord(stateDir, 'supervisor')?.pid === supervisor.pid ? livingRecord(stateDir, 'app') : undefined,
  )
  return { supervisor, app, ended, log: () => log }
}

/** Puts in place of the supervisor's record what `make` makes, at once. */
const replaceRecord = (make: (path: string) => void): void => {
  const path = stateFiles.record(stateDir, 'supervisor')
  const made = `${path}.made`
  make(made)
  renameSync(made, path)
}

it('goes on when its record cannot be read for a moment, and ends when the record is of another', async () => {
  const { supervisor, app, ended, log } = await startSupervisor()
  try {
    const own = readFileSync(stateFiles.record(stateDir, 'supervisor'), 'utf8')
    replaceRecord((path) => symlinkSync('supervisor.pid', path))
    await eventually('a look at it', () => log().includes('cannot be read'))
    replaceRecord((path) => writeFileSync(path, own, { mode: 0o600 }))
    await eventually('another look at it', () => log().includes('can be read again'))
    expect([supervisor.exitCode, isAlive(app)]).toEqual([null, true])
    replaceRecord((path) => writeFileSync(path, own.replace(`"pid":${supervisor.pid}`, '"pid":1')))
    expect(await ended).toEqual([0, null])
    expect(isAlive(app)).toBe(false)
  } finally {
    supervisor.kill('SIGTERM')
  }
})
