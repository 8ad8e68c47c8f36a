import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import { createProcessCollector, type ProcessCollector } from '../../../src/probe/process/collector.ts'
import { facts } from '../../../src/report/facts.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const NOBODY = 65_534

/** What `ps` says of a process in one column. */
const ps = (column: string, pid: number): string =>
  execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()

describeWith(['root'], 'what is told of a process is what ps says', () => {
  const children: ChildProcess[] = []
  let collector: ProcessCollector

  const start = (command: string, args: string[], options: { uid?: number; cwd?: string } = {}): number => {
    const child = spawn(command, args, { stdio: 'ignore', ...options })
    children.push(child)
    return child.pid as number
  }
  const factsOf = (pid: number) =>
    collector.collect(clock.uptimeMs()).nodes.find((node) => node.facts[facts.pid] === pid)?.facts ?? {}

  beforeAll(async () => {
    const log = createLogger({ format: 'text', debug: false, write: () => {} })
    collector = createProcessCollector({ procRoot: '/proc', clock, hostId: 'here', log })
    await collector.start(() => {})
  })
  afterAll(async () => {
    await collector.stop()
    for (const child of children) child.kill('SIGKILL')
  })

  test('its user, also of one that has changed it', async () => {
    const mine = start('sleep', ['1000'])
    const nobodys = start('sleep', ['1001'], { uid: NOBODY })
    for (const pid of [mine, nobodys]) {
      // It may have been seen before it became what it is.
      await eventually('its user', () => factsOf(pid)[facts.uid] === Number(ps('euid', pid)))
      expect(factsOf(pid)[facts.user]).toBe(ps('euser:64', pid))
    }
  })

  test('its program and working directory', async () => {
    const pid = start('sleep', ['1002'], { cwd: '/usr' })
    await eventually('it', () => factsOf(pid)[facts.executable] === readlinkSync(`/proc/${pid}/exe`))
    expect(factsOf(pid)[facts.workingDirectory]).toBe('/usr')
    expect(factsOf(pid)[facts.ppid]).toBe(Number(ps('ppid', pid)))
  })

  test('the program that it has become', async () => {
    const child = spawn('sh', ['-c', 'read -r line; exec sleep 1003'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    children.push(child)
    const pid = child.pid as number
    await eventually('the shell', () => String(factsOf(pid)[facts.commandLine]).startsWith('sh -c'))
    // By then it is no young process any more.
    await sleep(8000)
    child.stdin?.write('go on\n')
    await eventually('what came after', () => factsOf(pid)[facts.commandLine] === ps('args', pid))
    await eventually('sleep', () => factsOf(pid)[facts.commandLine] === 'sleep 1003')
    expect(factsOf(pid)[facts.executable]).toBe(readlinkSync(`/proc/${pid}/exe`))
  })

  test('that it was stopped, and goes on', async () => {
    const pid = start('sleep', ['1004'])
    await eventually('it', () => factsOf(pid)[facts.pid] === pid)
    expect(factsOf(pid)).not.toHaveProperty(facts.processState)
    process.kill(pid, 'SIGSTOP')
    await eventually('its stop', () => factsOf(pid)[facts.processState] === 'stopped')
    expect(ps('stat', pid)).toMatch(/^T/)
    process.kill(pid, 'SIGCONT')
    await eventually('its going on', () => factsOf(pid)[facts.processState] === undefined)
    // On a busy machine it has to wait for its turn, before it sleeps again.
    await eventually('ps to say so', () => ps('stat', pid).startsWith('S'))
  })
})
