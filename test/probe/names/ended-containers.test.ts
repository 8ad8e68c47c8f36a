import { encode } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import { createContainerIndex } from '../../../src/probe/cgroup/container-index.ts'
import { parseMembership } from '../../../src/probe/cgroup/membership.ts'
import type { ReceivedMessage } from '../../../src/probe/names/answers/packet.ts'
import { createNames, type Names } from '../../../src/probe/names/collector.ts'

/** A log that nobody reads. */
const silent = createLogger({ format: 'text', debug: false, write: () => {} })

/** The inode that the kernel gives to one network namespace after the other; containers have cgroups of version 1. */
const NETNS = 7
const TOP_CGROUP = 1
const IP = '192.0.2.1'
const [first, next, other, another] = ['a1', 'b2', 'c3', 'd4'].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
  string,
]

describe('names that containers were given, when they follow one another in a network namespace', () => {
  let nowMs: number
  let received: ReceivedMessage[]
  let beat: () => void
  let names: Names
  let containers: ReturnType<typeof createContainerIndex>

  beforeEach(async () => {
    nowMs = 1000
    received = []
    containers = createContainerIndex({
      cgroup2Mount: undefined,
      enclosing: new Set(),
      hostNetns: 5,
      nowMs: () => nowMs,
    })
    names = createNames({
      ...{ dns: true, ebpf: true, procRoot: '/proc', env: {}, log: silent },
      containerOf: ({ cgroupId, netns }) => containers.find(cgroupId, netns),
      tenancyOf: (netns) => containers.tenancyOf(netns),
      clock: { uptimeMs: () => nowMs, nowMs: () => nowMs },
      every: (_, job) => {
        beat = job
        return () => {}
      },
      watch: async () => ({
        drain(take) {
          for (const one of received.splice(0)) take(one)
        },
        lost: () => 0,
        limitation: '',
        close() {},
      }),
    })
    await names.start(() => {})
  })
  afterEach(() => names.stop())

  const pass = (seconds: number): void => {
    for (let i = 0; i < seconds * 5; i++) {
      nowMs += 200
      beat()
    }
  }
  const seen = (pid: number, container: string) =>
    containers.learn({ pid, membership: parseMembership(`4:memory:/docker/${container}\n`), netns: NETNS })
  const told = (name: string): void => {
    const message = encode({
      ...{ type: 'response', id: 7, questions: [{ name, type: 'A' }] },
      answers: [{ name, type: 'A', ttl: 600, data: IP }],
    })
    received.push({ cgroupId: TOP_CGROUP, netns: NETNS, message })
    beat()
  }
  const name = () =>
    names.askedFor({ pid: 1, startTicks: 1, comm: 'any', cgroupId: TOP_CGROUP, netns: NETNS }, IP)

  it('are not those of the next one', () => {
    seen(1, first)
    told('first.test')
    pass(60)
    expect(name()).toBe('first.test')
    containers.ended(1)
    pass(1)
    seen(2, next)
    expect(name()).toBeUndefined()
    told('next.test')
    expect(name()).toBe('next.test')
  })

  it('are its own, also those it was given before it was seen while the one before was remembered', () => {
    seen(1, first)
    pass(60)
    containers.ended(1)
    pass(1)
    told('next.test')
    pass(1)
    seen(2, next)
    expect(name()).toBe('next.test')
    pass(60)
    expect(name()).toBe('next.test')
  })

  it('are those of a container that ends a moment after it was given them, and of no other', () => {
    seen(1, first)
    told('first.test')
    containers.ended(1)
    pass(2)
    expect(name()).toBe('first.test')
    pass(2)
    seen(2, next)
    expect(name()).toBeUndefined()
  })

  it('stay its own when another comes to share its network namespace, and when that ends', () => {
    seen(1, first)
    told('first.test')
    pass(60)
    seen(2, next)
    expect(name()).toBe('first.test')
    pass(60)
    told('both.test')
    pass(60)
    expect(name()).toBe('both.test')
    containers.ended(2)
    expect(name()).toBe('both.test')
    pass(60)
    expect(name()).toBe('both.test')
  })

  it('are not those of others that share a network namespace later', () => {
    seen(1, first)
    seen(2, next)
    told('both.test')
    pass(60)
    containers.ended(1)
    containers.ended(2)
    pass(1)
    seen(3, other)
    seen(4, another)
    expect(name()).toBeUndefined()
  })

  it.each([3100, 60_000])('are its own when the probe stood still for %i ms just then', (ms) => {
    seen(1, first)
    told('first.test')
    nowMs += ms
    beat()
    expect(name()).toBe('first.test')
    pass(60)
    expect(name()).toBe('first.test')
  })

  it('are not those of the next one when the probe stood still while they changed', () => {
    seen(1, first)
    told('first.test')
    nowMs += 3000
    containers.ended(1)
    seen(2, next)
    beat()
    expect(name()).toBeUndefined()
    pass(60)
    expect(name()).toBeUndefined()
  })

  it('are nobody’s when it was never seen', () => {
    told('first.test')
    expect(name()).toBe('first.test')
    pass(10)
    seen(2, next)
    expect(name()).toBeUndefined()
  })
})
