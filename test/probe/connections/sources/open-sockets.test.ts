import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSockets } from '../../../../src/probe/connections/sources/proc/open-sockets.ts'
import type { RunningProgram } from '../../../../src/probe/connections/sources/proc/running-programs.ts'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (inode: number): string =>
  `   0: 0100007F:1388 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 30 10 -1\n`
const line6 = (inode: number): string => {
  const loopback = '00000000000000000000000001000000'
  return `   0: ${loopback}:1388 ${loopback}:9C40 01 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 30 10 -1\n`
}

let procRoot: string
beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), 'scope-proc-'))
})
afterEach(() => rmSync(procRoot, { recursive: true }))

const program = (pid: number, startTicks: number, netns = 1): RunningProgram => ({
  ...{ pid, startTicks, ppid: 1, comm: 'program', netns },
})
/** Gives a process tables; one that has none has ended. */
const give = (pid: number, files: Readonly<Record<string, string>>): void => {
  mkdirSync(join(procRoot, String(pid), 'net'), { recursive: true })
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(procRoot, String(pid), 'net', name), HEAD + text)
}
const inodes = (...programs: RunningProgram[]): number[] => [...openSockets(procRoot, programs).keys()].sort()

it('are those of both tables of each namespace', () => {
  give(10, { tcp: line(100), tcp6: line6(101) })
  give(20, { tcp: line(200) })
  expect(inodes(program(10, 1), program(20, 2, 2))).toEqual([100, 101, 200])
  expect(openSockets(procRoot, [program(20, 2, 2)]).get(200)).toMatchObject({ netns: 2 })
})

it.each([
  ['the newest', [program(10, 1), program(20, 2), program(30, 3)], 10],
  ['the oldest', [program(30, 3), program(20, 1), program(10, 2)], 10],
  ['all but one', [program(20, 1), program(30, 2), program(10, 3), program(40, 4)], 10],
])('are found when of the processes of their namespace %s has just ended', (_, programs, left) => {
  give(left, { tcp: line(100), tcp6: line6(101) })
  expect(inodes(...programs)).toEqual([100, 101])
})

it('are none where nobody is left, and of namespaces that nobody knows', () => {
  give(10, { tcp: line(100) })
  expect(inodes(program(20, 1))).toEqual([])
  expect(inodes(program(10, 1, 0))).toEqual([])
})
