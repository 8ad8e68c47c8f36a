import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ViewDocument } from '../../../src/api/types.ts'
import { isAlive } from '../../../src/cli/parts/processes/process-identity.ts'
import { readLaunchRecord } from '../../../src/cli/parts/state-files.ts'
import { hostIdentity } from '../../../src/probe/host/identity.ts'
import { eventually } from '../../support/eventually.ts'
import { IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { makeAuthority } from '../../support/machine/certificates.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { openPseudoTerminal } from '../../support/machine/pseudo-terminal.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { scopeCommand } from '../../support/scope/scope-command.ts'
import { type CopiedLauncher, copyLauncher } from './stage.ts'

/** Of the user `scope` of the image. */
const APP_UID = 61_040

/** Pids of all processes whose command lines have a text. */
const pidsWith = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        // It has ended.
        return false
      }
    })
    .map(Number)

describeWith(['root', 'docker', 'ebpf'], 'the launcher, copied alone, with Docker', () => {
  let scope: CopiedLauncher
  let options: string[]
  const inspected = async () =>
    JSON.parse(await scope.docker.docker('inspect', scope.container))[0] as {
      Config: { Cmd: string[]; Env: string[] }
      HostConfig: {
        Privileged: boolean
        CapAdd: string[]
        CapDrop: string[]
        LogConfig: { Type: string; Config: Record<string, string> }
      }
    }
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${scope.url}${path}`)).json()) as T

  beforeAll(async () => {
    scope = await copyLauncher()
    options = [`--app.http.address=${new URL(scope.url).host}`, '--probe.controls=container,process']
  }, IMAGE_LIMIT_MS)
  afterAll(() => scope?.close())

  describe('while nothing runs', () => {
    it('tells that, its version and its help', async () => {
      expect(await scope.run(['status'])).toMatchObject({
        code: 3,
        stdout: `Scope is not running (state: ${scope.stateDir})\n`,
      })
      expect((await scope.run(['stop'])).code).toBe(0)
      expect((await scope.run(['version'])).stdout).toMatch(/^scope \d/)
      expect((await scope.run(['help'])).stdout).toBe(readFileSync('src/cli/options/help.txt', 'utf8'))
    })

    it('refuses what is wrong, and leaves no container', async () => {
      const wrong = await scope.run(['launch', '--bogus'])
      expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--bogus') })
      expect(await scope.run(['launch', '--native'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no checkout of Scope'),
      })
      expect(await scope.run(['launch'], { env: { SCOPE_RUNTIME: 'other' } })).toMatchObject({ code: 2 })
      expect(await scope.run(['launch'], { env: { SCOPE_IMAGE: '127.0.0.1:9/none:1' } })).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/cannot be pulled \(.+\); and beside .* no checkout/),
      })
      expect(await scope.docker.docker('ps', '-aq', '--filter', `name=${scope.container}`)).toBe('')
    })

    it('shows the last words of an app that does not start, and leaves no container', async () => {
      const taken = await scope.run(['launch', `--app.http.address=192.0.2.1:80`])
      expect(taken.code).toBe(1)
      expect(taken.stderr).toContain('192.0.2.1')
      expect(await scope.docker.docker('ps', '-aq', '--filter', `name=${scope.container}`)).toBe('')
    })

    it('leaves nothing when a launch is interrupted', async () => {
      const interrupted = async () => {
        const child = spawn(scope.path, ['launch', ...options], { env: scope.env, stdio: 'ignore' })
        const ended = once(child, 'exit')
        const app = await eventually('the app', () => readLaunchRecord(scope.stateDir, 'app'))
        child.kill('SIGINT')
        const [code] = await ended
        return { app, code }
      }
      let { app, code } = await interrupted()
      // A launch that was done before this test got to interrupt it shows nothing.
      for (let more = 3; code === 0 && more > 0; more--) {
        expect((await scope.run(['stop'])).code).toBe(0)
        ;({ app, code } = await interrupted())
      }
      expect(code).not.toBe(0)
      expect(isAlive(app)).toBe(false)
      expect(await scope.docker.docker('ps', '-aq', '--filter', `name=${scope.container}`)).toBe('')
    })

    it.each([
      [['--probe.controls=host'], true],
      [['--probe.controls', 'host'], true],
      [['-probe.controls', 'container,host'], true],
      [['--probe.controls', 'container'], false],
      [['--probe.controls=container', 'hostname:4040'], false],
      [['--probe.controls', 'container', 'hostname:4040'], false],
    ])(
      'gives the container all rights of root for a shell on the host alone: %j',
      async (words, expected) => {
        const { code, stdout } = await scope.run(['command', ...words])
        expect({ code, privileged: stdout.split(' ').includes('--privileged') }).toEqual({
          code: 0,
          privileged: expected,
        })
      },
    )

    it.each(['--probe.docker=false', '-probe.docker=F', '--probe.docker=FALSE', '-probe.docker=0'])(
      'does not give it the socket of Docker with %s',
      async (word) => {
        const socket = `${scope.docker.host.replace('unix://', '')}:`
        expect((await scope.run(['command'])).stdout).toContain(socket)
        const { code, stdout } = await scope.run(['command', word])
        expect(code).toBe(0)
        expect(stdout).not.toContain(socket)
      },
    )

    it.each(['--dry-run', '-dry-run', '--dry-run=1', '-dry-run=T', '--dry-run=TRUE'])(
      'launches nothing with %s, and prints what would be',
      async (word) => {
        expect((await scope.run(['launch', word, ...options])).stdout).toBe(
          (await scope.run(['command', ...options])).stdout,
        )
      },
    )

    it.each([
      ['', ['driver=json-file', 'opt=max-size=10m', 'opt=max-file=3']],
      [
        '--log-opt max-size=50m',
        ['driver=json-file', 'opt=max-size=10m', 'opt=max-file=3', 'opt=max-size=50m'],
      ],
      ['--log-driver journald', ['driver=journald']],
      ['--log-driver=local --log-opt=max-size=1m', ['driver=local', 'opt=max-size=1m']],
    ])('bounds its log, unless SCOPE_DOCKER_ARGS bound it: %j', async (args, expected) => {
      const { stdout } = await scope.run(['command'], { env: { SCOPE_DOCKER_ARGS: args } })
      const given = stdout
        .replaceAll(/( --log-\w+) /g, '$1=')
        .split(' ')
        .filter((word) => word.startsWith('--log-'))
      expect(given).toEqual(expected.map((option) => `--log-${option}`))
    })

    it('prints a docker command that works, and that other shells print, too', async () => {
      const words = [
        'command',
        ...options,
        '--app.host=a.example',
        '--app.container-label-filter=It\'s "x":a=b',
      ]
      const [dash, busybox] = await Promise.all([
        scope.run(words, { before: ['dash'] }),
        scope.run(words, { before: ['busybox', 'sh'] }),
      ])
      expect(dash).toEqual(busybox)
      expect(dash.code).toBe(0)
      await new Promise((done) => {
        spawn('sh', ['-c', dash.stdout], { env: scope.env, stdio: 'ignore' }).once('exit', done)
      })
      expect((await inspected()).Config.Cmd).toEqual(['run', ...words.slice(1)])
      await eventually('the page', async () => (await fetch(scope.url)).ok)
      expect((await scope.run(['stop'])).code).toBe(0)
      await expect(fetch(scope.url)).rejects.toThrow()
    })
  })

  describe('once launched', () => {
    let launched: string
    beforeAll(async () => {
      const { code, stdout, stderr } = await scope.run(['launch', ...options])
      expect({ code, stderr: stderr.replace(/^scope: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' })
      launched = stdout
    })

    it('has told where the page is, with a link, and where it runs', async () => {
      expect(launched).toContain(`page   ${scope.url}`)
      expect(launched).toContain(`link   ${scope.url}/#code=`)
      expect(launched).toContain(`runs   in the container ${scope.container}`)
      expect((await fetch(scope.url)).status).toBe(200)
    })

    it('traces with eBPF, without all rights of root', async () => {
      const { HostConfig } = await inspected()
      expect(HostConfig).toMatchObject({ Privileged: false, CapDrop: ['ALL'] })
      expect(HostConfig.CapAdd).not.toContain('ALL')
      // On a busy machine the app takes seconds to answer, and Docker to tell.
      await eventually('it to be well', async () => {
        const { code, stdout } = await scope.run(['status'])
        expect(code).toBe(0)
        expect(stdout).toMatch(/tracing with eBPF since /)
        for (const part of ['host', 'process', 'docker', 'names', 'control'])
          expect(stdout).toMatch(new RegExp(`^ *${part}: ok( |$)(?!.*may not be read)`, 'm'))
        return true
      })
      const status = JSON.parse((await scope.run(['status', '--json'])).stdout)
      expect(status).toMatchObject({
        runtime: 'docker',
        container: scope.container,
        stateDir: scope.stateDir,
      })
    })

    it('has a log whose size on disk is bounded', async () => {
      const { Type, Config } = (await inspected()).HostConfig.LogConfig
      expect({ Type, ...Config }).toEqual({ Type: 'json-file', 'max-size': '10m', 'max-file': '3' })
    })

    it('is the same host as natively, and puts processes into their containers', async () => {
      const { id } = hostIdentity({ procRoot: '/proc', env: process.env })
      await scope.docker.run('inside')
      const pid = await scope.docker.docker(
        'inspect',
        '--format',
        '{{.State.Pid}}',
        `${scope.docker.prefix}inside`,
      )
      const hosts = await eventually('the host', async () => {
        const { nodes } = await get<ViewDocument>('/api/topology/hosts')
        return Object.keys(nodes).length > 0 && Object.keys(nodes)
      })
      expect(hosts).toContainEqual(expect.stringContaining(id))
      await eventually('the process in its container', async () => {
        const { nodes } = await get<ViewDocument>('/api/topology/processes?unconnected=show')
        // Until Docker has told its name, a container is called by its id.
        return nodes[`${id};${pid}`]?.parents?.some(
          ({ topologyId, label }) => topologyId === 'containers' && label === `${scope.docker.prefix}inside`,
        )
      })
    })

    it('runs already: that changes nothing, and other apps are refused', async () => {
      const before = readLaunchRecord(scope.stateDir, 'probe')
      const again = await scope.run(['launch', ...options])
      expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('runs already') })
      expect(await scope.run(['launch', ...options, 'localhost:1'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('does not report to http://localhost:1'),
      })
      expect(await scope.run(['launch', '--native'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`in the container ${scope.container}`),
      })
      const native = scopeCommand()
      const beside = await native.in(scope.stateDir, 'launch', ...options)
      await native.dispose()
      expect(beside).toMatchObject({ code: 1, stderr: expect.stringContaining('in a container') })
      expect(readLaunchRecord(scope.stateDir, 'probe')).toEqual(before)
    })

    it('has the keys and users that are there natively', async () => {
      const native = scopeCommand()
      const { stdout } = await scope.run(['token'])
      expect((await native.in(scope.stateDir, 'token')).stdout).toBe(stdout)
      const added = await scope.run(['user', 'add', 'anna'], { input: 'a password of anna\n' })
      expect(added).toMatchObject({ code: 0, stdout: 'user anna was added (viewer)\n' })
      expect((await native.in(scope.stateDir, 'user', 'list')).stdout).toContain('anna')
      expect((await native.in(scope.stateDir, 'audit')).stdout).toContain('user-add anna')
      const operator = ['user', '--role=operator', 'add', 'carl']
      expect(await scope.run(operator, { input: 'a password of carl\n' })).toMatchObject({
        code: 0,
        stdout: 'user carl was added (operator)\n',
      })
      await native.dispose()
    })

    it('asks for a password on the terminal, without showing it', async () => {
      const terminal = await openPseudoTerminal([scope.path, 'user', 'add', 'bert'], scope.env)
      try {
        for (const question of ['New password for bert: ', 'The same again: ']) {
          await eventually('the question', () => terminal.text().endsWith(question))
          terminal.type('a password of bert\r')
        }
        expect(await terminal.ended).toBe(0)
        expect(terminal.text()).toContain('user bert was added')
        expect(terminal.text()).not.toContain('a password of bert')
      } finally {
        terminal.close()
      }
    })

    it('runs commands in containers, with their words, input and exit codes', async () => {
      await scope.docker.run('target')
      const name = `${scope.docker.prefix}target`
      await eventually(
        'the container',
        async () => (await scope.run(['exec', name, '--', '/bin/busybox', 'true'])).code === 0,
      )
      const words = ['a  b', "it's", '"', '$HOME', '*', '\\', '', 'ü']
      const shown = await scope.run([
        'exec',
        name,
        '--',
        '/bin/busybox',
        'sh',
        '-c',
        'printf "%s|" "$@"; exit 7',
        'sh',
        ...words,
      ])
      expect(shown).toEqual({ code: 7, stdout: words.map((word) => `${word}|`).join(''), stderr: '' })
      const copied = await scope.run(['exec', name, '--', '/bin/busybox', 'cat'], { input: 'some\ninput' })
      expect(copied).toMatchObject({ code: 0, stdout: 'some\ninput' })
      const native = scopeCommand()
      const unknown = ['exec', 'no-such-thing', '--', 'true']
      expect(await scope.run(unknown)).toEqual(await native.in(scope.stateDir, ...unknown))
      await native.dispose()
    })

    it.each(['token', 'user list', 'user --json list'])(
      'leaves standard input to those that read it: %s',
      async (command) => {
        const { stdout } = await scope.run(['unused'], {
          before: ['sh', '-c', `while read -r line; do "$0" ${command} >/dev/null; echo "$line"; done`],
          input: 'one\ntwo\n',
        })
        expect(stdout).toBe('one\ntwo\n')
      },
    )

    it("tells times in the caller's zone", async () => {
      const hoursIn = async (zone: string) => {
        const { stdout } = await scope.run(['status'], { before: ['env', `TZ=${zone}`] })
        const [, hours] = /since (?:\S+ )?(\d\d):\d\d/.exec(stdout) ?? []
        return Number(hours)
      }
      const [utc, tokyo] = [await hoursIn('UTC'), await hoursIn('Asia/Tokyo')]
      expect((tokyo - utc + 24) % 24).toBe(9)
    })

    it('takes a host for a host, also where the directory has a file of that name', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'scope-host-'))
      writeFileSync(join(directory, 'one'), '')
      const joined = await scope.run(['token', '--join', 'one'], {
        before: ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', directory],
      })
      expect(joined).toEqual(await scope.run(['token', '--join', 'one']))
      rmSync(directory, { recursive: true })
    })

    it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
      'ends a command whose caller got %s',
      async (signal) => {
        const child = spawn(scope.path, ['logs', '-f'], {
          env: scope.env,
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        await once(child.stdout, 'data')
        const tails = () => pidsWith(join(scope.stateDir, 'supervisor.log'))
        expect(tails()).not.toEqual([])
        child.kill(signal)
        await eventually('the end of tail', () => tails().length === 0)
      },
    )

    it('starts again what died, which status tells', async () => {
      const before = readLaunchRecord(scope.stateDir, 'app')
      if (before === undefined) throw new Error('the app has no record')
      process.kill(before.pid, 'SIGKILL')
      await eventually('the app again', async () => {
        const now = readLaunchRecord(scope.stateDir, 'app')
        return now?.pid !== before.pid && (await fetch(scope.url)).ok
      })
      expect((await scope.run(['status'])).stdout).toContain('when it was ended by SIGKILL')
      expect((await scope.run(['logs'])).stdout).toContain('the app was ended by SIGKILL')
    })

    it('is stopped, with its container; state and logs stay', async () => {
      expect(await scope.run(['stop'])).toEqual({ code: 0, stdout: 'stopped: app, probe\n', stderr: '' })
      expect(await scope.docker.docker('ps', '-aq', '--filter', `name=${scope.container}`)).toBe('')
      await expect(fetch(scope.url)).rejects.toThrow()
      expect((await scope.run(['status'])).code).toBe(3)
      expect((await scope.run(['logs'])).stdout).toContain('supervisor')
      expect((await scope.run(['user', 'list'])).stdout).toContain('anna')
      expect(pidsWith(scope.stateDir)).toEqual([])
    })
  })

  it('needs no root that can be written to, and runs what it ran when Docker starts it again', async () => {
    const env = { SCOPE_DOCKER_ARGS: '--read-only --tmpfs=/tmp' }
    expect(await scope.run(['launch', ...options, '--no-probe'], { env })).toMatchObject({ code: 0 })
    const before = readLaunchRecord(scope.stateDir, 'app')
    await scope.docker.docker('restart', '--time', '5', scope.container)
    await eventually('the app again', async () => {
      const now = readLaunchRecord(scope.stateDir, 'app')
      return now !== undefined && now.pid !== before?.pid && (await fetch(scope.url)).ok
    })
    await scope.run(['stop'])
    // Another container knows nothing of it.
    expect(await scope.run(['launch', '--probe-only', '127.0.0.1:1'], { env })).toMatchObject({ code: 0 })
    await expect(fetch(scope.url)).rejects.toThrow()
    expect(readLaunchRecord(scope.stateDir, 'app')).toBeUndefined()
    await scope.run(['stop'])
  })

  it('keeps secrets out of what Docker tells, and reads files of options where the caller is', async () => {
    const token = 'a-token-of-the-service-1234567890'
    writeFileSync(join(scope.dir, 'service token'), `${token}\n`, { mode: 0o600 })
    const service = [`--service-url=http://127.0.0.1:${await freePort()}`, '--app.insecure']
    for (const given of [[`--service-token=${token}`], ['--service-token-file', 'service token']]) {
      const { code, stderr } = await scope.run(['launch', ...given, ...service], { cwd: scope.dir })
      expect({ code, stderr }).toMatchObject({ code: 0 })
      expect(JSON.stringify(await inspected())).not.toContain(token)
      expect((await scope.run(['status'])).stdout).toContain(service[0]?.split('=')[1])
      expect((await scope.run(['logs'])).stdout).not.toContain('cannot be read')
      await scope.run(['stop'])
    }
    const { cert, key } = await (await makeAuthority()).issue(['localhost'])
    for (const [name, text] of Object.entries({ cert, key }))
      writeFileSync(join(scope.dir, name), text, { mode: 0o600 })
    for (const name of ['cert', 'key']) chownSync(join(scope.dir, name), APP_UID, APP_UID)
    const secure = await scope.run(['launch', ...options, '--app.tls.cert=cert', '--app.tls.key=key'], {
      cwd: scope.dir,
    })
    expect(secure).toMatchObject({ code: 0, stdout: expect.stringContaining(`page   https://`) })
    await scope.run(['stop'])
    const joining = await scope.run(['launch', '--probe-only', '--join=-', 'localhost:1'], {
      input: 'no token',
    })
    expect(joining).toMatchObject({ code: 1, stderr: expect.stringMatching(/join token/) })
    writeFileSync(join(scope.dir, 'join'), 'no token', { mode: 0o644 })
    const readable = await scope.run(['launch', '--probe-only', '--join=join', 'localhost:1'], {
      cwd: scope.dir,
    })
    expect(readable).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('other users may read the join token'),
    })
  })

  it('knows who launched it, and believes that only of root', async () => {
    chmodSync(scope.stateDir, 0o700)
    const seenBy = (uid: number) =>
      new Promise<number | null>((done) => {
        const child = spawn('setpriv', [
          `--reuid=${uid}`,
          `--regid=${uid}`,
          '--clear-groups',
          'curl',
          '-sf',
          '-o',
          '/dev/null',
          `${scope.url}/api/topology/hosts`,
        ])
        child.once('exit', done)
      })
    const env = { SUDO_UID: '54321' }
    expect((await scope.run(['launch', ...options], { env })).code).toBe(0)
    expect(await seenBy(54321)).toBe(0)
    expect(await seenBy(54322)).not.toBe(0)
    await scope.run(['stop'])
  })
})
