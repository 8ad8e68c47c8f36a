import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { errorCode } from '../../src/log/error-code.ts'
import { startTestApp, type TestApp } from '../app/start-test-app.ts'
import { eventually } from '../support/eventually.ts'
import { type HostedService, startHostedService } from '../support/scope/hosted-service.ts'
import { type ScopeCommand, scopeCommand } from '../support/scope/scope-command.ts'

const LIMIT_MS = 120_000
/** Is in nothing that other tests run. */
const secret = randomBytes(8).toString('hex')
const [right, wrong] = [`${secret}-right`, `${secret}-wrong`]
const quiet = ['--no-ebpf', '--probe.docker=false', '--probe.conntrack=false', '--no-dns']

let app: TestApp
let service: HostedService
let scope: ScopeCommand
beforeEach(async () => {
  app = await startTestApp()
  service = await startHostedService(app.url, right)
  scope = scopeCommand({ SCOPE_SERVICE_URL: service.url })
  mkdirSync(scope.stateDir, { recursive: true, mode: 0o700 })
  cpSync(join(app.stateDir, 'cluster.key'), join(scope.stateDir, 'cluster.key'))
})
afterEach(async () => {
  await scope.dispose()
  await service.close()
  await app.remove()
})

const commandLinesOfAll = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        // It has ended in the meantime.
        return ''
      }
    })
    .join('\n')

it('gets the reports of a probe that runs alone, when its token is right, which nobody else sees', {
  timeout: 4 * LIMIT_MS,
}, async () => {
  expect((await scope('launch', ...quiet, `--service-token=${wrong}`)).code).toBe(0)
  const refused = await eventually(
    'the refusal',
    async () => {
      const status = await scope('status')
      return status.stdout.includes('token_refused') && status
    },
    LIMIT_MS,
  )
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('app   not running')
  expect(refused.stdout).toContain(
    'the service does not take the token of --service-token (this token is not known)',
  )
  expect(service.asked.every(({ what }) => what === 'POST /api/report')).toBe(true)

  expect((await scope('stop')).code).toBe(0)
  expect((await scope('launch', ...quiet, `--service-token=${right}`)).code).toBe(0)
  await eventually(
    'the report',
    () => app.logged.some((line) => line.includes('probe')) || undefined,
    LIMIT_MS,
  )
  await eventually(
    'the channel',
    () => service.asked.some(({ what }) => what === 'GET /api/probe/ws') || undefined,
    LIMIT_MS,
  )
  const status = await eventually(
    'all to be well',
    async () => {
      const told = await scope('status')
      return told.code === 0 && told
    },
    LIMIT_MS,
  )
  expect(status.stdout).toContain(`publishes to ${service.url}`)
  const withRight = () => service.asked.filter(({ headers }) => headers.authorization?.includes(right))
  await eventually('more requests', () => withRight().length > 2, LIMIT_MS)
  expect(service.asked.at(-1)?.headers.authorization).toBe(`Scope-Probe token=${right}`)

  const kept = join(scope.stateDir, 'service-token')
  expect(readFileSync(kept, 'utf8').trim()).toBe(right)
  expect(statSync(kept).mode & 0o777).toBe(0o600)
  expect(commandLinesOfAll()).not.toContain(secret)
  expect(status.stdout + refused.stdout + (await scope('logs')).stdout).not.toContain(secret)
  const files = readdirSync(scope.stateDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      try {
        return readFileSync(path).includes(secret)
      } catch (error) {
        // What replaces a file has another name for a moment.
        if (errorCode(error) === 'ENOENT') return false
        throw error
      }
    })
  expect(files).toEqual([kept])
})
