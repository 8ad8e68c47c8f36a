import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtPrograms } from '../../../src/checkout.ts'
import { readAppStatus } from '../../../src/cli/parts/state-files.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type ScopeCommand, scopeCommand } from '../../support/scope/scope-command.ts'

const USER = 'www-data'
const idOf = (option: string): string => execFileSync('id', [option, USER], { encoding: 'utf8' }).trim()

/** What the kernel says of a process: the value of a line of its status. */
const statusOf = (pid: number, name: string): string =>
  new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.trim() ??
  ''

const rightsOf = (pid: number) =>
  Object.fromEntries(
    ['Uid', 'Gid', 'Groups', 'CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs'].map((name) => [
      name,
      statusOf(pid, name),
    ]),
  )

const four = (id: string): string => Array(4).fill(id).join('\t')
const none = '0'.repeat(16)

/** Runs a command as a user; gives its output, and whether it failed. */
const as = (user: string, command: string): Promise<{ readonly output: string; readonly failed: boolean }> =>
  new Promise((resolve) => {
    execFile('su', [user, '-s', '/bin/sh', '-c', command], { cwd: '/' }, (error, stdout, stderr) => {
      resolve({ output: stdout + stderr, failed: error !== null })
    })
  })

describeWith(['root'], 'an app that runs as another user than root', () => {
  const launchFor = (...options: string[]) =>
    scope('launch', `--app.http.address=127.0.0.1:${port}`, '--no-ebpf', '--probe.docker=false', ...options)
  let scope: ScopeCommand
  let port: number
  const expected = {
    Uid: four(idOf('-u')),
    Gid: four(idOf('-g')),
    Groups: '',
    CapPrm: none,
    CapEff: none,
    CapAmb: none,
    NoNewPrivs: '1',
  }

  const app = () =>
    eventually('the app', () => {
      const status = readAppStatus(scope.stateDir)
      return status && statSync(`/proc/${status.pid}`, { throwIfNoEntry: false }) ? status : undefined
    })
  const statusAs = async (user: string, header = 'accept: */*'): Promise<string> => {
    const { localUrl } = await app()
    return (
      await as(user, `curl -s -H '${header}' -o /dev/null -w '%{http_code}' ${localUrl}/api/topology/hosts`)
    ).output
  }

  beforeAll(async () => {
    scope = scopeCommand({ SECRET_OF_ROOT: 'a secret' })
    port = await freePort()
    const launched = await launchFor(`--app.user=${USER}`, '--app.local-users=daemon')
    expect(launched.code, launched.stderr).toBe(0)
  })
  afterAll(() => scope.dispose())

  it('has that user’s rights, and none besides', async () => {
    expect(rightsOf((await app()).pid)).toEqual(expected)
    const { probe, supervisor } = JSON.parse((await scope('status', '--json')).stdout)
    for (const { pid } of [probe, supervisor]) expect(statusOf(pid, 'Uid')).toBe(four('0'))
  })

  it('cannot read what is root’s in the state directory, nor look around or write there', async () => {
    const dir = scope.stateDir
    for (const name of [
      'cluster.key',
      'app.key',
      'token',
      'probe.key',
      'plan.json',
      'supervisor.log',
      'probe.log',
    ]) {
      expect(statSync(join(dir, name)).size).toBeGreaterThan(0)
      expect(await as(USER, `cat ${join(dir, name)}`)).toMatchObject({ failed: true })
    }
    expect(await as(USER, `ls ${dir}`)).toMatchObject({ failed: true })
    expect(await as(USER, `touch ${join(dir, 'new')}`)).toMatchObject({ failed: true })
    expect(await as('nobody', `ls ${join(dir, 'app')}`)).toMatchObject({ failed: true })
    expect(await as(USER, `ls ${join(dir, 'app')}`)).toMatchObject({
      failed: false,
      output: expect.stringContaining('audit.log'),
    })
  })

  it('takes the reports of the probe, which is root', async () => {
    const { localUrl } = await app()
    await eventually('a probe', async () => {
      const probes = (await (await fetch(`${localUrl}/api/probes`)).json()) as unknown[]
      return probes.length === 1
    })
  })

  it('knows who connects, and does not take its own user for who launched it', async () => {
    expect(await statusAs('root')).toBe('200')
    expect(await statusAs('daemon')).toBe('200')
    expect(await statusAs(USER)).toBe('401')
    expect(await statusAs('nobody')).toBe('401')
  })

  it('status, logs and token are as always', async () => {
    // On a busy machine the app takes seconds to answer, which status does not find well.
    const { stdout } = await eventually('all to be well', async () => {
      const status = await scope('status')
      return status.code === 0 && status
    })
    expect(stdout).toContain('app   pid')
    expect((await scope('logs')).stdout).toContain('the app listens')
    const token = (await scope('token')).stdout.trim()
    expect(await statusAs('nobody', `authorization: Bearer ${token}`)).toBe('200')
  })

  it('a link signs in, and all that root’s commands write for the app is the user’s', async () => {
    const { localUrl } = await app()
    const printed = (await scope('token', '--link')).stdout
    const code = /#code=(\S+)/.exec(printed)?.[1]
    const answer = await fetch(`${localUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    })
    expect(answer.status, await answer.text()).toBe(200)
    expect((await scope('audit')).stdout).toContain('owner')
    const dir = join(scope.stateDir, 'app')
    expect(readdirSync(dir)).toContain('accounts.db')
    for (const name of readdirSync(dir)) {
      // The journal of the database is there for a moment only.
      const { uid } = statSync(join(dir, name), { throwIfNoEntry: false }) ?? {}
      if (uid !== undefined) expect(String(uid), name).toBe(idOf('-u'))
    }
  })

  it('gets nothing of root’s environment that it does not need', async () => {
    const { pid } = await app()
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((variable) => variable.split('=')[0])
    expect(names).toContain('PATH')
    expect(names).not.toContain('HOME')
    expect(names).not.toContain('SECRET_OF_ROOT')
  })

  it('keeps what it writes when root starts another app with the same state directory', async () => {
    expect(await scope('app', '--app.http.address=127.0.0.1:0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('as another user; "scope stop" ends it'),
    })
    expect(String(statSync(join(scope.stateDir, 'app')).uid)).toBe(idOf('-u'))
    expect(await statusAs('root')).toBe('200')
  })

  it('comes back as that user when it was killed', async () => {
    const before = await app()
    process.kill(before.pid, 'SIGKILL')
    const after = await eventually('another', async () => {
      const now = await app()
      return now.pid !== before.pid && now
    })
    expect(after.port).toBe(before.port)
    expect(rightsOf(after.pid)).toEqual(expected)
  })

  it('makes its own certificate', async () => {
    expect((await scope('stop')).code).toBe(0)
    const launched = await launchFor(`--app.user=${USER}`, '--app.tls=self-signed')
    expect(launched.code, launched.stderr).toBe(0)
    expect(String(statSync(join(scope.stateDir, 'app/app.tls.key')).uid)).toBe(idOf('-u'))
    await eventually('the probe, by https', async () => (await scope('status')).code === 0)
  })

  it('is ended by stop, and is root’s again when it is launched without a user', async () => {
    expect((await scope('stop')).stdout).toContain('app')
    const launched = await launchFor('--no-probe')
    expect(launched.code, launched.stderr).toBe(0)
    expect(statusOf((await app()).pid, 'Uid')).toBe(four('0'))
    for (const name of ['app', 'app/audit.log', 'app.log', 'app.status.json'])
      expect(statSync(join(scope.stateDir, name)).uid).toBe(0)
    expect((await scope('stop')).code).toBe(0)
  })

  it('runs in the foreground, too, until a signal', async () => {
    const env = { ...process.env, SCOPE_STATE_DIR: scope.stateDir }
    const command = [
      process.execPath,
      builtPrograms.main,
      'app',
      '--app.http.address=127.0.0.1:0',
      `--app.user=${USER}`,
    ]
    const program = startProgram(command, { env, quiet: true })
    const { pid } = await app()
    expect(pid).not.toBe(program.pid)
    expect(rightsOf(pid)).toEqual(expected)
    await eventually('its answer', async () => (await statusAs('root')) === '200')
    await program.kill('SIGTERM')
    expect(statSync(`/proc/${pid}`, { throwIfNoEntry: false })).toBeUndefined()
  })

  it('is not to be had by who is not root', async () => {
    const { output } = await as(
      'nobody',
      `SCOPE_STATE_DIR=/nowhere ${process.execPath} ${builtPrograms.main} launch --app.user=${USER}`,
    )
    expect(output).toContain(`--app.user=${USER}: only root can run the app as another user`)
  })

  it('a user who is not there is an error', async () => {
    expect(await launchFor('--app.user=no-such-user')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--app.user: there is no user "no-such-user"'),
    })
  })
})
