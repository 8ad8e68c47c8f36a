import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readAppPublicKey } from '../../src/state/state-dir.ts'
import { startTestApp, type TestApp } from '../app/start-test-app.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/machine/free-port.ts'
import { type ScopeCommand, scopeCommand } from '../support/scope/scope-command.ts'

let app: TestApp
let scope: ScopeCommand
beforeEach(async () => {
  app = await startTestApp({ address: `127.0.0.1:${await freePort()}` })
  scope = scopeCommand()
})
afterEach(async () => {
  await scope.dispose()
  await app.remove()
})

const LIMIT_MS = 120_000

it('accepts the new key of an app elsewhere, of which status complains until then', {
  timeout: 2 * LIMIT_MS,
}, async () => {
  const target = `127.0.0.1:${app.port}`
  mkdirSync(scope.stateDir, { recursive: true, mode: 0o700 })
  cpSync(join(app.stateDir, 'cluster.key'), join(scope.stateDir, 'cluster.key'))
  const quiet = ['--no-app', '--no-ebpf', '--probe.docker=false', '--probe.conntrack=false', '--no-dns']
  expect((await scope('launch', ...quiet, target)).code).toBe(0)
  const publishes = async (state: string, code: number) => {
    // A refused probe tries again after several seconds, and each look starts a program.
    await pause(1000)
    const status = await scope('status')
    return status.code === code && status.stdout.includes(`publishes to http://${target}: ${state}`) && status
  }
  await eventually('the app to be met', () => publishes('ok', 0), LIMIT_MS)
  const before = await readAppPublicKey(app.stateDir)

  rmSync(join(app.stateDir, 'app.key'))
  const { port } = app
  await app.stop()
  app = await startTestApp({ address: `127.0.0.1:${port}` }, join(app.stateDir, '..'))
  const { stdout } = await eventually('the refusal', () => publishes('refused', 1), LIMIT_MS)
  expect(stdout).toContain(`PROBLEM: it cannot report to http://${target}: app_key_changed`)
  expect(stdout).toContain(
    `it proves the key ${await readAppPublicKey(app.stateDir)}, and not ${before}, known since`,
  )
  expect(stdout).toContain(`scope forget-app ${target}`)

  expect(await scope('forget-app', '127.0.0.2')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no key of 127.0.0.2:4040 is known'),
  })
  expect(await scope('forget-app')).toMatchObject({ code: 2 })
  expect(await scope('forget-app', target)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`the key of ${target} is forgotten`),
  })
  await eventually('the app to be known again', () => publishes('ok', 0), LIMIT_MS)
})
