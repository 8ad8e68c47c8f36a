import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isKernelThread, isZombie, parseProcessStat } from '../../../src/probe/process/stat.ts'

const line = (comm: string, { state = 'S', flags = 4194304, threads = 3 } = {}) =>
  `4242 (${comm}) ${state} 17 4242 4242 0 -1 ${flags} 100 0 0 0 250 50 9 9 20 0 ${threads} 0 987654 123456789 321 18446744073709551615 1 1 0 0 0 0 0 4096 1260 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n`

test.each(['bash', 'tmux: server', 'a b  c', '((sd-pam))', ') R 1 (', 'x) S 5', 'two\nlines', ''])(
  'a process called %j',
  (comm) => {
    expect(parseProcessStat(line(comm))).toEqual({
      pid: 4242,
      comm,
      state: 'S',
      ppid: 17,
      flags: 4194304,
      cpuTicks: 300,
      threads: 3,
      startTicks: 987654,
      residentPages: 321,
      stack: '',
    })
  },
)

test('the address of the stack, where it is told', () => {
  const stat = parseProcessStat(line('a').replace(' 1 1 0 0 0', ' 4096 8192 140736001234567 0 0'))
  expect(stat?.stack).toBe('140736001234567')
})

test.each(['', '4242', '4242 (bash', '4242 (bash) S 1', 'No such process'])('%j is no stat', (text) => {
  expect(parseProcessStat(text)).toBeUndefined()
})

test.each([
  { flags: 0x00208040, kernel: true },
  { flags: 0x00400000, kernel: false },
])('flags $flags: kernel thread $kernel', ({ flags, kernel }) => {
  const stat = parseProcessStat(line('kworker/0:1', { flags }))
  expect(stat && isKernelThread(stat)).toBe(kernel)
})

test.each([
  { state: 'Z', threads: 1, zombie: true },
  { state: 'X', threads: 0, zombie: true },
  { state: 'Z', threads: 4, zombie: false },
  { state: 'R', threads: 1, zombie: false },
])('state $state with $threads threads: zombie $zombie', ({ state, threads, zombie }) => {
  const stat = parseProcessStat(line('x', { state, threads }))
  expect(stat && isZombie(stat)).toBe(zombie)
})

test('the own process', () => {
  expect(parseProcessStat(readFileSync('/proc/self/stat', 'utf8'))).toMatchObject({
    pid: process.pid,
    ppid: process.ppid,
  })
})
