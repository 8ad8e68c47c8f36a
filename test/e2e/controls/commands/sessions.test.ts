import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { openPseudoTerminal } from '../../../support/machine/pseudo-terminal.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { type CommandStage, launcher, limitMs, openCommandStage, sh } from './stage.ts'

describeWith(['root', 'docker'], 'commands that show something: attach, shell and logs', () => {
  let stage: CommandStage

  beforeAll(async () => {
    stage = await openCommandStage()
  }, limitMs)
  afterEach(() => stage.endAll())
  afterAll(() => stage?.close(), limitMs)

  it('attach joins a container, which runs on when it is left', { timeout: limitMs }, async () => {
    await stage.container('attached', 'while read line; do echo "got $line"; done', ['-it'])
    const attached = await stage.terminal('attach', stage.nameOf('attached'))
    await eventually('the note', () => attached.text().includes('Ctrl+P Ctrl+Q leaves'))
    attached.type('hello\r')
    await eventually('an answer', () => attached.text().includes('got hello'))
    attached.type('\x10\x11')
    expect(await attached.ended).toBe(0)
    expect(await stage.stateOf('attached')).toBe('running')
  })

  it('shell opens a shell on the host', { timeout: limitMs }, async () => {
    const shell = await stage.terminal('shell')
    await eventually('a prompt', () => /[#$] ?$/.test(shell.text()))
    shell.type('echo $((6*7)) at "$PWD"; exit 5\r')
    expect(await shell.ended).toBe(5)
    expect(shell.text()).toContain(`42 at ${stage.login.home}\r\n`)
  })

  const writing = (every: number) =>
    `i=0; while :; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); sleep ${every}; done`

  it('logs of one container are as Docker has them', { timeout: limitMs }, async () => {
    await stage.container('log', 'seq 1 3000; echo oops >&2; printf "\\033]0;title\\007\\n"; sleep 100000')
    await eventually('all lines', async () =>
      (await stage.docker.docker('logs', stage.nameOf('log'))).includes('title'),
    )
    const whole = await stage.run(['logs', stage.nameOf('log')])
    expect(whole.code).toBe(0)
    expect(whole.stderr).toBe('oops\n')
    const counted = Array.from({ length: 3000 }, (_, index) => `${index + 1}\n`).join('')
    expect(whole.stdout).toBe(`${counted}\x1b]0;title\x07\n`)
    expect((await stage.run(['logs', stage.nameOf('log'), '--stderr'])).stderr).toBe('oops\n')
    const shown = await stage.terminal('logs', stage.nameOf('log'), '--tail', '3')
    await shown.ended
    expect(shown.text()).toContain('\\x1b]0;title\\x07\r\n')
    expect(shown.text()).not.toContain('\x1b]0;title')
  })

  it('logs of several are merged by time, marked, and go on', { timeout: limitMs }, async () => {
    const names = ['merged-1', 'merged-2']
    const onHup = `i=0; trap 'echo "out $i"; echo "err $i" >&2; i=$((i+1))' HUP; echo ready >&2; while :; do sleep 0.1; done`
    const has = (name: string, ...lines: readonly string[]) =>
      eventually(`${lines} in the log of ${name}`, async () => {
        const logs = ['-H', stage.docker.host, 'logs', stage.nameOf(name)]
        const { stdout, stderr } = await promisify(execFile)('docker', logs)
        return lines.every((line) => `${stdout}${stderr}`.split('\n').includes(line))
      })
    /** Has each of them say something, one after the other, so that there is no doubt which was first. */
    const sayInTurns = async (from: number, to: number) => {
      for (let i = from; i <= to; i++)
        for (const name of names) {
          await stage.docker.docker('kill', '--signal', 'HUP', stage.nameOf(name))
          await has(name, `out ${i}`, `err ${i}`)
        }
    }
    const said = (stdout: string) =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [, name = '', time = '', text = ''] =
            /^\[(\S+merged-[12])\] (20\S+Z) (out \d+)$/.exec(line) ?? expect.fail(`not of the form: ${line}`)
          return { name, time, text }
        })
    const saidBy = (name: string, stdout: string) =>
      said(stdout).filter((line) => line.name === stage.nameOf(name))

    for (const name of names) {
      await stage.container(name, onHup)
      await has(name, 'ready')
    }
    await sayInTurns(0, 4)
    const whole = await stage.run(['logs', stage.nameOf('merged'), '-t'])
    expect(said(whole.stdout).map(({ name, text }) => `${name} ${text}`)).toEqual(
      Array.from({ length: 5 }, (_, i) => names.map((name) => `${stage.nameOf(name)} out ${i}`)).flat(),
    )
    const times = said(whole.stdout).map(({ time }) => time)
    expect(times).toEqual(times.toSorted())

    const { child, ended, stdout } = stage.start('logs', stage.nameOf('merged'), '-f', '-t')
    const follows = (to: number) =>
      eventually(`both to have said ${to}`, () =>
        names.every((name) =>
          stdout()
            .split('\n')
            .some((line) => line.startsWith(`[${stage.nameOf(name)}]`) && line.endsWith(` out ${to}`)),
        ),
      )
    await follows(4)
    await sayInTurns(5, 6)
    await follows(6)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ signal: 'SIGINT' })
    // What is still on its way may come after younger lines of another, so only the order of each is certain.
    for (const name of names)
      expect(saidBy(name, stdout()).map(({ text }) => text)).toEqual(
        Array.from({ length: 7 }, (_, i) => `out ${i}`),
      )
    const json = await stage.run(['logs', stage.nameOf('merged-1'), '--json', '--tail=4', '--stderr'])
    expect(JSON.parse(json.stdout.split('\n')[0] ?? '')).toMatchObject({
      label: stage.nameOf('merged-1'),
      stream: 'stderr',
      line: expect.stringMatching(/^err \d+$/),
    })
  })

  it('logs end quietly when nobody reads them any more', { timeout: limitMs }, async () => {
    await stage.container('endless', writing(0.01))
    const script = `'${launcher}' logs -f ${stage.nameOf('endless')} | head -n 3; echo "\${PIPESTATUS[0]}"`
    const output = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', script], { env: stage.env }, (_error, stdout, stderr) =>
        resolve(stdout + stderr.replaceAll(/^err \d+\n/gm, '')),
      )
    })
    expect(output).toBe('out 0\nout 1\nout 2\n141\n')
  })

  it('say so when the app is killed, and give the terminal back', { timeout: limitMs }, async () => {
    await stage.container('killed')
    const plain = await openPseudoTerminal(['true'])
    await plain.ended
    const vi = await stage.terminal('exec', stage.nameOf('killed'), '--', ...sh('vi /tmp/lost'))
    await eventually('vi', () => vi.text().includes('\x1b[?1049h') && vi.text().includes('~'))
    expect(vi.settings()).not.toBe(plain.settings())
    process.kill(await stage.scope.pidOf('app'), 'SIGKILL')
    expect(await vi.ended).toBe(125)
    expect(vi.text()).toMatch(/connection to the app is lost|no such pipe|knows no/)
    const end = vi.text().lastIndexOf('\x1b[?1049l')
    expect(end).toBeGreaterThan(vi.text().lastIndexOf('\x1b[?1049h'))
    expect(vi.settings()).toBe(plain.settings())
    await eventually('the app again', async () => (await stage.scope.scope('status')).code === 0, 60_000)
    await eventually(
      'the end of vi',
      async () =>
        !(await stage.docker.docker('top', stage.nameOf('killed'), '-o', 'pid,args')).includes(
          'vi /tmp/lost',
        ),
      60_000,
    )
  })
})
