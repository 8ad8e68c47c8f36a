import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CgroupFiles } from '../../../../src/probe/cgroup/usage/cgroup-files.ts'
import { type CgroupReader, createCgroupReader } from '../../../../src/probe/cgroup/usage/cgroup-reader.ts'
import { ID, netDev, netLine, OTHER, v1, v1Membership, v1Mounts, v2, v2Mounts } from './recorded.ts'

let root: string
let nowMs = 0

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const putAll = (directory: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) put(`${directory}/${name}`, text)
}
const putV1 = (below = '', path = `docker/${ID}`): void => {
  const { 'cpuacct.usage': cpu, 'blkio.throttle.io_service_bytes_recursive': block, ...memory } = v1
  putAll(`${below}/sys/fs/cgroup/cpuacct/${path}`, { 'cpuacct.usage': cpu })
  putAll(`${below}/sys/fs/cgroup/memory/${path}`, memory)
  putAll(`${below}/sys/fs/cgroup/blkio/${path}`, { 'blkio.throttle.io_service_bytes_recursive': block })
}

const readerOf = (keptOpen?: number): CgroupReader =>
  createCgroupReader({
    procRoot: join(root, 'proc'),
    fileSystemRoot: root,
    nowMs: () => nowMs,
    ...(keptOpen !== undefined && { keptOpen }),
  })
const found = (reader: CgroupReader): CgroupFiles => {
  const files = reader.find(77, ID)
  if (typeof files === 'string') throw new Error(files)
  return files
}
const openIn = (directory: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory)
    } catch {
      return false
    }
  }).length

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scope-cgroup-'))
  nowMs = 0
})
afterEach(() => rmSync(root, { recursive: true }))

describe('finds and reads', () => {
  test('v1', () => {
    put('proc/77/cgroup', v1Membership(`/docker/${ID}`))
    put('proc/self/mountinfo', v1Mounts())
    putV1()
    const files = found(readerOf())
    expect(files.cpuNs()).toBe(52_554_177)
    expect(files.memoryBytes()).toBe(598_016)
    expect(files.blockBytes()).toEqual({ read: 5096, written: 8192 })
    put(`sys/fs/cgroup/cpuacct/docker/${ID}/cpuacct.usage`, '60000000\n')
    expect(files.cpuNs()).toBe(60_000_000)
    files.close()
  })

  test('v2', () => {
    put('proc/77/cgroup', `0::/system.slice/docker-${ID}.scope\n`)
    put('proc/self/mountinfo', v2Mounts())
    putAll(`sys/fs/cgroup/system.slice/docker-${ID}.scope`, v2)
    const files = found(readerOf())
    expect(files.cpuNs()).toBe(52_554_000)
    expect(files.memoryBytes()).toBe(646_016)
    expect(files.blockBytes()).toEqual({ read: 5096, written: 8192 })
    files.close()
  })

  test('v2 without controllers: CPU time alone', () => {
    put('proc/77/cgroup', v1Membership('/', `/docker/${ID}`))
    put('proc/self/mountinfo', v1Mounts('/', true))
    putV1('', '')
    put(`sys/fs/cgroup/unified/docker/${ID}/cpu.stat`, v2['cpu.stat'])
    const files = found(readerOf())
    expect(files.cpuNs()).toBe(52_554_000)
    expect(files.memoryBytes()).toBeUndefined()
    expect(files.blockBytes()).toBeUndefined()
    files.close()
  })

  test('v1 from a container, through the root directory of the first process', () => {
    put('proc/77/cgroup', v1Membership(`/docker/${ID}`))
    put('proc/self/mountinfo', v1Mounts(`/docker/${OTHER}`))
    put('proc/1/mountinfo', v1Mounts())
    putV1('proc/1/root')
    const files = found(readerOf())
    expect(files.cpuNs()).toBe(52_554_177)
    expect(files.memoryBytes()).toBe(598_016)
    files.close()
  })

  test('a mount that another hides: the one that has the files', () => {
    put('proc/77/cgroup', v1Membership(`/docker/${ID}`, `/docker/${ID}`))
    put('proc/self/mountinfo', v1Mounts() + v2Mounts())
    putAll(`sys/fs/cgroup/docker/${ID}`, v2)
    const files = found(readerOf())
    expect([files.cpuNs(), files.memoryBytes()]).toEqual([52_554_000, 646_016])
    files.close()
  })
})

test('a container that ended is none, and no error', () => {
  put('proc/self/mountinfo', v2Mounts())
  const reader = readerOf()
  expect(reader.find(77, ID)).toBe('gone')
  put('proc/77/cgroup', `0::/docker/${ID}\n`)
  putAll(`sys/fs/cgroup/docker/${ID}`, v2)
  const files = found(readerOf(0))
  rmSync(join(root, 'sys'), { recursive: true })
  expect([files.cpuNs(), files.memoryBytes(), files.blockBytes()]).toEqual([undefined, undefined, undefined])
  expect(reader.networkBytes(77)).toBeUndefined()
})

test('keeps no more files open than it may, and closes them', () => {
  put('proc/77/cgroup', `0::/docker/${ID}\n`)
  put('proc/self/mountinfo', v2Mounts())
  putAll(`sys/fs/cgroup/docker/${ID}`, v2)
  const reader = readerOf(2)
  const all = [found(reader), found(reader), found(reader)]
  expect(openIn(root)).toBe(2)
  expect(all.map((files) => files.cpuNs())).toEqual([52_554_000, 52_554_000, 52_554_000])
  for (const files of all) files.close()
  for (const files of all) files.close()
  expect(openIn(root)).toBe(0)
  const again = found(reader)
  expect(openIn(root)).toBe(1)
  again.close()
})

test('what is mounted later is found later', () => {
  put('proc/77/cgroup', `0::/docker/${ID}\n`)
  put('proc/self/mountinfo', '')
  const reader = readerOf()
  expect(reader.find(77, ID)).toBe('unreachable')
  put('proc/self/mountinfo', v2Mounts())
  putAll(`sys/fs/cgroup/docker/${ID}`, v2)
  expect(reader.find(77, ID)).toBe('unreachable')
  nowMs += 10_000
  const files = reader.find(77, ID)
  expect(typeof files).toBe('object')
  if (typeof files === 'object') files.close()
})

test('network of a process, also with more interfaces than the kernel gives at once', () => {
  const many = Array.from({ length: 200 }, (_, at) => netLine(`veth${at}`, 5, 5))
  put('proc/77/net/dev', netDev(...many, netLine('eth0', 646, 30)))
  expect(readerOf().networkBytes(77)).toEqual({ received: 646, sent: 30 })
})
