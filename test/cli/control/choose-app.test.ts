import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { chooseApp } from '../../../src/cli/control/app/choose-app.ts'
import { createAppClient } from '../../../src/cli/control/app/client.ts'
import { CommandError, UsageError } from '../../../src/cli/options/usage-error.ts'
import { identifyProcess, type ProcessIdentity } from '../../../src/cli/parts/processes/process-identity.ts'
import { writeAppStatus, writeLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { ensureStateDir, token } from '../../../src/state/state-dir.ts'
import { testStateDir } from '../accounts/run-command.ts'

const choice = { tlsFingerprints: [], insecure: false }

/** A program that listens, the tokens that it is sent, and the status of an app that was there. */
const listener = async () => {
  const sent: string[] = []
  const server = createServer(({ headers }, response) => {
    sent.push(headers.authorization ?? '')
    response.end('{"nodes":{}}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const localUrl = `http://127.0.0.1:${port}`
  return { sent, port, status: { port, urls: [localUrl], localUrl, startedAt: new Date().toISOString() } }
}

/** Any process, which is not Scope's. */
const anotherProcess = async (): Promise<ProcessIdentity> => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  onTestFinished(() => void child.kill('SIGKILL'))
  const identity = identifyProcess(child.pid ?? 0)
  if (identity === undefined) throw new Error('sleep has ended')
  return identity
}

const stateDirWithToken = async () => {
  const stateDir = testStateDir()
  await ensureStateDir(stateDir)
  return { stateDir, secret: await token(stateDir) }
}

/** What a command does first. */
const askOwn = async (stateDir: string): Promise<void> => {
  const client = createAppClient(await chooseApp(choice, stateDir))
  try {
    await client.hasNode('hosts', '', new AbortController().signal)
  } finally {
    client.close()
  }
}

it('the token is sent to the app that runs', async () => {
  const { stateDir, secret } = await stateDirWithToken()
  const { sent, status } = await listener()
  writeAppStatus(stateDir, { ...identifyProcess(process.pid), pid: process.pid, ...status })
  await askOwn(stateDir)
  expect(sent).toEqual([`Bearer ${secret}`])
})

it.each<[string, (other: ProcessIdentity) => Partial<ProcessIdentity> & { pid: number }]>([
  ['of a process that had its pid before', (other) => ({ ...other, startTicks: other.startTicks - 1 })],
  ['of a process before the machine was started again', (other) => ({ ...other, bootId: 'another' })],
  ['of an older Scope, whose launch record is gone', ({ pid }) => ({ pid })],
])('the token is sent to nobody by a status %s', async (_whose, writtenBy) => {
  const { stateDir } = await stateDirWithToken()
  const { sent, status } = await listener()
  writeAppStatus(stateDir, { ...writtenBy(await anotherProcess()), ...status })
  await expect(askOwn(stateDir)).rejects.toThrow(CommandError)
  await expect(askOwn(stateDir)).rejects.toThrow('no app runs here')
  expect(sent).toEqual([])
})

it('an app of an older Scope is found by its launch record, and only while that process lives', async () => {
  const { stateDir, secret } = await stateDirWithToken()
  const { sent, status } = await listener()
  const other = await anotherProcess()
  const launchedAt = new Date().toISOString()
  writeAppStatus(stateDir, { pid: other.pid, ...status })
  writeLaunchRecord(stateDir, 'app', { ...other, startTicks: other.startTicks - 1, launchedAt })
  await expect(askOwn(stateDir)).rejects.toThrow('no app runs here')
  writeLaunchRecord(stateDir, 'app', { ...other, launchedAt })
  await askOwn(stateDir)
  expect(sent).toEqual([`Bearer ${secret}`])
})

it('the token is not for localhost of an app that listens on one address', async () => {
  const { stateDir } = await stateDirWithToken()
  const { port, status } = await listener()
  writeAppStatus(stateDir, { ...identifyProcess(process.pid), pid: process.pid, ...status })
  const chosen = chooseApp({ ...choice, url: `http://localhost:${port}` }, stateDir)
  await expect(chosen).rejects.toThrow(UsageError)
  expect((await chooseApp({ ...choice, url: status.localUrl }, stateDir)).url).toBe(status.localUrl)
})
