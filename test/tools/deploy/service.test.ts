import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { startOf } from '../../support/run/run.ts'
import { scopeCommand } from '../../support/scope/scope-command.ts'

const unit = readFileSync('tools/deploy/systemd/scope.service', 'utf8')

/** All values of a setting of the unit. */
const settings = (name: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value ?? '')
const words = (name: string): readonly string[] => settings(name).flatMap((value) => value.split(' '))

interface Status {
  readonly state: string
  readonly app: { readonly pid: number | null; readonly user: string | null; readonly status: object | null }
  readonly probe: { readonly pid: number | null; readonly status: { connections: { source: string } } | null }
}

/**
 * Without systemd, what a service of it is: the same command and environment, capabilities, umask and resource limits, and SIGTERM for the
 * main process alone.
 */
describeWith(['root', 'ebpf'], 'what the unit of systemd starts', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-unit-state-'))
  const command = scopeCommand()
  let main: ChildProcess
  let log = ''
  let ended: Promise<number | NodeJS.Signals | null>

  const status = async (): Promise<Status> =>
    JSON.parse((await command.in(stateDir, 'status', '--json')).stdout) as Status

  beforeAll(async () => {
    const bounds = [
      '-all',
      ...words('CapabilityBoundingSet').map((name) => name.toLowerCase().replace('cap_', '+')),
    ]
    const [program = '', ...args] = words('ExecStart')
    const env = Object.fromEntries(words('Environment').map((pair) => pair.split('=') as [string, string]))
    const options = ['--app.http.address=127.0.0.1:0', '--probe.docker=false']
    main = spawn(
      'setpriv',
      [
        ...[`--bounding-set=${bounds.join(',')}`, '--inh-caps=-all', '--no-new-privs'],
        ...['sh', '-c', 'umask "$0" && exec "$@"', settings('UMask')[0] ?? ''],
        program.replace('/opt/scope', resolve('.')),
        ...args
          .filter((word) => word !== '$SCOPE_OPTIONS')
          .map((word) => word.replace('--app.user=scope', '--app.user=nobody')),
        ...options,
      ],
      {
        env: {
          PATH: process.env.PATH,
          ...env,
          SCOPE_STATE_DIR: stateDir,
          SCOPE_TEST_RUN: process.env.SCOPE_TEST_RUN,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [main.stdout, main.stderr])
      stream?.on('data', (chunk) => {
        log += chunk
      })
    ended = new Promise((settle) => main.once('exit', (code, signal) => settle(code ?? signal)))
    await eventually('both parts to run', async () => {
      const { app, probe } = await status()
      if (main.exitCode !== null) throw new Error(`it has ended: ${log}`)
      return app.status !== null && probe.status !== null
    })
  })

  afterAll(async () => {
    main.kill('SIGKILL')
    await command.in(stateDir, 'stop')
    await command.dispose()
    rmSync(stateDir, { recursive: true, force: true })
  })

  it('traces with eBPF, with no more capabilities than the unit leaves', async () => {
    await eventually('tracing', async () =>
      (await command.in(stateDir, 'status')).stdout.includes('tracing with eBPF'),
    )
  })

  it('runs the app as a user without any', async () => {
    const { app } = await status()
    const said = readFileSync(`/proc/${app.pid}/status`, 'utf8')
    expect(said).toMatch(/^CapEff:\t0+$/m)
    expect(said).toMatch(/^NoNewPrivs:\t1$/m)
    expect(/^Uid:\t(\d+)/m.exec(said)?.[1]).not.toBe('0')
  })

  it('leaves no file of its state to others', () => {
    for (const file of ['cluster.key', 'token', 'app.log', 'probe.log'])
      expect([file, statSync(join(stateDir, file)).mode & 0o077]).toEqual([file, 0])
  })

  it('ends all of it at SIGTERM for the main process alone, and well', async () => {
    const { app, probe } = await status()
    // One that has ended may wait for init to take its exit code, and does not run then.
    const doRun = () => [app.pid, probe.pid].map((pid) => startOf(Number(pid)) !== undefined)
    expect(doRun()).toEqual([true, true])
    main.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(doRun()).toEqual([false, false])
  })
})
