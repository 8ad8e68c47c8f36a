import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { endInside, LEFT_SESSION, markOf } from '../../../../src/probe/docker/controls/exec/end-inside.ts'
import { endLeftBehind } from '../../../../src/probe/docker/controls/exec/end-left-behind.ts'
import { visibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { createLocalDaemon, type LocalDaemonOptions, membersOf } from './local-daemon.ts'

const processes = visibleProcesses('/proc')
const log = createLogger({ format: 'text', debug: false, write: () => {} })
const containerId = 'c'.repeat(64)
/** What removes what tests have made. */
const cleanUps: (() => Promise<void>)[] = []
/** A user without rights. */
const UID = 54_310
const key = 'abc'
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
const otherBoot = '01234567-89ab-4cde-8f01-23456789abcd'

const commandOf = async (pid: number) =>
  (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim()
const commandsOf = async (session: number) =>
  (await Promise.all((await membersOf(session)).map(commandOf))).toSorted()

/**
 * Runs a program of a user without rights that has begun another one, `sleep 4310`, which is root's by now.
 *
 * @param before what it runs before
 */
const runProgram = async (options: LocalDaemonOptions, tty = false, before = '') => {
  const daemon = createLocalDaemon(options)
  cleanUps.push(() => daemon.close())
  const program = `exec setpriv --reuid ${UID} --regid ${UID} --clear-groups sh -c 'sleep 4311; true'`
  const child = spawn('bash', ['-c', `${before} sleep 4310 & ${program}`], {
    ...{ detached: true, cwd: '/', stdio: 'ignore' },
    env: { PATH: '/usr/bin:/bin', ...Object.fromEntries([markOf(key).split('=')]) },
  })
  const execId = daemon.take(child)
  const pid = child.pid as number
  await eventually('the program', async () => {
    const commands = await commandsOf(pid)
    return ['sleep 4310', 'sleep 4311'].every((command) => commands.includes(command))
  })
  return {
    daemon,
    child,
    pid,
    program: { execId, containerId, key, tty, user: undefined, pid, left: undefined },
  }
}

const uidOf = (user: string | undefined): number => (user === '0' ? 0 : UID)

describeWith(['root'], 'ending a program by a shell in its container', () => {
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp()
  })

  test.concurrent.each([
    ['dash', ['dash']],
    ['busybox', ['busybox', 'sh']],
    ['bash', ['bash', '--posix']],
  ])('ends what has become another user by root, when the program itself has ended: %s', async (_, shell) => {
    const { daemon, pid, program } = await runProgram({ shell, uidOf })
    const kept: string[] = []
    expect(await endInside(daemon.actions, program, async (left) => void kept.push(left))).toBe(true)
    expect(await commandsOf(pid)).toEqual([])
    expect(kept).toEqual([])
  })

  test.concurrent('of a terminal, ends what was in the foreground, and leaves jobs in the background', async () => {
    const background = 'set -m; sleep 4312 & set +m;'
    const { daemon, pid, program } = await runProgram({ uidOf }, true, background)
    expect(await endInside(daemon.actions, program, async () => {})).toBe(true)
    expect(await commandsOf(pid)).toEqual(['sleep 4312'])
  })

  test.concurrent('does not take for ended what nobody there may end, and finds it again', async () => {
    let root = UID
    const { daemon, pid, program } = await runProgram({ uidOf: (user) => (user === '0' ? root : UID) })
    const kept: string[] = []
    const end = () =>
      endInside(daemon.actions, { ...program, left: kept.at(-1) }, async (left) => void kept.push(left))
    expect(await end()).toBe(false)
    expect(await daemon.actions.execState(program.execId)).toMatchObject({ Running: false })
    expect(kept).toEqual([expect.stringMatching(LEFT_SESSION)])
    expect(await commandsOf(pid)).toEqual(['sleep 4310'])
    root = 0
    expect(await end()).toBe(true)
    expect(await commandsOf(pid)).toEqual([])
  })

  test.concurrent('does so for what a killed probe has left behind, by its record', async () => {
    let root = UID
    const { daemon, pid, program } = await runProgram({ uidOf: (user) => (user === '0' ? root : UID) })
    const dir = await mkdtemp(join(tmpdir(), 'scope-execs-'))
    cleanUps.push(() => rm(dir, { recursive: true }))
    const records = createExecRecords(dir)
    await records.add(program.execId, {
      ...{ containerId, key, tty: false },
      probe: { pid: process.pid, startTicks: 1 },
    })
    const end = async () => {
      const { all } = await endLeftBehind({ actions: daemon.actions, processes, records, log })
      return [...all]
    }
    expect(await end()).toEqual([containerId])
    expect(await commandsOf(pid)).toEqual(['sleep 4310'])
    root = 0
    expect(await end()).toEqual([])
    expect(await commandsOf(pid)).toEqual([])
    expect([...(await records.all()).keys()]).toEqual([])
  })

  test.concurrent('leaves another session alone that has got the number', async () => {
    const { daemon, child, pid, program } = await runProgram({ uidOf })
    const start = (await processes.statOf(pid))?.startTicks ?? 0
    // Docker knows it no longer, as when its container was started again.
    const end = (left: string) =>
      endInside(daemon.actions, { ...program, execId: 'f'.repeat(64), left }, async () => {})
    expect(await end(`${boot} ${pid} ${start - 1} ${start} ${pid}`)).toBe(true)
    expect(await commandsOf(pid)).toContain('sleep 4311')
    child.kill('SIGKILL')
    await eventually('the end of the leader', async () => !(await membersOf(pid)).includes(pid))
    expect(await end(`${boot} ${pid} ${start} ${start - 1} ${pid}`)).toBe(true)
    expect(await commandsOf(pid)).toContain('sleep 4310')
    // Of another boot, numbers say nothing.
    expect(await end(`${otherBoot} ${pid} ${start} ${start + 10 ** 9} ${pid}`)).toBe(true)
    expect(await commandsOf(pid)).toContain('sleep 4310')
    expect(await end(`${boot} ${pid} ${start} ${start + 1000} ${pid}`)).toBe(true)
    expect(await commandsOf(pid)).toEqual([])
  })
})
