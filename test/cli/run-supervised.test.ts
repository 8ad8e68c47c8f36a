import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { builtPrograms } from '../../src/checkout.ts'
import { livingRecord } from '../../src/cli/parts/parts.ts'
import { nodeOptions } from '../../src/cli/parts/probe-runtime.ts'
import { lookAtContainer } from '../../src/cli/status/container-health.ts'
import { readSupervisorStatus } from '../../src/cli/supervisor/supervisor-status.ts'
import { eventually } from '../support/eventually.ts'

let stateDir: string
let running: ChildProcess[]
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-run-'))
  running = []
})
afterEach(async () => {
  // Killed, they would leave their apps to write to what is removed.
  for (const child of running) if (child.kill()) await once(child, 'exit')
  rmSync(stateDir, { recursive: true, force: true })
})

/** `scope run` of an app. */
const run = (...args: string[]) => {
  const child = spawn(process.execPath, [...nodeOptions, builtPrograms.main, 'run', '--no-probe', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SCOPE_STATE_DIR: stateDir },
  })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  // Only then is all of its output here.
  return { child, ended: once(child, 'close'), output: () => output }
}
const address = '--app.http.address=127.0.0.1:0'
const launched = (scope: ReturnType<typeof run>) =>
  eventually('the launch', () => /Scope is running\./.test(scope.output()))

it('is the supervisor itself, starts again what dies, shows the logs, and ends with 0 at a signal', async () => {
  const scope = run(address)
  await launched(scope)
  expect(livingRecord(stateDir, 'supervisor')?.pid).toBe(scope.child.pid)
  await eventually(
    'the app to answer',
    async () => (await lookAtContainer(stateDir, Date.now())).words === 'app runs',
  )
  const first = livingRecord(stateDir, 'app')?.pid as number
  process.kill(first, 'SIGKILL')
  await eventually('another app', () => {
    const now = livingRecord(stateDir, 'app')?.pid
    return now !== undefined && now !== first
  })
  expect(readSupervisorStatus(stateDir)?.parts.app).toMatchObject({
    deaths: 1,
    last: { reason: 'was ended by SIGKILL' },
  })
  await eventually('its log', () => /INFO {2}app: the app listens/.test(scope.output()))
  await eventually('the log of the supervisor', () =>
    /WARN {2}supervisor: the app was ended by SIGKILL/.test(scope.output()),
  )
  expect(readFileSync(join(stateDir, 'supervisor.log'), 'utf8')).toMatch(/was ended by SIGKILL/)
  // Whoever reads what a container has written must not be able to sign in by it.
  expect(scope.output()).not.toMatch(/#|code=/)
  scope.child.kill('SIGTERM')
  expect(await scope.ended).toEqual([0, null])
  expect(livingRecord(stateDir, 'app')).toBeUndefined()
})

it('does not run twice', async () => {
  const scope = run(address)
  await launched(scope)
  const second = run(address)
  expect(await second.ended).toEqual([1, null])
  expect(second.output()).toMatch(new RegExp(`runs already with the state directory ${stateDir} \\(`))
  expect(scope.child.exitCode).toBeNull()
})

it('begins anew after it was killed, whatever it ran before', async () => {
  const first = run(address)
  await launched(first)
  // What shows its logs goes on for now, and keeps its output open.
  const gone = once(first.child, 'exit')
  first.child.kill('SIGKILL')
  process.kill(livingRecord(stateDir, 'app')?.pid as number, 'SIGKILL')
  await gone
  const second = run(address, '--app.read-only')
  await launched(second)
  const app = livingRecord(stateDir, 'app')?.pid as number
  expect(readFileSync(`/proc/${app}/cmdline`, 'utf8')).toMatch('--app.read-only')
})

it('ends with 1 and says why when the launch fails, and with 0 at a signal during the launch', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const failed = run(`--app.http.address=127.0.0.1:${port}`)
  expect(await failed.ended).toEqual([1, null])
  expect(failed.output()).toMatch(/cannot listen on .* has that port/)
  holder.close()
  const interrupted = run(address)
  await eventually('the supervisor', () => livingRecord(stateDir, 'supervisor') !== undefined)
  interrupted.child.kill('SIGTERM')
  expect(await interrupted.ended).toEqual([0, null])
  expect(livingRecord(stateDir, 'app')).toBeUndefined()
})
