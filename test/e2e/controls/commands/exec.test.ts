import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type CommandStage, launcher, limitMs, openCommandStage, sh } from './stage.ts'

/** Sooner than the app ends by itself what nobody looks at, which takes a minute. */
const ENDS_WITHIN_MS = 40_000

describeWith(['root', 'docker'], 'commands that run something: exec', () => {
  let stage: CommandStage

  beforeAll(async () => {
    stage = await openCommandStage()
    await stage.container('exec')
  }, limitMs)
  afterEach(() => stage.endAll())
  afterAll(() => stage?.close(), limitMs)

  const exec = (command: readonly string[], input: Buffer | string = '') =>
    stage.run(['exec', stage.nameOf('exec'), '--', ...command], input)

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
      (
        await stage.run([
          'exec',
          '-u',
          '1234:99',
          '-w',
          '/tmp',
          stage.nameOf('exec'),
          '--',
          ...sh('id -u; pwd'),
        ])
      ).stdout,
    ).toBe('1234\n/tmp\n')
  })

  it('passes megabytes through, byte by byte, and the end of the input', { timeout: limitMs }, async () => {
    const bytes = randomBytes(24 * 1024 * 1024)
    const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex')
    const { child, ended } = stage.start('exec', stage.nameOf('exec'), '--', '/bin/busybox', 'cat')
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
    const running = async () => stage.docker.docker('top', stage.nameOf('exec'), '-o', 'pid,args')
    const script = `'${launcher}' exec ${stage.nameOf('exec')} -- /bin/busybox yes marked | head -n 2; echo "\${PIPESTATUS[0]}"`
    const piped = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', script], { env: stage.env }, (_error, stdout, stderr) =>
        resolve(stdout + stderr),
      )
    })
    expect(piped).toBe('marked\nmarked\n141\n')
    try {
      await eventually('its end', async () => !(await running()).includes('yes marked'), ENDS_WITHIN_MS)
    } catch (cause) {
      const { stdout } = await stage.scope.scope('audit', '-n', '10')
      throw new Error(`it still runs:\n${await running()}\n${stdout}`, { cause })
    }
    const { child, ended } = stage.start('exec', stage.nameOf('exec'), '--', '/bin/busybox', 'sleep', '77777')
    await eventually('its start', async () => (await running()).includes('sleep 77777'))
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ signal: 'SIGTERM' })
    await eventually('its end', async () => !(await running()).includes('sleep 77777'), ENDS_WITHIN_MS)
  })

  it('has a terminal where there is one, with its size, and gives it back', {
    timeout: limitMs,
  }, async () => {
    const shell = await stage.terminal(
      'exec',
      stage.nameOf('exec'),
      '--',
      ...sh(
        'trap "stty size" WINCH; stty size; tty; while :; do read line && echo "got $line"; [ "$line" = end ] && exit 7; done',
      ),
    )
    await eventually('the first size', () => /\b30 100\r\n/.test(shell.text()))
    await eventually('its terminal', () => /\r\n\/dev\/pts\/\d+\r\n/.test(shell.text()))
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
    const vi = await stage.terminal('exec', stage.nameOf('exec'), '--', ...sh('vi /tmp/written'))
    await eventually('vi', () => vi.text().includes('\x1b[?1049h') && vi.text().includes('~'))
    // vi takes what follows an escape at once for one key.
    vi.type('\x03')
    vi.type('i')
    await eventually('insertion', () => vi.text().includes('I /tmp/written'))
    vi.type('written by vi')
    // The editor draws it in as many pieces as it has found time for, each placed by an escape sequence.
    await eventually('what was typed', () => stripVTControlCharacters(vi.text()).includes('written by vi'))
    vi.type('\x1b')
    await eventually('commands', () => /- \/tmp\/written \[modified\]/i.test(vi.text()))
    vi.type(':wq\r')
    expect(await vi.ended).toBe(0)
    expect(vi.text()).toContain('\x1b[?1049l')
    expect(await exec(sh('cat /tmp/written'))).toMatchObject({ stdout: 'written by vi\n' })
  })

  it('is left by its keys, which ends what it ran', { timeout: limitMs }, async () => {
    const stuck = await stage.terminal(
      'exec',
      stage.nameOf('exec'),
      '--',
      ...sh('stty raw -echo; echo begun; sleep 55555'),
    )
    await eventually('the start', () => stuck.text().includes('begun'))
    stuck.type('\x1d\x1d\x1d')
    expect(await stuck.ended).toBe(129)
    await eventually(
      'its end',
      async () =>
        !(await stage.docker.docker('top', stage.nameOf('exec'), '-o', 'pid,args')).includes('sleep 55555'),
    )
  })

  it('goes on when its connection breaks, and loses nothing', { timeout: limitMs }, async () => {
    const cut = await startCutting(stage.scope.url)
    const dir = mkdtempSync(join(tmpdir(), 'scope-token-'))
    try {
      const tokenFile = join(dir, 'token')
      writeFileSync(tokenFile, (await stage.scope.scope('token')).stdout)
      const {
        child,
        ended,
        stdout: output,
      } = stage.start(
        'exec',
        `--app=${cut.url}`,
        `--token-file=${tokenFile}`,
        stage.nameOf('exec'),
        '--',
        ...sh(
          'cat; i=0; while [ $i -lt 30 ]; do seq $((i*1000)) $((i*1000+999)); i=$((i+1)); sleep 0.1; done',
        ),
      )
      child.stdin?.write('first\n')
      const shows = (text: string) => eventually(text, () => output().includes(text), 60_000)
      // Only now is the session open: requests before it are not made anew.
      await shows('first\n')
      cut.drop()
      child.stdin?.write('typed 0\n')
      await shows('typed 0\n')
      cut.drop()
      child.stdin?.end('typed 1\n')
      for (const line of ['\n0\n', '\n5000\n', '\n15000\n']) {
        await shows(line)
        cut.drop()
      }
      const { code, stdout } = await ended
      const counted = Array.from({ length: 30_000 }, (_, index) => `${index}\n`).join('')
      expect(stdout.toString()).toBe(`first\ntyped 0\ntyped 1\n${counted}`)
      expect(code).toBe(0)
      expect(cut.dropped()).toBeGreaterThanOrEqual(3)
    } finally {
      await cut.close()
      rmSync(dir, { recursive: true })
    }
  })

  it('refuses to send the token of this machine anywhere else', { timeout: limitMs }, async () => {
    const elsewhere = await stage.run(['exec', '--app=http://192.0.2.1:4040', stage.nameOf('exec')])
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('--token-file') })
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
