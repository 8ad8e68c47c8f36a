import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { livingRecord } from '../../src/cli/parts/parts.ts'
import { identifyProcess, isAlive } from '../../src/cli/parts/processes/process-identity.ts'
import {
  type LaunchRecord,
  type Member,
  members,
  type Part,
  readLaunchRecord,
} from '../../src/cli/parts/state-files.ts'
import { readPlan } from '../../src/cli/supervisor/plan.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/machine/free-port.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type ScopeCommand, scopeCommand } from '../support/scope/scope-command.ts'

const anyPort = '--app.http.address=127.0.0.1:0'
/** For an app that is to come back at the same port. */
const onePort = async () => `--app.http.address=127.0.0.1:${await freePort()}`
/** Some launch and ask a dozen times. */
const limitMs = 300_000

let scope: ScopeCommand
beforeEach(() => {
  scope = scopeCommand()
})
afterEach(() => scope.dispose(), limitMs)

function record(member: Member): LaunchRecord {
  const found = readLaunchRecord(scope.stateDir, member)
  if (found === undefined) throw new Error(`${member} was not launched`)
  return found
}

/** Ends a part for good, as the loss of its supervisor does. */
async function kill(...members: Member[]): Promise<void> {
  const victims = members.map(record)
  for (const { pid } of victims) process.kill(pid, 'SIGKILL')
  await eventually(`the end of ${members.join(' and ')}`, () => !victims.some((victim) => isAlive(victim)))
}

/** The record of a part that runs, but not as the process it was before. */
const startedAgain = (part: Part, before: LaunchRecord) =>
  eventually(`the ${part} again`, () => {
    const now = readLaunchRecord(scope.stateDir, part)
    return now !== undefined && now.pid !== before.pid && isAlive(now) && now
  })

interface Status {
  state: string
  app: { pid: number; deaths: number; status: { localUrl: string } }
  probe: { deaths: number; status: { apps: { url: string }[] } }
}

async function statusOf(): Promise<Status> {
  return JSON.parse((await scope('status', '--json')).stdout)
}

/** What status says when all is well, which it does not say of an app that takes seconds to answer. */
const goodStatus = () =>
  eventually('all to be well', async () => {
    const status = await scope('status')
    return status.code === 0 && status.stdout
  })

const oneLine = /^scope: [^\n]*\n$/

describe('a signal that opens a debugger in other programs of Node', () => {
  it('opens none, which every user of the machine could use', { timeout: limitMs }, async () => {
    await scope('launch', anyPort, '--no-ebpf')
    const running = members.map(record)
    for (const { pid } of running) process.kill(pid, 'SIGUSR1')
    const foreground = spawn('./scope', ['app', anyPort], {
      env: { ...process.env, SCOPE_STATE_DIR: scope.stateDir },
    })
    let told = ''
    foreground.stderr.on('data', (text) => {
      told += text
    })
    try {
      await eventually('the app in the foreground', () => told.includes('the app listens'))
      foreground.kill('SIGUSR1')
      // Both are told in time order, so an earlier signal was acted upon by then.
      const { stdout: logs } = await scope('logs')
      foreground.kill('SIGTERM')
      await once(foreground, 'exit')
      expect(`${told}${logs}`).not.toContain('Debugger listening')
      expect(running.every((member) => isAlive(member))).toBe(true)
    } finally {
      foreground.kill('SIGKILL')
    }
  })
})

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
    expect(await scope('stop')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Scope is not running/),
    })
    expect(await scope('logs')).toMatchObject({ code: 1, stderr: expect.stringMatching(oneLine) })
  })

  it.each([
    [['nonsense'], 'nonsense'],
    [['launch', '--bogus'], '--bogus'],
    [['launch', '--probe.docker=maybe'], '--probe.docker'],
    [['status', '--xml'], '--xml'],
    [['stop', '--now'], '--now'],
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
    expect(stderr).toContain(`(pid ${process.pid}) has that port`)
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

  it.each(['launch', 'stop', 'status', 'logs', 'token', 'audit'])(
    'will not %s with a state directory that others may write to',
    async (command) => {
      writeFileSync(join(scope.stateDir, 'app.pid'), JSON.stringify(identifyProcess(process.pid)))
      chmodSync(scope.stateDir, 0o777)
      let signalled = false
      const listener = () => {
        signalled = true
      }
      process.on('SIGTERM', listener)
      const { code, stderr } = await scope(command)
      process.off('SIGTERM', listener)
      expect(code).toBe(1)
      expect(stderr).toMatch(oneLine)
      expect(stderr).toContain(scope.stateDir)
      expect(signalled).toBe(false)
      rmSync(join(scope.stateDir, 'app.pid'))
      chmodSync(scope.stateDir, 0o700)
    },
  )

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

    expect(await goodStatus()).toContain(url)
    expect((await scope('token')).stdout).toMatch(/^[\w-]{43}\n$/)
    expect((await scope('logs')).stdout).toContain('app')
    expect(statSync(join(scope.stateDir, 'app.log')).mode & 0o777).toBe(0o600)

    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app\n' })
    expect(isAlive(before)).toBe(false)
    await expect(fetch(url)).rejects.toThrow()
    expect((await scope('status')).code).toBe(3)
    expect(readdirSync(scope.stateDir).filter((file) => /\.(pid|status\.json|tmp)$/.test(file))).toEqual([])
  })

  it('stays visible when it has died with its supervisor, and is launched anew', async () => {
    await scope('launch', '--no-probe', anyPort)
    const { pid } = record('app')
    await kill('supervisor', 'app')
    expect(await scope('status')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`died (was pid ${pid})`),
    })
    expect((await scope('launch', '--no-probe', anyPort)).code).toBe(0)
    await goodStatus()
    expect(record('app').pid).not.toBe(pid)
  })

  it('is not left behind by a launch that is interrupted', async () => {
    // It never serves its page, or the launch could be done before the signal comes.
    const never = encodeURIComponent(
      `if (process.argv[2] === 'app') await new Promise((resolve) => setTimeout(resolve, ${limitMs}))`,
    )
    const env = {
      ...process.env,
      SCOPE_STATE_DIR: scope.stateDir,
      NODE_OPTIONS: `--import=data:text/javascript,${never}`,
    }
    const launch = spawn('./scope', ['launch', '--no-probe', anyPort], { env, stdio: 'ignore' })
    const ended = once(launch, 'exit')
    const started = await eventually('the start of the app', () => readLaunchRecord(scope.stateDir, 'app'))
    launch.kill('SIGINT')
    expect(await ended).toEqual([1, null])
    expect(isAlive(started)).toBe(false)
    expect(members.map((member) => readLaunchRecord(scope.stateDir, member))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
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

  it('are launched together; what runs without a supervisor gets one, and what died is started', async () => {
    const launched = await scope('launch', await onePort(), ...quiet)
    expect(launched).toMatchObject({ code: 0 })
    expect(launched.stdout).toContain('polls /proc')
    // The probe writes its status now and then, and measures what it takes after a while.
    await eventually('the status to tell how', async () =>
      /polling \/proc since .*: \d+ connections? followed, .*\n +takes .* MB\n/.test(
        (await scope('status')).stdout,
      ),
    )
    const probe = record('probe')
    const { app } = await statusOf()
    const { port } = new URL(app.status.localUrl)

    await kill('supervisor', 'app')
    expect(await scope('launch', `--app.http.address=127.0.0.1:${port}`, ...quiet)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(record('probe')).toEqual(probe)

    const other = await scope('launch', 'localhost:1', ...quiet)
    expect(other).toMatchObject({ code: 1, stdout: '' })
    expect(other.stderr).toMatch(/does not report to http:\/\/localhost:1;.* scope stop && scope launch http/)
    expect(record('probe')).toEqual(probe)

    // On another port: the probe is told of it.
    await kill('supervisor', 'app')
    expect((await scope('launch', anyPort, ...quiet)).code).toBe(0)
    expect(record('probe').pid).not.toBe(probe.pid)
    const moved = await statusOf()
    expect(moved.probe.status.apps.map(({ url }) => url)).toEqual([moved.app.status.localUrl])

    const second = record('probe')
    await kill('supervisor', 'probe')
    const unharmed = record('app')
    expect((await scope('launch', ...quiet)).code).toBe(0)
    expect(record('app')).toEqual(unharmed)
    expect(record('probe').pid).not.toBe(second.pid)

    await eventually('the host', async () => {
      const view = await (await fetch(`${moved.app.status.localUrl}/api/topology/hosts`)).json()
      return Object.keys((view as { nodes: object }).nodes).length > 0
    })
    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app, probe\n' })
  })

  it('come back as they were launched, by a launch that tells nothing', async () => {
    const told = [await onePort(), ...quiet, '--probe.controls=none', '--app.read-only']
    expect((await scope('launch', ...told)).code).toBe(0)
    const planned = readPlan(scope.stateDir)
    await kill('supervisor', 'app', 'probe')
    expect(
      (await scope('status')).stdout.match(/"scope launch" alone starts it again as it was/g),
    ).toHaveLength(2)

    // Where that does not work, it may be tried again.
    const { port } = new URL(told[0]?.replace('--app.http.address=', 'http://') ?? '')
    const holder = createServer().listen(Number(port), '127.0.0.1')
    await once(holder, 'listening')
    const refused = await scope('launch')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('has that port') })
    holder.close()
    expect(readPlan(scope.stateDir)).toEqual(planned)
    expect(await scope('status')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^app +died/) })
    expect(livingRecord(scope.stateDir, 'supervisor')).toBeUndefined()

    expect(await scope('launch')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^Scope is running: the app and the probe had died, and run again as before;/,
      ),
    })
    expect(readPlan(scope.stateDir)).toEqual(planned)
    await goodStatus()

    // One that tells how they are to run starts them anew.
    await kill('supervisor', 'app', 'probe')
    expect(await scope('launch', await onePort(), ...quiet)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Scope is running\.$/m),
    })
    expect(JSON.stringify(readPlan(scope.stateDir))).not.toMatch(/read-only|controls=none/)
  })

  it('are not joined by the other one when only what died is to come back', async () => {
    const told = ['--probe-only', '192.0.2.1:1', ...quiet, '--probe.controls=none']
    expect((await scope('launch', ...told)).code).toBe(0)
    const planned = readPlan(scope.stateDir)
    for (const killed of [['supervisor'], ['supervisor', 'probe']] as const) {
      await kill(...killed)
      expect((await scope('launch')).code).toBe(0)
      expect(readPlan(scope.stateDir)).toEqual(planned)
      expect(isAlive(record('probe')) && isAlive(record('supervisor'))).toBe(true)
    }
    // Where an app is asked for, the probe is told of it, and stays what it was else.
    expect((await scope('launch', anyPort)).code).toBe(0)
    const { port } = new URL((await statusOf()).app.status.localUrl)
    const { args = [] } = readPlan(scope.stateDir).probe ?? {}
    expect(args).toEqual(
      expect.arrayContaining(['--no-ebpf', '--probe.docker=false', '--probe.controls=none']),
    )
    expect(args.slice(-2)).toEqual([`http://127.0.0.1:${port}`, 'http://192.0.2.1:1'])
  })

  it('are started again when they are killed, which status tells; the app is where it was', async () => {
    await scope('launch', await onePort(), ...quiet)
    const { localUrl } = (await statusOf()).app.status
    for (const part of ['app', 'probe'] as const) {
      const before = record(part)
      process.kill(before.pid, 'SIGKILL')
      await startedAgain(part, before)
    }
    await eventually('the page', async () => (await fetch(localUrl)).ok)
    const status = await eventually('all to be well', async () => {
      const told = await statusOf()
      return told.state === 'running' && told.probe.status?.apps[0]?.url === localUrl && told
    })
    expect(status).toMatchObject({
      app: { deaths: 1, lastDeath: { reason: 'was ended by SIGKILL' }, status: { localUrl } },
      probe: { deaths: 1, lastDeath: { reason: 'was ended by SIGKILL' } },
    })
    expect((await scope('status')).stdout).toMatch(
      /; started again once, last \d+ \w+ ago, when it was ended by SIGKILL/,
    )
  })

  it('are not started for a launch of the other one, when neither runs any more', async () => {
    const stopAll = async () => {
      process.kill(record('supervisor').pid, 'SIGTERM')
      await eventually('the end of all', async () => (await scope('status')).code === 3)
    }
    for (const [unwanted, wanted] of [
      ['app', 'probe'],
      ['probe', 'app'],
    ] as const) {
      expect((await scope('launch', await onePort(), ...quiet)).code).toBe(0)
      await stopAll()
      const other = wanted === 'probe' ? ['127.0.0.1:1'] : [await onePort()]
      expect((await scope('launch', `--no-${unwanted}`, ...other, ...quiet)).code).toBe(0)
      expect(readLaunchRecord(scope.stateDir, unwanted)).toBeUndefined()
      expect(isAlive(record(wanted))).toBe(true)
      await scope('stop')
    }
  })

  it('go on without the supervisor, which status tells, and are ended all the same', async () => {
    await scope('launch', await onePort(), ...quiet)
    const running = (['app', 'probe'] as const).map(record)
    await kill('supervisor')
    expect(await scope('status')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the supervisor died'),
    })
    expect(running.every((part) => isAlive(part))).toBe(true)
    // looked after again, they are started again
    expect((await scope('launch', ...quiet)).code).toBe(0)
    expect((['app', 'probe'] as const).map(record)).toEqual(running)
    process.kill(record('app').pid, 'SIGKILL')
    await startedAgain('app', running[0] as LaunchRecord)
    await kill('supervisor')
    const left = (['app', 'probe'] as const).map(record)
    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app, probe\n' })
    expect(left.some((part) => isAlive(part))).toBe(false)
  })

  it('do not "run" while they hang', async () => {
    await scope('launch', '--no-probe', anyPort)
    process.kill(record('app').pid, 'SIGSTOP')
    const { code, stdout } = await scope('status')
    expect(code).toBe(1)
    expect(stdout).toContain('PROBLEM: it does not answer')
    expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app\n' })
  })

  it('end when their state directory is gone', async () => {
    await scope('launch', anyPort, ...quiet)
    const running = members.map(record)
    // All of it at once: what is removed file by file cannot be removed while they write new ones into it.
    const elsewhere = `${scope.stateDir}-gone`
    renameSync(scope.stateDir, elsewhere)
    rmSync(elsewhere, { recursive: true, maxRetries: 5 })
    await eventually('their end', () => !running.some((member) => isAlive(member)))
    expect(await scope('status')).toMatchObject({ code: 3, stdout: expect.stringContaining('not running') })
  })
})

describeWith(['root'], 'a state directory on a full disk', () => {
  const mounted = (): string => join(scope.stateDir, 'small')
  const running = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => commandLineOf(pid).includes(mounted()))

  beforeEach(() => {
    mkdirSync(mounted())
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'none', mounted()])
  })
  afterEach(() => {
    execFileSync('umount', ['-l', mounted()])
  })

  const fill = (path: string): void => {
    const fd = openSync(path, 'w')
    try {
      for (const size of [65_536, 4096]) {
        try {
          for (;;) writeSync(fd, Buffer.alloc(size))
        } catch {
          // it is full, but for what is smaller
        }
      }
    } finally {
      closeSync(fd)
    }
  }

  it('starts nothing that nobody knows of, and leaves no half files', { timeout: limitMs }, async () => {
    fill(join(mounted(), 'ballast'))
    for (let attempt = 0; attempt < 2; attempt++) {
      const own = await scope.in(mounted(), 'launch', anyPort, '--no-ebpf', '--probe.docker=false')
      expect(own.code).toBe(1)
      expect(own.stderr).toMatch(/no space left|ENOSPC/)
      expect(own.stderr).not.toMatch(/^ +at /m)
      expect(running()).toEqual([])
    }
    expect(readdirSync(mounted()).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('has what died started again, since that takes no room', { timeout: limitMs }, async () => {
    expect((await scope.in(mounted(), 'launch', '--no-probe', await onePort())).code).toBe(0)
    const before = readLaunchRecord(mounted(), 'app') as LaunchRecord
    fill(join(mounted(), 'ballast'))
    process.kill(before.pid, 'SIGKILL')
    await eventually('the app again', () => {
      const now = readLaunchRecord(mounted(), 'app')
      return now !== undefined && now.pid !== before.pid && isAlive(now)
    })
    await eventually('all to be well', async () => (await scope.in(mounted(), 'status')).code === 0)
    expect(await scope.in(mounted(), 'stop')).toMatchObject({ code: 0, stdout: 'stopped: app\n' })
    expect(running()).toEqual([])
  })
})

const commandLineOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    // it ended meanwhile
    return ''
  }
}
