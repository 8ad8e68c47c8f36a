import { expect, test } from 'vitest'
import { endVisible, type VisibleProcesses } from '../../../../src/probe/docker/controls/exec/end-visible.ts'
import type { SessionStat } from '../../../../src/probe/docker/controls/exec/foreground.ts'

const shell: SessionStat = {
  pid: 100,
  parent: 1,
  group: 100,
  session: 100,
  front: -1,
  startTicks: 5,
  isZombie: false,
}

/** Processes of which each begins another one, so many times, just before the first signal reaches it. */
const beginningOthers = (times: number) => {
  const living = new Map([[shell.pid, shell]])
  const signals: string[] = []
  let begun = 0
  const processes: VisibleProcesses = {
    isInReach: async () => true,
    statOf: async (pid) => living.get(pid),
    all: async () => [...living.values()],
    signal({ pid }, signal) {
      signals.push(`${signal} ${pid}`)
      if (!living.delete(pid)) return false
      if (begun++ < times) living.set(pid + 1, { ...shell, pid: pid + 1, parent: 1, startTicks: 5 + begun })
      return true
    },
  }
  return { processes, living, signals }
}

test.each([
  ['nothing else', 0],
  ['another process', 1],
  ['another one, which begins one more', 2],
  ['others again and again', 5],
])('of a program that begins %s as it is told to end, nothing is left', async (_name, times) => {
  const { processes, living } = beginningOthers(times)
  expect(await endVisible(processes, shell, false, { graceMs: 50 })).toEqual([])
  expect([...living.keys()]).toEqual([])
})

test('what does not end by SIGHUP is killed', async () => {
  const { processes, living, signals } = beginningOthers(0)
  const deaf: VisibleProcesses = {
    ...processes,
    signal: (one, signal) => signal === 'SIGKILL' && processes.signal(one, signal),
  }
  expect(await endVisible(deaf, shell, false, { graceMs: 50 })).toEqual([])
  expect([...living.keys()]).toEqual([])
  expect(signals).toEqual(['SIGKILL 100'])
})

test('what cannot be killed is still there when it is tried again, though the program itself has ended', async () => {
  const { processes, living } = beginningOthers(0)
  const stuck = { ...shell, pid: 101, parent: 100, startTicks: 6 }
  living.set(stuck.pid, stuck)
  const waiting: VisibleProcesses = {
    ...processes,
    signal: (one, signal) => one.pid === stuck.pid || processes.signal(one, signal),
  }
  const first = await endVisible(waiting, shell, false, { graceMs: 50 })
  expect(first).toEqual([stuck])
  expect([...living.keys()]).toEqual([stuck.pid])
  expect(await endVisible(waiting, shell, false, { graceMs: 50, earlier: first })).toEqual([stuck])
  // It no longer waits: the signal works.
  expect(await endVisible(processes, shell, false, { graceMs: 50, earlier: first })).toEqual([])
  expect([...living.keys()]).toEqual([])
})
