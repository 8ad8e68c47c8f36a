import { describe, expect, it } from 'vitest'
import type { ConnectionEvent, WaitingEvent } from '../../../../src/probe/connections/sources/events.ts'
import { counters, NETNS, picture, processRef, table, tuple } from '../support.ts'

/** The inode that the kernel gives to one network namespace after the other. */
const INODE = NETNS + 7
const client = processRef(100, 'curl')
const before = processRef(200, 'before', INODE)
const after = processRef(300, 'after', INODE)

const listening = (socket: number, process = before): ConnectionEvent => ({
  ...{ kind: 'listening', timeMs: 1000, socket, process },
  ...tuple('0.0.0.0', 80, '0.0.0.0', 0, INODE),
})
const accepted = (socket: number, ip: string, process = before): ConnectionEvent => ({
  ...{ kind: 'accepted', timeMs: 1000, socket, process, counters: counters() },
  ...tuple(ip, 80, '192.0.2.1', 5000 + socket, INODE),
})
const closed = (socket: number): ConnectionEvent => ({ kind: 'closed', timeMs: 1001, socket, error: 0 })
const unlistened = (socket: number): ConnectionEvent => ({ kind: 'unlistened', timeMs: 1001, socket })
const failed = (ip: string): ConnectionEvent => ({
  ...{ kind: 'failed', timeMs: 2000, socket: 99, process: client, error: 113, retransmits: 0 },
  ...tuple('10.0.0.1', 6000, ip, 80),
})

const failures = (events: readonly ConnectionEvent[]): string[] => {
  const { table: t } = table()
  t.apply(events)
  return picture(t).filter((line) => line.includes('failed'))
}

describe('whose an address of this host is', () => {
  it("is not the next namespace's with the same inode", () => {
    const first = [listening(1), accepted(2, '10.0.0.5'), closed(2), unlistened(1)]
    const next = [listening(3, after), accepted(4, '10.0.1.7', after)]
    expect(failures([...first, ...next, failed('10.0.0.5')])).toEqual([
      'curl> 10.0.0.5:80 failed=1 unreachable=1',
    ])
    expect(failures([...first, ...next, failed('10.0.1.7')])).toEqual([
      'curl>after 10.0.1.7:80 failed=1 unreachable=1',
    ])
  })

  it("is not the next namespace's where only a walk shows that the first one has ended", () => {
    const { table: t } = table()
    t.reconcile([
      listening(1),
      { ...accepted(2, '10.0.0.5'), kind: 'held', role: 'server' } as ConnectionEvent,
    ])
    t.reconcile([])
    t.reconcile([])
    t.apply([listening(3, after), accepted(4, '10.0.1.7', after), failed('10.0.0.5')])
    expect(picture(t)).toContain('curl> 10.0.0.5:80 failed=1 unreachable=1')
  })

  it.each<[string, ConnectionEvent[]]>([
    ['while a connection is open', [listening(1), accepted(2, '10.0.0.5'), unlistened(1), listening(3)]],
    ['while somebody listens', [listening(1), accepted(2, '10.0.0.5'), closed(2)]],
    [
      'while another of its connections is open',
      [listening(1), accepted(2, '10.0.0.5'), accepted(3, '10.0.0.6'), closed(3), closed(3)],
    ],
    [
      'as soon as the namespace uses it again',
      [
        listening(1),
        accepted(2, '10.0.0.5'),
        closed(2),
        unlistened(1),
        listening(3),
        accepted(4, '10.0.0.5'),
      ],
    ],
  ])('is the same %s', (_, events) => {
    expect(failures([...events, failed('10.0.0.5')])).toEqual([
      'curl>before 10.0.0.5:80 failed=1 unreachable=1',
    ])
  })

  it('is the same while a connection waits to be accepted', () => {
    const { table: t } = table()
    const waiting: WaitingEvent = {
      ...{ kind: 'waiting', timeMs: 1000, socket: 1, process: before },
      ...tuple('10.0.0.5', 80, '192.0.2.1', 5000, INODE),
    }
    t.apply([listening(1)])
    t.waiting([waiting])
    t.apply([unlistened(1), listening(2), failed('10.0.0.5')])
    expect(picture(t)).toContain('curl>before 10.0.0.5:80 failed=1 unreachable=1')
    t.apply([unlistened(2)])
    t.waiting([])
    t.waiting([])
    t.apply([listening(3, after), failed('10.0.0.5')])
    expect(picture(t)).toContain('curl> 10.0.0.5:80 failed=1 unreachable=1')
  })
})
