import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from 'vitest'
import {
  parseKernelUnits,
  parseLoad,
  parseMemory,
  parseOsName,
  parseSystemStat,
  steadyBootSeconds,
} from '../../../src/probe/host/proc-files.ts'

test('CPU time without guests counted twice, CPUs and boot time', () => {
  const text = `cpu  100 20 30 1000 50 6 7 8 40 5
cpu0 50 10 15 500 25 3 3 4 20 2
cpu1 50 10 15 500 25 3 4 4 20 3
intr 999 1 2 3
ctxt 5
btime 1700000000
`
  expect(parseSystemStat(text)).toEqual({
    busyTicks: 171,
    totalTicks: 1221,
    cpus: 2,
    bootSeconds: 1700000000,
  })
})

test.each([
  ['first known', 0, 1000, 1000],
  ['unreadable', 1000, 0, 1000],
  ['rounded up', 1000, 1001, 1000],
  ['rounded down', 1000, 999, 1000],
  ['set forward', 1000, 1003, 1003],
  ['set back', 1000, 10, 10],
])('the boot time, %s', (_, shown, read, expected) => {
  expect(steadyBootSeconds(shown, read)).toBe(expected)
})

test('of nothing, nothing', () => {
  expect(parseSystemStat('')).toEqual({ busyTicks: 0, totalTicks: 0, cpus: 0, bootSeconds: 0 })
  expect(parseMemory('')).toBeUndefined()
  expect(parseLoad('')).toBeUndefined()
  expect(parseOsName('')).toBeUndefined()
  expect(parseKernelUnits(Buffer.alloc(0))).toEqual({ ticksPerSecond: 100, pageBytes: 4096 })
})

test.each([
  ['MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n', 1024000, 614400],
  ['MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 150 kB\nSwapCached: 9 kB\n', 1024000, 716800],
  ['MemTotal: 10 kB\nMemAvailable: 400 kB\n', 10240, 0],
])('memory %#', (text, totalBytes, usedBytes) => {
  expect(parseMemory(text)).toEqual({ totalBytes, usedBytes })
})

test.each([
  ['0.52 1.00 12.34 2/345 6789\n', [0.52, 1, 12.34]],
  ['what', undefined],
])('load of %j', (text, load) => {
  expect(parseLoad(text)).toEqual(load)
})

test.each([
  ['NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'Debian GNU/Linux 12 (bookworm)'],
  ["NAME='Alpine Linux'\nID=alpine\n", 'Alpine Linux'],
  ['PRETTY_NAME=Plain\n', 'Plain'],
])('system name %#', (text, name) => {
  expect(parseOsName(text)).toBe(name)
})

test('units from the auxiliary vector', () => {
  const auxv = Buffer.alloc(48)
  const words = [6n, 65536n, 17n, 250n, 0n, 0n]
  words.forEach((word, i) => {
    auxv.writeBigUInt64LE(word, i * 8)
  })
  expect(parseKernelUnits(auxv)).toEqual({ ticksPerSecond: 250, pageBytes: 65536 })
})

test('of this machine', () => {
  const read = (file: string) => readFileSync(`/proc/${file}`, 'utf8')
  expect(parseSystemStat(read('stat')).cpus).toBe(cpus().length)
  expect(parseMemory(read('meminfo'))?.usedBytes).toBeGreaterThan(0)
  expect(parseLoad(read('loadavg'))).toHaveLength(3)
  expect(parseKernelUnits(readFileSync('/proc/self/auxv')).pageBytes).toBeGreaterThanOrEqual(4096)
})
