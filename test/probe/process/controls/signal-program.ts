/**
 * Signals a process as the test wants it, and prints what came of it as JSON: `PID START_TICKS`, or `reuse`, in a pid
 * namespace of its own, where it has a second process take the pid of the first.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { SignalError, signalProcess } from '../../../../src/probe/process/controls/signal-process.ts'
import { parseProcessStat } from '../../../../src/probe/process/stat.ts'

const attempt = (pid: number, startTicks: number): unknown => {
  try {
    signalProcess({ pid, startTicks, signal: 'SIGTERM' })
    return 'sent'
  } catch (error) {
    if (error instanceof SignalError) return { code: error.code, message: error.message }
    throw error
  }
}

const sleeping = async (): Promise<ChildProcess & { pid: number }> => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return child as ChildProcess & { pid: number }
}

const startOf = (pid: number): number =>
  parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTicks ?? 0

/** Starts a process that has this pid, and another start time. A thread of this process may take the pid first. */
const atPid = async (pid: number, notStartedAt: number): Promise<ChildProcess & { pid: number }> => {
  for (;;) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', `${pid - 1}`)
    const child = await sleeping()
    if (child.pid === pid && startOf(pid) !== notStartedAt) return child
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

const reuse = async (): Promise<unknown> => {
  const first = await sleeping()
  const startTicks = startOf(first.pid)
  first.kill('SIGKILL')
  await once(first, 'exit')
  const second = await atPid(first.pid, startTicks)
  const failure = attempt(first.pid, startTicks)
  const isOtherAlive = second.kill(0)
  second.kill('SIGKILL')
  return { isSamePid: second.pid === first.pid, failure, isOtherAlive }
}

const [what, startTicks] = process.argv.slice(2)
const result = what === 'reuse' ? await reuse() : attempt(Number(what), Number(startTicks))
process.stdout.write(JSON.stringify(result))
