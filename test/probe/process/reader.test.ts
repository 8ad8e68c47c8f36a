import { readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createProcessReader } from '../../../src/probe/process/reader.ts'

const reader = createProcessReader('/proc')
// No pid is that large: the kernel's limit is 2^22.
const NOBODY = 5_000_000

test('lists the own process and its parent', () => {
  expect(reader.pids()).toEqual(expect.arrayContaining([process.pid, process.ppid]))
  expect(reader.pids().every(Number.isSafeInteger)).toBe(true)
})

test('reads the own process', () => {
  expect(reader.stat(process.pid)?.ppid).toBe(process.ppid)
  expect(reader.commandLine(process.pid)?.bytes.equals(readFileSync('/proc/self/cmdline'))).toBe(true)
  expect(reader.cgroup(process.pid)).toBe(readFileSync('/proc/self/cgroup', 'utf8'))
  expect(reader.limits(process.pid)).toContain('Max open files')
  expect(`net:[${reader.netns('self')}]`).toBe(readlinkSync('/proc/self/ns/net'))
  expect(reader.netns(process.pid)).toBe(reader.netns('self'))
  expect(reader.openFiles(process.pid)).toBeGreaterThan(2)
})

test('a process that is gone is nothing, not an error', () => {
  const { stat, commandLine, cgroup, limits, netns, openFiles } = reader
  for (const read of [stat, commandLine, cgroup, limits, netns, openFiles]) {
    expect(read(NOBODY)).toBeUndefined()
  }
})

test('says what is missing when there is no proc file system', () => {
  expect(() => createProcessReader('/nowhere').pids()).toThrow(/\/nowhere/)
})
