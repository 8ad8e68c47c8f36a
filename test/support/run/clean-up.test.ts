import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../eventually.ts'
import { makeLink } from '../machine/network/veth.ts'
import { describeWith } from '../machine/requirements.ts'
import { cleanUp, cleanUpDeadRuns } from './clean-up.ts'
import { mountsAt, unmountAt } from './mounts.ts'
import { isAlive, RUN_VARIABLE, type Run, startOf } from './run.ts'

interface Made {
  readonly pids: readonly number[]
  readonly files: readonly string[]
  readonly hostIp: string
}

describeWith(['root', 'docker', 'netns'], 'a run of the tests', () => {
  let process_: ChildProcess | undefined
  let run: Run | undefined
  afterEach(async () => {
    process_?.kill('SIGKILL')
    if (run !== undefined) await cleanUp(run)
  })

  /** Starts a run that has made something. */
  const begin = async (...args: string[]): Promise<Made> => {
    const { [RUN_VARIABLE]: _, ...env } = process.env
    const child = spawn(process.execPath, [join(import.meta.dirname, 'maker.ts'), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    })
    process_ = child
    run = `${child.pid ?? 0}-${startOf(child.pid ?? 0) ?? 0}`
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const made = JSON.parse(line) as Made
    expect(left(made)).toEqual([...made.pids, ...made.files, made.hostIp])
    return made
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(process_ as ChildProcess, 'exit')
    process_?.kill(signal)
    await ended
  }
  /** What is there of what a run has made. */
  const left = ({ pids, files, hostIp }: Made) => [
    ...pids.filter((pid) => startOf(pid) !== undefined),
    ...files.filter((file) => existsSync(file)),
    ...(rulesOf(hostIp).length > 0 ? [hostIp] : []),
  ]
  const rulesOf = (hostIp: string): readonly string[] =>
    execFileSync('iptables', ['-w', '-t', 'nat', '-S'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`-d ${hostIp}/32`))

  it.each([
    ['SIGINT', []],
    ['SIGTERM', []],
    ['SIGKILL', ['all']],
  ] as const)('leaves nothing when %s ends it', async (signal, more) => {
    const made = await begin('keeper', ...more)
    await end(signal)
    await eventually('nothing to be left', () => left(made).length === 0)
  })

  it('removes what one has left that was killed with all who look after it, and nothing of others', async () => {
    const own = makeLink()
    try {
      const made = await begin('all')
      await end('SIGKILL')
      const before = left(made)
      expect(before).toEqual(expect.arrayContaining([...made.files, made.hostIp]))
      expect(isAlive(run as Run)).toBe(false)
      expect(await cleanUpDeadRuns()).toContain(run)
      expect(left(made)).toEqual([])
      expect(existsSync(`/run/netns/${own.name}`) && existsSync(`/sys/class/net/${own.outside}`)).toBe(true)
    } finally {
      own.remove()
    }
  })
})

describeWith(['root'], 'a run of the tests that has mounted something', () => {
  it('leaves neither that nor where it was mounted', async () => {
    const owner = spawn('sleep', ['600'], { stdio: 'ignore' })
    const run: Run = `${owner.pid ?? 0}-${startOf(owner.pid ?? 0) ?? 0}`
    const marked = join(tmpdir(), `scopetest-${run}-full`)
    const stateDir = join(tmpdir(), `scope-full-${run}`)
    const mounted = [marked, join(marked, 'inside'), stateDir]
    const env = { ...process.env, [RUN_VARIABLE]: run, SCOPE_STATE_DIR: stateDir }
    const program = spawn('sleep', ['600'], { stdio: 'ignore', env })
    onTestFinished(() => {
      for (const child of [owner, program]) child.kill('SIGKILL')
      for (const dir of [marked, stateDir]) {
        unmountAt(dir)
        rmSync(dir, { recursive: true, force: true })
      }
    })
    for (const dir of mounted) {
      mkdirSync(dir)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'none', dir])
      writeFileSync(join(dir, 'ballast'), '')
    }
    const ended = once(owner, 'exit')
    owner.kill('SIGKILL')
    await ended
    expect(isAlive(run)).toBe(false)
    await cleanUp(run)
    expect(mounted.filter((dir) => existsSync(dir))).toEqual([])
    expect([marked, stateDir].flatMap(mountsAt)).toEqual([])
  })
})
