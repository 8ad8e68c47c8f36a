import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { openPseudoTerminal, type PseudoTerminal } from '../../support/machine/pseudo-terminal.ts'
import { type QuietLogin, quietLogin } from '../../support/machine/quiet-login.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type RunningScope, startScope } from '../../support/scope/running-scope.ts'

const launcher = join(import.meta.dirname, '../../../scope')
const limitMs = 120_000

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

describeWith(['root', 'docker'], 'commands that act', () => {
  let machine: TestDocker
  let login: QuietLogin
  let scope: RunningScope
  const terminals: PseudoTerminal[] = []
  const children: ChildProcess[] = []

  beforeAll(async () => {
    machine = await openTestDocker()
    login = quietLogin()
    scope = await startScope(['--no-ebpf', '--no-dns', '--probe.controls=container,host,process'], login)
  }, limitMs)
  afterEach(() => {
    for (const terminal of terminals.splice(0)) terminal.close()
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  afterAll(async () => {
    await scope?.stop()
    await machine?.close()
    login?.remove()
  }, limitMs)

  const env = () => ({ ...process.env, SCOPE_STATE_DIR: scope.stateDir })

  const start = (...args: string[]) => {
    const child = spawn(launcher, args, { env: env(), stdio: 'pipe' })
    children.push(child)
    child.stdin.on('error', () => undefined)
    const parts: Buffer[] = []
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString()
    })
    const ended = once(child, 'close').then(
      ([code, signal]): Ended => ({ code, signal, stdout: Buffer.concat(parts), stderr }),
    )
    return { child, ended, stdout: () => Buffer.concat(parts).toString(), stderr: () => stderr }
  }

  /** Runs a command to its end, without a terminal. */
  const run = async (args: readonly string[], input: Buffer | string = '') => {
    const { child, ended } = start(...args)
    child.stdin?.end(input)
    const { code, stdout, stderr } = await ended
    return { code, stdout: stdout.toString(), stderr }
  }

  const terminal = async (...args: string[]): Promise<PseudoTerminal> => {
    const opened = await openPseudoTerminal([launcher, ...args], env())
    terminals.push(opened)
    return opened
  }

  const nameOf = (name: string): string => machine.prefix + name

  /** Starts a container, and waits until it is on the map. */
  const container = async (name: string, script = 'sleep 100000', args: readonly string[] = []) => {
    const id = await machine.run(name, args, [
      '/bin/busybox',
      'sh',
      '-c',
      `PATH=/tmp; /bin/busybox mkdir -p /tmp; /bin/busybox --install -s /tmp; ${script}`,
    ])
    await eventually(`${name} on the map`, async () => {
      const { nodes } = await scope.get<{ nodes: { label: string; controls: unknown[] }[] }>(
        `/api/controls?q=name%3D${nameOf(name)}&system=all&stopped=both`,
      )
      return nodes.some(({ controls }) => controls.length > 0)
    })
    return id
  }

  const stateOf = (name: string): Promise<string> =>
    machine.docker('inspect', '--format', '{{.State.Status}}', nameOf(name))

  /** Answers what is asked; the image has no `sh` on its path. */
  const sh = (script: string): string[] => ['/bin/busybox', 'sh', '-c', `PATH=/tmp; ${script}`]

  describe('that are done at once', () => {
    it('do each to a container what Docker says is done', { timeout: limitMs }, async () => {
      await container('states', 'trap "exit 0" TERM; while :; do sleep 1; done')
      const startedAt = () => machine.docker('inspect', '--format', '{{.State.StartedAt}}', nameOf('states'))
      const act = async (verb: string, done: string, ...more: string[]) =>
        expect(await run([verb, nameOf('states'), ...more])).toEqual({
          code: 0,
          stdout: `${done} container ${nameOf('states')}\n`,
          stderr: '',
        })
      await act('pause', 'paused', '--yes')
      expect(await stateOf('states')).toBe('paused')
      await act('unpause', 'unpaused')
      expect(await stateOf('states')).toBe('running')
      const before = await startedAt()
      await act('restart', 'restarted', '--yes')
      expect(await startedAt()).not.toBe(before)
      await act('stop', 'stopped', '-y')
      expect(await stateOf('states')).toBe('exited')
      await act('start', 'started')
      expect(await stateOf('states')).toBe('running')
      await act('kill', 'killed', '--yes')
      await eventually('its end', async () => (await stateOf('states')) === 'exited')
      expect(await machine.docker('inspect', '--format', '{{.State.ExitCode}}', nameOf('states'))).toBe('137')
      await act('remove', 'removed', '--yes')
      await expect(stateOf('states')).rejects.toThrow()
    })

    it('send a signal to a container, and end a process by name or pid', { timeout: limitMs }, async () => {
      await container('signalled', 'trap "echo hup" HUP; while :; do sleep 1; done')
      expect((await run(['kill', nameOf('signalled'), '-s', 'HUP', '--yes'])).code).toBe(0)
      await eventually('the signal', async () =>
        (await machine.docker('logs', nameOf('signalled'))).includes('hup'),
      )
      const child = spawn('sleep', ['86400'])
      children.push(child)
      const gone = once(child, 'exit')
      expect(await run(['signal', String(child.pid), '--yes'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^signalled process sleep: SIGTERM was sent .*\n$/),
      })
      expect((await gone)[1]).toBe('SIGTERM')
      // Scope's own processes offer nothing, and nothing else that has the digits or the name in its command line is taken for them.
      const app = await scope.pidOf('app')
      const bystander = spawn('sh', ['-c', `while :; do sleep 1; done; echo ${app}`])
      children.push(bystander)
      expect(await run(['signal', String(app), '--yes'])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(`nothing can be done to the process ${app} now`),
      })
      expect(await run(['signal', `nothing-called-${app}`, '--yes'])).toMatchObject({ code: 1, stdout: '' })
      expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null])
    })

    it('take one of several only when it is named, and none without being asked', {
      timeout: limitMs,
    }, async () => {
      const id = await container('many-1')
      await container('many-2')
      const several = await run(['stop', nameOf('many'), '--yes'])
      expect(several).toMatchObject({ code: 2, stdout: '' })
      expect(several.stderr).toMatch(/finds 2 containers that can be stopped.*--all:\n.*many-1 .*\n.*many-2/s)
      const unasked = await run(['stop', nameOf('many-1')])
      expect(unasked.code).toBe(2)
      expect(unasked.stderr).toMatch(/1 container will be stopped.*nobody is connected.*needs --yes/s)
      expect(await stateOf('many-1')).toBe('running')
      expect(await run(['pause', id.slice(0, 12), '--yes'])).toMatchObject({ code: 0 })
      expect(await stateOf('many-1')).toBe('paused')
      expect(await run(['unpause', nameOf('many-1')])).toMatchObject({ code: 0 })
      const all = await run(['kill', nameOf('many'), '--all', '--yes', '--json'])
      expect(all.code).toBe(0)
      expect(JSON.parse(all.stdout).results).toMatchObject([
        { label: nameOf('many-1'), ok: true, control: 'docker_kill_container' },
        { label: nameOf('many-2'), ok: true },
      ])
      const none = await run(['kill', nameOf('many-1'), '--yes', '--json'])
      expect(none.code).toBe(1)
      expect(JSON.parse(none.stdout)).toMatchObject({ results: [], error: { code: 'failed' } })
    })

    it('ask at a terminal, and take no for an answer', { timeout: limitMs }, async () => {
      await container('asked')
      const no = await terminal('stop', nameOf('asked'))
      await eventually('the question', () => no.text().includes('[y/N]'))
      expect(no.text()).toContain('nobody is connected to it now')
      no.type('n\r')
      expect(await no.ended).toBe(1)
      expect(no.text()).toContain('nothing was done')
      expect(await stateOf('asked')).toBe('running')
      const yes = await terminal('kill', nameOf('asked'))
      await eventually('the question', () => yes.text().includes('[y/N]'))
      yes.type('y\r')
      expect(await yes.ended).toBe(0)
      await eventually('its end', async () => (await stateOf('asked')) === 'exited')
    })

    it('are given up by Ctrl+C', { timeout: limitMs }, async () => {
      // Does not heed SIGTERM, so stopping takes Docker 10 seconds.
      await container('stubborn', 'trap "" TERM; while :; do sleep 1; done')
      const { child, ended, stderr } = start('stop', nameOf('stubborn'), '--yes')
      await eventually(
        'the request at the probe',
        async () =>
          (await scope.scope('audit', '--json', '-n', '5')).stdout.includes('docker_stop_container') ||
          (
            await machine.docker(
              'events',
              '--since',
              '20s',
              '--until',
              '0s',
              '--filter',
              `container=${nameOf('stubborn')}`,
            )
          ).includes('kill'),
      )
      child.kill('SIGINT')
      expect(await ended).toMatchObject({ signal: 'SIGINT' })
      expect(stderr()).toContain('given up by SIGINT')
    })

    it('tell what they found nothing of', { timeout: limitMs }, async () => {
      await container('known')
      expect(await run(['start', nameOf('knwon')])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/no container matches ".*knwon"; similar: .*known/),
      })
      expect(await run(['start', 'cpu>high'])).toMatchObject({ code: 2 })
      expect(await run(['stop', ''])).toMatchObject({ code: 2 })
      expect((await scope.scope('status')).code).toBe(0)
    })
  })

  describe('exec', () => {
    beforeAll(() => container('exec').then(() => undefined), limitMs)
    const exec = (command: readonly string[], input: Buffer | string = '') =>
      run(['exec', nameOf('exec'), '--', ...command], input)

    it.each([
      ['true', sh('exit 0'), 0],
      ['an exit code', sh('exit 3'), 3],
      ['a signal', sh('kill -9 $$'), 137],
      ['a program that does not exist', ['/no/such/program'], 127],
      ['a program that is not on the path', ['no-such-program'], 127],
      ['a program that is none', ['/etc'], 126],
    ])('ends with the code of what it ran: %s', { timeout: limitMs }, async (_what, command, code) => {
      expect(await exec(command)).toMatchObject({ code })
    })

    it('keeps output and errors apart, and passes options of the command on', {
      timeout: limitMs,
    }, async () => {
      expect(await exec(sh('echo out; echo err >&2'))).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' })
      expect(await exec(['/bin/busybox', 'echo', '-n', '--help', '-h'])).toMatchObject({
        stdout: '--help -h',
      })
      expect(
        (await run(['exec', '-u', '1234:99', '-w', '/tmp', nameOf('exec'), '--', ...sh('id -u; pwd')]))
          .stdout,
      ).toBe('1234\n/tmp\n')
    })

    it('passes megabytes through, byte by byte, and the end of the input', { timeout: limitMs }, async () => {
      const bytes = randomBytes(24 * 1024 * 1024)
      const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex')
      const { child, ended } = start('exec', nameOf('exec'), '--', '/bin/busybox', 'cat')
      child.stdin?.end(bytes)
      const { code, stdout, stderr } = await ended
      expect({ code, stderr, sizeBytes: stdout.length }).toEqual({
        code: 0,
        stderr: '',
        sizeBytes: bytes.length,
      })
      expect(hash(stdout)).toBe(hash(bytes))
    })

    it('ends what it ran when nobody reads its output, when it is told to end, and quietly', {
      timeout: limitMs,
    }, async () => {
      const running = async () => machine.docker('top', nameOf('exec'), '-o', 'pid,args')
      const script = `'${launcher}' exec ${nameOf('exec')} -- /bin/busybox yes marked | head -n 2; echo "\${PIPESTATUS[0]}"`
      const piped = await new Promise<string>((resolve) => {
        execFile('bash', ['-c', script], { env: env() }, (_error, stdout, stderr) => resolve(stdout + stderr))
      })
      expect(piped).toBe('marked\nmarked\n141\n')
      await eventually('its end', async () => !(await running()).includes('yes marked'))
      const { child, ended } = start('exec', nameOf('exec'), '--', '/bin/busybox', 'sleep', '77777')
      await eventually('its start', async () => (await running()).includes('sleep 77777'))
      child.kill('SIGTERM')
      expect(await ended).toMatchObject({ signal: 'SIGTERM' })
      await eventually('its end', async () => !(await running()).includes('sleep 77777'))
    })

    it('has a terminal where there is one, with its size, and gives it back', {
      timeout: limitMs,
    }, async () => {
      const shell = await terminal(
        'exec',
        nameOf('exec'),
        '--',
        ...sh(
          'trap "stty size" WINCH; stty size; tty; while :; do read line && echo "got $line"; [ "$line" = end ] && exit 7; done',
        ),
      )
      await eventually('the first size', () => /\b30 100\r\n/.test(shell.text()))
      expect(shell.text()).toMatch(/\r\n\/dev\/pts\/\d+\r\n/)
      const raw = shell.settings()
      shell.resize(121, 41)
      await eventually('the other size', () => /\b41 121\r\n/.test(shell.text()))
      shell.type('hello\r')
      await eventually('an echo', () => /hello\r\ngot hello\r\n/.test(shell.text()))
      shell.type('end\r')
      expect(await shell.ended).toBe(7)
      expect(shell.settings()).not.toBe(raw)
    })

    it('shows a full-screen program, and Ctrl+C reaches it instead of ending the command', {
      timeout: limitMs,
    }, async () => {
      const vi = await terminal('exec', nameOf('exec'), '--', ...sh('vi /tmp/written'))
      await eventually('vi', () => vi.text().includes('\x1b[?1049h') && vi.text().includes('~'))
      // vi takes what follows an escape at once for one key.
      vi.type('\x03')
      vi.type('i')
      await eventually('insertion', () => vi.text().includes('I /tmp/written'))
      vi.type('written by vi')
      await eventually('what was typed', () => vi.text().includes('written by vi'))
      vi.type('\x1b')
      await eventually('commands', () => /- \/tmp\/written \[modified\]/i.test(vi.text()))
      vi.type(':wq\r')
      expect(await vi.ended).toBe(0)
      expect(vi.text()).toContain('\x1b[?1049l')
      expect(await exec(sh('cat /tmp/written'))).toMatchObject({ stdout: 'written by vi\n' })
    })

    it('is left by its keys, which ends what it ran', { timeout: limitMs }, async () => {
      const stuck = await terminal(
        'exec',
        nameOf('exec'),
        '--',
        ...sh('stty raw -echo; echo begun; sleep 55555'),
      )
      await eventually('the start', () => stuck.text().includes('begun'))
      stuck.type('\x1d\x1d\x1d')
      expect(await stuck.ended).toBe(129)
      await eventually(
        'its end',
        async () => !(await machine.docker('top', nameOf('exec'), '-o', 'pid,args')).includes('sleep 55555'),
      )
    })

    it('goes on when its connection breaks, and loses nothing', { timeout: limitMs }, async () => {
      const cut = await startCutting(scope.url)
      const dir = mkdtempSync(join(tmpdir(), 'scope-token-'))
      try {
        const tokenFile = join(dir, 'token')
        writeFileSync(tokenFile, (await scope.scope('token')).stdout)
        const { child, ended } = start(
          'exec',
          `--app=${cut.url}`,
          `--token-file=${tokenFile}`,
          nameOf('exec'),
          '--',
          ...sh(
            'cat; i=0; while [ $i -lt 30 ]; do seq $((i*1000)) $((i*1000+999)); i=$((i+1)); sleep 0.1; done',
          ),
        )
        child.stdin?.write('first\n')
        await eventually('an open session', () => cut.sockets() > 0)
        for (let i = 0; i < 3; i++) {
          await new Promise((resolve) => setTimeout(resolve, 700))
          cut.drop()
          child.stdin?.write(`typed ${i}\n`)
          if (i === 1) child.stdin?.end()
          if (i === 1) break
        }
        await new Promise((resolve) => setTimeout(resolve, 1200))
        cut.drop()
        const { code, stdout } = await ended
        const counted = Array.from({ length: 30_000 }, (_, index) => `${index}\n`).join('')
        expect(stdout.toString()).toBe(`first\ntyped 0\ntyped 1\n${counted}`)
        expect(code).toBe(0)
        expect(cut.dropped()).toBeGreaterThan(1)
      } finally {
        await cut.close()
        rmSync(dir, { recursive: true })
      }
    })

    it('refuses to send the token of this machine anywhere else', { timeout: limitMs }, async () => {
      const elsewhere = await run(['exec', '--app=http://192.0.2.1:4040', nameOf('exec')])
      expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('--token-file') })
    })
  })

  describe('attach and shell', () => {
    it('joins a container, which runs on when it is left', { timeout: limitMs }, async () => {
      await container('attached', 'while read line; do echo "got $line"; done', ['-it'])
      const attached = await terminal('attach', nameOf('attached'))
      await eventually('the note', () => attached.text().includes('Ctrl+P Ctrl+Q leaves'))
      attached.type('hello\r')
      await eventually('an answer', () => attached.text().includes('got hello'))
      attached.type('\x10\x11')
      expect(await attached.ended).toBe(0)
      expect(await stateOf('attached')).toBe('running')
    })

    it('opens a shell on the host', { timeout: limitMs }, async () => {
      const shell = await terminal('shell')
      await eventually('a prompt', () => /[#$] ?$/.test(shell.text()))
      shell.type('echo $((6*7)) at "$PWD"; exit 5\r')
      expect(await shell.ended).toBe(5)
      expect(shell.text()).toContain(`42 at ${login.home}\r\n`)
    })
  })

  describe('logs', () => {
    const writing = (every: number) =>
      `i=0; while :; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); sleep ${every}; done`

    it('of one container are as Docker has them', { timeout: limitMs }, async () => {
      await container('log', 'seq 1 3000; echo oops >&2; printf "\\033]0;title\\007\\n"; sleep 100000')
      await eventually('all lines', async () =>
        (await machine.docker('logs', nameOf('log'))).includes('title'),
      )
      const whole = await run(['logs', nameOf('log')])
      expect(whole.code).toBe(0)
      expect(whole.stderr).toBe('oops\n')
      const counted = Array.from({ length: 3000 }, (_, index) => `${index + 1}\n`).join('')
      expect(whole.stdout).toBe(`${counted}\x1b]0;title\x07\n`)
      expect((await run(['logs', nameOf('log'), '--stderr'])).stderr).toBe('oops\n')
      const shown = await terminal('logs', nameOf('log'), '--tail', '3')
      await shown.ended
      expect(shown.text()).toContain('\\x1b]0;title\\x07\r\n')
      expect(shown.text()).not.toContain('\x1b]0;title')
    })

    it('of several are merged by time, marked, and go on', { timeout: limitMs }, async () => {
      await container('merged-1', writing(0.2))
      await container('merged-2', writing(0.2))
      const { child, ended, stdout } = start('logs', nameOf('merged'), '-f', '-t')
      await eventually('lines of both', () =>
        ['merged-1', 'merged-2'].every((name) => stdout().split(`[${nameOf(name)}]`).length > 10),
      )
      child.kill('SIGINT')
      expect(await ended).toMatchObject({ signal: 'SIGINT' })
      const lines = stdout().trimEnd().split('\n')
      expect(lines.every((line) => /^\[\S+merged-[12]\] 20\S+Z out \d+$/.test(line))).toBe(true)
      const times = lines.map((line) => line.split(' ')[1])
      expect(times).toEqual(times.toSorted())
      const json = await run(['logs', nameOf('merged-1'), '--json', '--tail=4', '--stderr'])
      expect(JSON.parse(json.stdout.split('\n')[0] ?? '')).toMatchObject({
        label: nameOf('merged-1'),
        stream: 'stderr',
        line: expect.stringMatching(/^err \d+$/),
      })
    })

    it('end quietly when nobody reads them any more', { timeout: limitMs }, async () => {
      await container('endless', writing(0.01))
      const script = `'${launcher}' logs -f ${nameOf('endless')} | head -n 3; echo "\${PIPESTATUS[0]}"`
      const output = await new Promise<string>((resolve) => {
        execFile('bash', ['-c', script], { env: env() }, (_error, stdout, stderr) =>
          resolve(stdout + stderr.replaceAll(/^err \d+\n/gm, '')),
        )
      })
      expect(output).toBe('out 0\nout 1\nout 2\n141\n')
    })
  })

  it('say so when the app is killed, and give the terminal back', { timeout: limitMs }, async () => {
    await container('killed')
    const plain = await openPseudoTerminal(['true'])
    terminals.push(plain)
    await plain.ended
    const vi = await terminal('exec', nameOf('killed'), '--', ...sh('vi /tmp/lost'))
    await eventually('vi', () => vi.text().includes('\x1b[?1049h') && vi.text().includes('~'))
    expect(vi.settings()).not.toBe(plain.settings())
    process.kill(await scope.pidOf('app'), 'SIGKILL')
    expect(await vi.ended).toBe(125)
    expect(vi.text()).toMatch(/connection to the app is lost|no such pipe|knows no/)
    const end = vi.text().lastIndexOf('\x1b[?1049l')
    expect(end).toBeGreaterThan(vi.text().lastIndexOf('\x1b[?1049h'))
    expect(vi.settings()).toBe(plain.settings())
    await eventually('the app again', async () => (await scope.scope('status')).code === 0)
    await eventually(
      'the end of vi',
      async () => !(await machine.docker('top', nameOf('killed'), '-o', 'pid,args')).includes('vi /tmp/lost'),
    )
  })
})

/** Passes connections to an app on, until they are cut. */
const startCutting = async (url: string) => {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let dropped = 0
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    open.add(near)
    near.on('close', () => {
      open.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
    near.on('error', () => undefined)
    far.on('error', () => undefined)
    near.pipe(far)
    far.pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: () => open.size,
    dropped: () => dropped,
    drop: () => {
      dropped += open.size
      for (const socket of open) socket.destroy()
    },
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
