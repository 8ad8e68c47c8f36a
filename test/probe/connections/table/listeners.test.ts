import { describe, expect, it } from 'vitest'
import { Listeners } from '../../../../src/probe/connections/table/listeners.ts'
import { LocalAddresses } from '../../../../src/probe/connections/table/local-addresses.ts'
import type { ProcessRef } from '../../../../src/probe/process/directory.ts'
import { NETNS, processRef, tuple } from '../support.ts'

const listening = (process: ProcessRef, socket = 1) =>
  ({ kind: 'listening', timeMs: 1, socket, process, ...tuple('0.0.0.0', 80, '0.0.0.0', 0) }) as const
const toPort80 = tuple('127.0.0.1', 40_000, '127.0.0.1', 80)

/** What happens to a socket, in order: who is told to hold it, who ends, and what a walk over all sockets meets. */
type Step =
  | { add: ProcessRef }
  | { end: ProcessRef }
  | { walk: readonly ProcessRef[]; unheld?: boolean }
  | 'hand over'

describe('a listening socket', () => {
  const [first, daemon, worker, other] = [10, 11, 12, 13].map((pid) => processRef(pid)) as [
    ProcessRef,
    ProcessRef,
    ProcessRef,
    ProcessRef,
  ]
  it.each<[string, Step[], { owner: ProcessRef | undefined; looksAgain?: boolean }]>([
    ['belongs to who listens', [{ add: first }], { owner: first }],
    [
      'belongs to the parent of workers',
      [{ add: first }, { add: daemon }, { add: worker }],
      { owner: first },
    ],
    ['belongs to the parent, whoever was met first', [{ walk: [worker, daemon] }], { owner: daemon }],
    [
      'belongs to nobody known, and is looked for, when the one that listened has forked and ended',
      [{ add: first }, { end: first }, 'hand over'],
      { owner: undefined, looksAgain: true },
    ],
    [
      'belongs to the daemon that the walk then finds',
      [{ add: first }, { end: first }, 'hand over', { walk: [worker, daemon] }, 'hand over'],
      { owner: daemon, looksAgain: false },
    ],
    [
      'belongs to another holder at once when its owner ends',
      [{ walk: [daemon, worker, other] }, { end: daemon }, 'hand over'],
      { owner: worker, looksAgain: false },
    ],
    [
      'belongs to who holds it when its owner has closed it and lives',
      [{ walk: [daemon, worker] }, { walk: [worker] }],
      { owner: worker },
    ],
    [
      'is looked for once, not again and again',
      [{ add: first }, { end: first }, 'hand over', 'hand over'],
      { owner: undefined, looksAgain: false },
    ],
    [
      'stays its while it is in the hands of the kernel alone, as on its way to another process',
      [{ add: first }, { walk: [], unheld: true }],
      { owner: first },
    ],
    ['is gone when a walk does not meet it', [{ add: first }, { walk: [] }], { owner: undefined }],
    [
      'belongs to who listens, not to an ended one that a late event names',
      [{ end: first }, { walk: [daemon] }, { add: first }],
      { owner: daemon },
    ],
  ])('%s', (_, steps, { owner, looksAgain }) => {
    const ended = new Set<ProcessRef>()
    const listeners = new Listeners((process) => ended.has(process))
    let looked: boolean | undefined
    for (const step of steps) {
      if (step === 'hand over') looked = listeners.handOver()
      else if ('add' in step) listeners.add(listening(step.add))
      else if ('end' in step) ended.add(step.end)
      else
        listeners.reconcile(
          step.walk.map((process) => listening(process)),
          new Set(step.unheld ? [1] : []),
        )
    }
    expect(listeners.ownerOf(toPort80)).toBe(owner)
    expect([...listeners].map(({ process }) => process)).toEqual(owner ? [owner] : [])
    expect(looked).toBe(looksAgain)
  })

  it('changes its version only when its owner does', () => {
    const listeners = new Listeners(() => false)
    const versions: number[] = []
    for (const walk of [[daemon], [daemon, worker], [worker, daemon], [worker], []]) {
      listeners.reconcile(walk.map((process) => listening(process)))
      versions.push(listeners.version)
    }
    expect(versions).toEqual([1, 1, 1, 2, 3])
  })
})

describe('the addresses of this host', () => {
  it('are known by the namespace that had them last', () => {
    const addresses = new LocalAddresses()
    addresses.opened('0.0.0.0', NETNS + 1)
    addresses.opened('0.0.0.0', NETNS + 2)
    addresses.learn('172.17.0.2', NETNS + 1)
    addresses.learn('172.17.0.2', NETNS + 2)
    expect(addresses.netnsOf('172.17.0.2')).toBe(NETNS + 2)
  })

  it.each(['127.0.0.1', '::1', '0.0.0.0', '::', 'fe80::1'])('do not include %s', (ip) => {
    const addresses = new LocalAddresses()
    addresses.opened('0.0.0.0', NETNS)
    addresses.learn(ip, NETNS)
    expect(addresses.netnsOf(ip)).toBeUndefined()
  })

  it('are forgotten when there are many, but for those in use', () => {
    const addresses = new LocalAddresses(100)
    addresses.opened('0.0.0.0', NETNS)
    for (let i = 0; i < 10_000; i++) {
      addresses.learn('10.0.0.1', NETNS)
      addresses.opened('0.0.0.0', NETNS + i)
      addresses.learn(`10.1.${i >> 8}.${i & 255}`, NETNS + i)
    }
    expect(addresses.size).toBeLessThanOrEqual(200)
    expect(addresses.netnsOf('10.0.0.1')).toBe(NETNS)
    expect(addresses.netnsOf('10.1.0.0')).toBeUndefined()
    expect(addresses.netnsOf(`10.1.${9999 >> 8}.${9999 & 255}`)).toBe(NETNS + 9999)
  })
})
