import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createContainerIndex } from '../../../src/probe/cgroup/container-index.ts'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'

const A = 'a1'.repeat(32)
const B = 'b2'.repeat(32)
const HOST_NETNS = 4026531840

let mount: string
let inodeOfA: number
beforeAll(() => {
  mount = mkdtempSync(join(tmpdir(), 'scope-cgroup-'))
  mkdirSync(join(mount, 'docker', A), { recursive: true })
  inodeOfA = statSync(join(mount, 'docker', A)).ino
})
afterAll(() => rmSync(mount, { recursive: true }))

const index = (options: { mount?: string | undefined; enclosing?: string[]; own?: string } = {}) => {
  let pid = 0
  let nowMs = 0
  const made = createContainerIndex({
    cgroup2Mount: 'mount' in options ? options.mount : mount,
    enclosing: new Set(options.enclosing),
    own: options.own,
    hostNetns: HOST_NETNS,
    nowMs: () => nowMs,
  })
  /** Unless a pid is given it is another process each time, which goes on living. */
  const learn = (text: string, netns = 0, of = ++pid) =>
    made.learn({ pid: of, membership: parseMembership(text), netns })
  /** Ends the process that was learned of last, or another. */
  const end = (which = pid) => made.ended(which)
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { learn, end, pass, find: made.find }
}

test('finds a container by the inode of its cgroup', () => {
  const { learn, find } = index()
  expect(learn(`0::/docker/${A}\n`)).toBe(A)
  expect(find(inodeOfA, 0)).toBe(A)
  expect(find(inodeOfA + 1_000_000, 0)).toBeUndefined()
})

test('finds a container that was started again by its new cgroup at the same path', () => {
  const { learn, find } = index()
  const path = join(mount, 'docker', B)
  mkdirSync(path)
  learn(`0::/docker/${B}\n`)
  const before = statSync(path).ino
  // Made while the old one is still there, it has another inode.
  mkdirSync(`${path}.new`)
  rmSync(path, { recursive: true })
  renameSync(`${path}.new`, path)
  const after = statSync(path).ino
  expect(after).not.toBe(before)
  expect(find(after, 0)).toBeUndefined()
  learn(`0::/docker/${B}\n`)
  expect(find(after, 0)).toBe(B)
})

test('does not take the root of v2 for a container that only v1 names', () => {
  const { learn, find } = index()
  expect(learn(`1:name=systemd:/docker/${A}\n0::/\n`, 7)).toBe(A)
  expect(find(statSync(mount).ino, 0)).toBeUndefined()
  expect(find(statSync(mount).ino, 7)).toBe(A)
})

test.each([
  ['v2', '0::/\n', `0::/../${B}\n`, '0::/../../system.slice/ssh.service\n'],
  ['v1', '2:pids:/\n1:name=systemd:/\n', `2:pids:/../${B}\n`, '2:pids:/../..\n1:name=systemd:/../..\n'],
  ['hybrid', '2:pids:/\n0::/\n', `2:pids:/../${B}\n0::/../${B}\n`, '2:pids:/../..\n0::/../..\n'],
])('from a cgroup namespace of its own a container is known by its root, with %s', (_, own, other, host) => {
  const { learn } = index({ own: A })
  expect([learn(own), learn(other), learn(host), learn('')]).toEqual([A, B, undefined, undefined])
  expect(index().learn(own)).toBeUndefined()
})

test('finds a container by its network namespace without cgroup v2', () => {
  const { learn, find } = index({ mount: undefined })
  learn(`1:name=systemd:/docker/${A}\n`, 7)
  expect(find(0, 7)).toBe(A)
  expect(find(inodeOfA, 8)).toBeUndefined()
})

test('knows nothing by nothing', () => {
  const { learn, find } = index()
  learn(`0::/docker/${A}\n`, 0)
  expect(find(0, 0)).toBeUndefined()
})

test('a namespace of two containers names neither', () => {
  const { learn, find } = index()
  learn(`0::/docker/${A}\n`, 7)
  learn(`0::/docker/${B}\n`, 7)
  expect(find(0, 7)).toBeUndefined()
})

test('the namespace of the host names no container', () => {
  const { learn, find } = index()
  learn(`0::/docker/${A}\n`, HOST_NETNS)
  expect(find(0, HOST_NETNS)).toBeUndefined()
})

test('a namespace first seen without a container names none', () => {
  const { learn, find } = index()
  learn('0::/\n', 7)
  learn(`0::/docker/${A}\n`, 7)
  expect(find(0, 7)).toBeUndefined()
})

test('a tool that enters a container from the host takes nothing from it', () => {
  const { learn, find } = index()
  learn(`0::/docker/${A}\n`, 7)
  learn('0::/user.slice/user-0.slice/session-1.scope\n', 7)
  expect(find(0, 7)).toBe(A)
})

describe('when the kernel gives the inode of a network namespace out again', () => {
  const inA = `1:name=systemd:/docker/${A}\n`
  const inB = `1:name=systemd:/docker/${B}\n`

  test('it names the container that has it now', () => {
    const { learn, end, find } = index()
    learn(inA, 7)
    end()
    learn(inB, 7)
    expect(find(0, 7)).toBe(B)
    expect(find(inodeOfA + 1_000_000, 7)).toBe(B)
  })

  test('it names nobody once its container is gone, but for a moment', () => {
    const { learn, end, pass, find } = index()
    learn(inA, 7)
    learn(inA, 7)
    end(1)
    pass(60_000)
    expect(find(0, 7)).toBe(A)
    end(2)
    pass(1000)
    expect(find(0, 7)).toBe(A)
    pass(2000)
    expect(find(0, 7)).toBeUndefined()
    expect(find(inodeOfA + 1_000_000, 7)).toBeUndefined()
  })

  test('it names nobody when it is the host’s now', () => {
    const { learn, end, find } = index()
    learn(inA, 7)
    end()
    learn('0::/\n', 7)
    expect(find(0, 7)).toBeUndefined()
  })

  test('it names a container even if several shared it before, or none was in it', () => {
    const { learn, end, find } = index()
    learn(inA, 7)
    learn(inB, 7)
    learn('0::/\n', 8)
    for (const pid of [1, 2, 3]) end(pid)
    learn(inB, 7)
    learn(inA, 8)
    expect([find(0, 7), find(0, 8)]).toEqual([B, A])
  })

  test('it names the one of several that remains, when the others have left a while ago', () => {
    const { learn, end, pass, find } = index()
    learn(inA, 7)
    learn(inB, 7)
    pass(60_000)
    end(1)
    expect(find(0, 7)).toBeUndefined()
    pass(3000)
    expect(find(0, 7)).toBe(B)
  })

  test('it names a container when that was seen in it before the host’s processes were seen to be gone', () => {
    const { learn, end, find } = index()
    learn('0::/\n', 7)
    learn(inA, 7)
    end(1)
    expect(find(0, 7)).toBe(A)
  })

  test('a tool of the host that stays in it does not keep it for a container that has left', () => {
    const { learn, end, pass, find } = index()
    learn(inA, 7)
    learn('0::/\n', 7)
    end(1)
    pass(60_000)
    expect(find(0, 7)).toBeUndefined()
    learn(inB, 7)
    expect(find(0, 7)).toBe(B)
  })

  test('a process counts where it is now', () => {
    const { learn, find, pass } = index()
    learn('0::/\n', 7, 1)
    learn(inA, 7, 1)
    expect(find(0, 7)).toBe(A)
    learn(inA, 8, 1)
    learn(inA, 8, 1)
    pass(60_000)
    expect([find(0, 7), find(0, 8)]).toEqual([undefined, A])
    learn(inA, HOST_NETNS, 1)
    pass(60_000)
    expect(find(0, 8)).toBeUndefined()
  })
})

test('passes over the container that the whole machine is in', () => {
  const { learn } = index({ enclosing: [A] })
  expect(learn(`0::/docker/${A}\n`)).toBeUndefined()
  expect(learn(`0::/docker/${A}/docker/${B}\n`)).toBe(B)
})
