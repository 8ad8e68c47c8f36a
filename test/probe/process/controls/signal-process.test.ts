import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import {
  SignalError,
  signalProcess,
  whyNotSignal,
} from '../../../../src/probe/process/controls/signal-process.ts'
import { type ProcessStat, parseProcessStat } from '../../../../src/probe/process/stat.ts'
import { eventually } from '../../../support/eventually.ts'
import { describeWith } from '../../../support/machine/requirements.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const sleeping = async (): Promise<ChildProcess & { pid: number }> => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  children.push(child)
  await once(child, 'spawn')
  return child as ChildProcess & { pid: number }
}

const statOf = (pid: number): ProcessStat => {
  const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) throw new Error(`process ${pid} is gone`)
  return stat
}
const startOf = (pid: number): number => statOf(pid).startTicks

const failureOf = (act: () => void): SignalError | undefined => {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof SignalError) return error
    throw error
  }
}

describe('the process that has a pid', () => {
  const stat: ProcessStat = {
    ...{ pid: 7, comm: 'web', state: 'S', ppid: 3, flags: 0, cpuTicks: 0, threads: 1 },
    ...{ startTicks: 500, residentPages: 0, stack: '' },
  }
  it.each<[string, ProcessStat | undefined, string | undefined, string]>([
    ['is the one', stat, undefined, ''],
    ['is none', undefined, 'gone', 'process 7 has ended'],
    ['is another', { ...stat, startTicks: 501 }, 'gone', 'that of another process now'],
    ['is a zombie', { ...stat, state: 'Z' }, 'gone', 'a zombie until its parent, process 3, takes notice'],
    ['is one whose first thread has ended', { ...stat, state: 'Z', threads: 2 }, undefined, ''],
    ['is a thread of the kernel', { ...stat, flags: 0x0020_0000 }, 'not_permitted', 'thread of the kernel'],
  ])('%s', (_what, now, code, words) => {
    const why = whyNotSignal({ pid: 7, startTicks: 500 }, now)
    expect(why?.code).toBe(code)
    expect(why?.message ?? '').toContain(words)
  })
})

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('reaches the process: %s', async (signal) => {
    const child = await sleeping()
    signalProcess({ pid: child.pid, startTicks: startOf(child.pid), signal })
    expect(await once(child, 'exit')).toEqual([null, signal])
  })

  it('leaves no file open, sent or not', async () => {
    const before = readdirSync('/proc/self/fd').length
    const child = await sleeping()
    const startTicks = startOf(child.pid)
    for (let i = 0; i < 20; i++) {
      signalProcess({ pid: child.pid, startTicks, signal: 'SIGCONT' })
      failureOf(() => signalProcess({ pid: child.pid, startTicks: startTicks + 1, signal: 'SIGKILL' }))
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 10)
  })

  it('is not sent to a process that has started at another time', async () => {
    const child = await sleeping()
    const other = { pid: child.pid, startTicks: startOf(child.pid) - 1, signal: 'SIGKILL' } as const
    expect(failureOf(() => signalProcess(other))?.message).toContain('another process')
    expect(statOf(child.pid).state).toMatch(/[SRD]/)
  })

  it('is not sent to a process that has ended', async () => {
    const child = await sleeping()
    const order = { pid: child.pid, startTicks: startOf(child.pid), signal: 'SIGTERM' } as const
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(failureOf(() => signalProcess(order))).toMatchObject({
      code: 'gone',
      message: `process ${child.pid} has ended`,
    })
  })

  it('is not sent to a zombie', async () => {
    // The shell becomes a program that does not wait for the child that it has.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(parent)
    const pid = Number(String((await once(parent.stdout, 'data'))[0]))
    const startTicks = startOf(pid)
    await eventually('a zombie', () => statOf(pid).state === 'Z')
    expect(failureOf(() => signalProcess({ pid, startTicks, signal: 'SIGKILL' }))?.message).toContain(
      `a zombie until its parent, process ${parent.pid}`,
    )
  })

  it.each([
    [1, 'is the first of all'],
    [0, 'is the first of all'],
    [-1, 'is the first of all'],
    [process.pid, 'is the probe itself'],
  ])('is never sent to process %i', (pid, words) => {
    const failure = failureOf(() =>
      signalProcess({ pid, startTicks: startOf(process.pid), signal: 'SIGKILL' }),
    )
    expect(failure?.code).toBe('not_permitted')
    expect(failure?.message).toContain(words)
  })
})

const node = fileURLToPath(new URL('../../../../tools/node', import.meta.url))
const program = fileURLToPath(new URL('signal-program.ts', import.meta.url))

describeWith(['root'], 'a signal, by another user or in another namespace', () => {
  it('is refused in words when the kernel does not permit it', async () => {
    const child = await sleeping()
    const args = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--', node, program]
    const out = execFileSync('setpriv', [...args, `${child.pid}`, `${startOf(child.pid)}`], {
      encoding: 'utf8',
    })
    expect(JSON.parse(out)).toEqual({
      code: 'not_permitted',
      message: `the probe may not send SIGTERM to process ${child.pid}: without CAP_KILL it can signal only processes of its own user, 65534`,
    })
    expect(statOf(child.pid).state).toMatch(/[SRD]/)
  })

  it('never reaches a process that has the same pid later', () => {
    const unshared = ['--pid', '--fork', '--mount-proc', '--kill-child', node, program, 'reuse']
    const out = JSON.parse(execFileSync('unshare', unshared, { encoding: 'utf8' }))
    expect(out.isSamePid).toBe(true)
    expect(out.failure).toMatchObject({ code: 'gone' })
    expect(out.failure.message).toContain('that of another process now')
    expect(out.isOtherAlive).toBe(true)
  })
})
