import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifyProcess, isAlive } from '../../src/cli/parts/process-identity.ts'
import { type LaunchRecord, type Part, readLaunchRecord } from '../../src/cli/parts/state-files.ts'
import { pollUntil } from '../../src/pacing/poll-until.ts'
import { type ScopeCommand, scopeCommand } from '../support/scope-command.ts'

const anyPort = '--app.http.address=127.0.0.1:0'
const limitMs = 120_000

let scope: ScopeCommand
beforeEach(() => {
  scope = scopeCommand()
})
afterEach(() => scope.dispose(), limitMs)

function record(part: Part): LaunchRecord {
  const found = readLaunchRecord(scope.stateDir, part)
  if (found === undefined) throw new Error(`${part} was not launched`)
  return found
}

async function kill(part: Part): Promise<void> {
  const victim = record(part)
  process.kill(victim.pid, 'SIGKILL')
  await pollUntil(10_000, () => (isAlive(victim) ? undefined : true))
}

interface Status {
  state: string
  app: { pid: number; status: { localUrl: string } }
  probe: { status: { apps: { url: string }[] } }
}

async function statusOf(): Promise<Status> {
  return JSON.parse((await scope('status', '--json')).stdout)
}

const oneLine = /^scope: [^\n]*\n$/

describe('without anything running', () => {
  it('helps, and tells its version', async () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect((await scope('help')).stdout).toContain('--app.http.address')
    expect((await scope('launch', '--help')).stdout).toContain('--app.http.address')
    expect((await scope()).stdout).toContain('scope launch')
    expect((await scope('version')).stdout).toBe(`scope ${manifest.version}\n`)
  })

  it('says that it does not run', async () => {
    expect(await scope('status')).toMatchObject({ code: 3, stdout: expect.stringContaining('not running') })
    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'Scope is not running\n' })
    expect(await scope('logs')).toMatchObject({ code: 1, stderr: expect.stringMatching(oneLine) })
  })

  it.each([
    [['nonsense'], 'nonsense'],
    [['launch', '--bogus'], '--bogus'],
    [['launch', '--probe.docker=maybe'], '--probe.docker'],
    [['status', '--xml'], '--xml'],
    [['stop', 'now'], 'now'],
  ])('refuses %j in one line', async (args, named) => {
    const { code, stdout, stderr } = await scope(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain(named)
  })

  it('prints the commands that launch would run', async () => {
    const { stdout } = await scope('command', '--app.http.address=:4999', '--no-ebpf', 'other')
    const [app, probe] = stdout.trimEnd().split('\n')
    expect(app).toContain('scope app --app.http.address=:4999')
    expect(probe).toContain('scope probe --no-ebpf')
    expect(probe).toMatch(/ http:\/\/127\.0\.0\.1:4999 http:\/\/other:4040$/)
  })

  it('names a port that is taken, and leaves nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await scope('launch', `--app.http.address=127.0.0.1:${port}`)
    server.close()
    expect(code).toBe(1)
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain(String(port))
    expect(existsSync(join(scope.stateDir, 'app.pid'))).toBe(false)
  })

  it('shows the last words of an app that does not start, and leaves nothing', async () => {
    writeFileSync(join(scope.stateDir, 'token'), 'not a token\n', { mode: 0o600 })
    const { code, stderr } = await scope('launch', '--no-probe', anyPort)
    expect(code).toBe(1)
    expect(stderr).toContain('the app ended with code 1')
    expect(stderr).toContain('delete it to have a new one made')
    expect((await scope('status')).code).toBe(3)
  })

  it('will not use a state directory that others may write to', async () => {
    chmodSync(scope.stateDir, 0o777)
    const { code, stderr } = await scope('launch', '--no-probe', anyPort)
    expect(code).toBe(1)
    expect(stderr).toMatch(oneLine)
    expect(stderr).toContain(scope.stateDir)
  })

  it('never signals a process that only has the pid of one launched before', async () => {
    const self = identifyProcess(process.pid)
    if (self === undefined) throw new Error('this process was not found')
    const stale = { ...self, startTicks: self.startTicks - 1, launchedAt: new Date(0).toISOString() }
    writeFileSync(join(scope.stateDir, 'app.pid'), JSON.stringify(stale))
    let signalled = false
    const listener = () => {
      signalled = true
    }
    process.on('SIGTERM', listener)
    expect((await scope('status')).code).toBe(1)
    expect((await scope('stop')).code).toBe(0)
    process.off('SIGTERM', listener)
    expect(signalled).toBe(false)
    expect(existsSync(join(scope.stateDir, 'app.pid'))).toBe(false)
  })
})

describe('the app alone', { timeout: limitMs }, () => {
  it('is launched once, answers, and is stopped without a trace', async () => {
    const launched = await scope('launch', '--no-probe', anyPort)
    expect(launched).toMatchObject({ code: 0 })
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(launched.stdout)?.[0] ?? ''
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(`${url}/api`)).status).toBe(200)

    const before = record('app')
    const again = await scope('launch', '--no-probe', anyPort)
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('runs already') })
    expect(record('app')).toEqual(before)

    expect(await scope('status')).toMatchObject({ code: 0, stdout: expect.stringContaining(url) })
    expect((await scope('token')).stdout).toMatch(/^[\w-]{43}\n$/)
    expect((await scope('logs')).stdout).toContain('app')
    expect(statSync(join(scope.stateDir, 'app.log')).mode & 0o777).toBe(0o600)

    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app\n' })
    expect(isAlive(before)).toBe(false)
    await expect(fetch(url)).rejects.toThrow()
    expect((await scope('status')).code).toBe(3)
    expect(readdirSync(scope.stateDir).filter((file) => /\.(pid|status\.json|tmp)$/.test(file))).toEqual([])
  })

  it('stays visible when it has died, and is launched anew', async () => {
    await scope('launch', '--no-probe', anyPort)
    const { pid } = record('app')
    await kill('app')
    expect(await scope('status')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`died (was pid ${pid})`),
    })
    expect((await scope('launch', '--no-probe', anyPort)).code).toBe(0)
    expect(await statusOf()).toMatchObject({ state: 'running' })
    expect(record('app').pid).not.toBe(pid)
  })

  it('is not left behind by a launch that is interrupted', async () => {
    const env = { ...process.env, SCOPE_STATE_DIR: scope.stateDir }
    const launch = spawn('./scope', ['launch', '--no-probe', anyPort], { env, stdio: 'ignore' })
    const ended = once(launch, 'exit')
    const started = await pollUntil(30_000, () => readLaunchRecord(scope.stateDir, 'app'))
    launch.kill('SIGINT')
    expect(await ended).toEqual([1, null])
    expect(started && isAlive(started)).toBe(false)
    expect((await scope('status')).code).toBe(3)
  })

  it('is launched once by two launches at the same time', async () => {
    const both = await Promise.all([
      scope('launch', '--no-probe', anyPort),
      scope('launch', '--no-probe', anyPort),
    ])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.filter(({ stdout }) => stdout.includes('runs already'))).toHaveLength(1)
  })
})

describe('app and probe', { timeout: limitMs }, () => {
  const quiet = ['--no-ebpf', '--probe.docker=false']

  it('are launched together; each alone is started again when it died', async () => {
    const launched = await scope('launch', anyPort, ...quiet)
    expect(launched).toMatchObject({ code: 0 })
    expect(launched.stdout).toContain('polls /proc')
    expect((await scope('status')).stdout).toMatch(
      /polling \/proc since .*: \d+ connections? followed, .*\n +takes .* MB\n/,
    )
    const probe = record('probe')
    const { app } = await statusOf()
    const { port } = new URL(app.status.localUrl)

    await kill('app')
    expect((await scope('launch', `--app.http.address=127.0.0.1:${port}`, ...quiet)).code).toBe(0)
    expect(record('probe')).toEqual(probe)

    // On another port: the probe is told of it.
    await kill('app')
    expect((await scope('launch', anyPort, ...quiet)).code).toBe(0)
    expect(record('probe').pid).not.toBe(probe.pid)
    const moved = await statusOf()
    expect(moved.probe.status.apps.map(({ url }) => url)).toEqual([moved.app.status.localUrl])

    const second = record('probe')
    await kill('probe')
    const restarted = record('app')
    expect((await scope('launch', ...quiet)).code).toBe(0)
    expect(record('app')).toEqual(restarted)
    expect(record('probe').pid).not.toBe(second.pid)

    const seen = await pollUntil(30_000, async () => {
      const view = await (await fetch(`${moved.app.status.localUrl}/api/topology/hosts`)).json()
      return Object.keys((view as { nodes: object }).nodes).length > 0 ? true : undefined
    })
    expect(seen).toBe(true)
    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app, probe\n' })
  })
})
