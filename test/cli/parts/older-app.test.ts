import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import {
  readRunningApp,
  runningPids,
  stateFiles,
  writeAppStatus,
} from '../../../src/cli/parts/state-files.ts'
import { ensureStateDir } from '../../../src/state/state-dir.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { testStateDir } from '../accounts/run-command.ts'

/** How the app differs from the one that has written the status. */
interface Difference {
  readonly path?: string
  readonly part?: string
  readonly stateDir?: string
  readonly user?: string
  /** The user who owns the status. */
  readonly owner?: number
  /** Options of `unshare`: namespaces of its own. */
  readonly namespaces?: readonly string[]
}

const LISTENS = `import { createServer } from 'node:net'
const server = createServer().listen(0, '127.0.0.1', () => console.log(server.address().port))
`

/** What a process has become: itself, or the only child that it has started. */
const onlyChildOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()) || pid

/** A program in the place of an app that listens in the foreground. @returns its pid and port */
const listening = async (stateDir: string, different: Difference): Promise<{ pid: number; port: number }> => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-older-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  chmodSync(dir, 0o755)
  const file = join(dir, different.path ?? 'scope/src/main.ts')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  writeFileSync(file, LISTENS)
  const { user, namespaces } = different
  const as = user === undefined ? [] : ['setpriv', '--reuid', user, '--clear-groups']
  const within = namespaces === undefined ? [] : ['unshare', ...namespaces]
  const program = startProgram([...as, ...within, process.execPath, file, different.part ?? 'app'], {
    env: { ...process.env, SCOPE_STATE_DIR: different.stateDir ?? stateDir },
  })
  onTestFinished(() => program.kill('SIGKILL'))
  const port = Number(await program.ask(''))
  return { pid: onlyChildOf(program.pid), port }
}

/** The pid of an app, with the status that an older Scope has written of it. */
const withStatus = async (different: Difference = {}, otherPort?: number) => {
  const stateDir = testStateDir()
  await ensureStateDir(stateDir)
  const { pid, port } = await listening(stateDir, different)
  const localUrl = `http://127.0.0.1:${otherPort ?? port}`
  // Whenever the app says that it began: the clock may have been set since.
  writeAppStatus(stateDir, { pid, port: otherPort ?? port, urls: [], localUrl, startedAt: '' })
  if (different.owner !== undefined)
    chownSync(stateFiles.status(stateDir, 'app'), different.owner, different.owner)
  return { stateDir, pid }
}

it('an app of an older Scope that runs in the foreground, without a launch record, is the app that runs', async () => {
  const { stateDir, pid } = await withStatus()
  expect(readRunningApp(stateDir)).toMatchObject({ pid })
  expect(runningPids(stateDir)).toEqual([pid])
})

it.each<[string, Difference]>([
  ['another program', { path: 'other/src/main.js' }],
  ['a probe', { part: 'probe' }],
  ['an app with another state directory', { stateDir: '/var/lib/of another' }],
])('%s that has got its pid, and even its port, is not the app that runs', async (_what, different) => {
  const { stateDir } = await withStatus(different)
  expect(readRunningApp(stateDir)).toBeUndefined()
  expect(runningPids(stateDir)).toEqual([])
})

it('an app is not the one that runs while another program listens where it should', async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const { stateDir } = await withStatus({}, port)
  expect(readRunningApp(stateDir)).toBeUndefined()
})

describeWith(['root'], 'an app of root in a container that shares the network', () => {
  it.each([
    ['all', ['--mount', '--pid', '--fork', '--kill-child']],
    ['the mounts', ['--mount']],
    ['the pids', ['--pid', '--fork', '--kill-child']],
    ['the users', ['--user', '--map-root-user']],
  ])(
    'is not the app that runs, whatever it says of itself, with %s of its own',
    async (_what, namespaces) => {
      const { stateDir } = await withStatus({ namespaces })
      expect(readRunningApp(stateDir)).toBeUndefined()
      expect(runningPids(stateDir)).toEqual([])
    },
  )
})

describeWith(['root'], 'an app that another user runs', () => {
  it('is not the app that runs, whatever it says of itself', async () => {
    const { stateDir } = await withStatus({ user: '65534' })
    expect(readRunningApp(stateDir)).toBeUndefined()
    expect(runningPids(stateDir)).toEqual([])
  })

  it('is the app that runs when the status is of that user', async () => {
    const { stateDir, pid } = await withStatus({ user: '65534', owner: 65534 })
    expect(readRunningApp(stateDir)).toMatchObject({ pid })
    expect(runningPids(stateDir)).toEqual([pid])
  })
})
