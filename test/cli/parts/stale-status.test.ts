import { expect, it } from 'vitest'
import { partStates } from '../../../src/cli/parts/parts.ts'
import { identifyProcess } from '../../../src/cli/parts/processes/process-identity.ts'
import { runningPids, writeAppStatus, writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { ensureStateDir } from '../../../src/state/state-dir.ts'
import { testStateDir } from '../accounts/run-command.ts'

const self = identifyProcess(process.pid)
if (self === undefined) throw new Error('this process was not found')
const status = { port: 4040, urls: [], localUrl: 'http://127.0.0.1:4040', startedAt: '' }

it('the status of an app that had the same pid before is not that of the app that runs', async () => {
  const stateDir = testStateDir()
  await ensureStateDir(stateDir)
  writeLaunchRecord(stateDir, 'app', { ...self, launchedAt: '' })
  writeAppStatus(stateDir, { ...self, bootId: 'another', ...status })
  expect(partStates(stateDir).app).toMatchObject({ state: 'running', status: undefined })
  writeAppStatus(stateDir, { ...self, ...status })
  expect(partStates(stateDir).app.status).toMatchObject({ pid: self.pid })
  // As an older Scope wrote it.
  writeAppStatus(stateDir, { pid: self.pid, ...status })
  expect(partStates(stateDir).app.status).toMatchObject({ pid: self.pid })
})

it('a process that has the pid of an app that ended is none of Scope’s', async () => {
  const stateDir = testStateDir()
  await ensureStateDir(stateDir)
  writeAppStatus(stateDir, { ...self, startTicks: self.startTicks - 1, ...status })
  expect(runningPids(stateDir)).toEqual([])
  writeAppStatus(stateDir, { ...self, ...status })
  expect(runningPids(stateDir)).toEqual([self.pid])
})
