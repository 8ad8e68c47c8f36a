import { describe, expect, it } from 'vitest'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { ClientPorts } from '../../../../src/probe/connections/telling/client-ports.ts'
import { counters, processRef, table, tuple } from '../support.ts'

const client = processRef(100)

/** A connection to another host. */
const connect = (clientPort: number, ref = client): ConnectionEvent => ({
  kind: 'connected',
  timeMs: clientPort,
  socket: clientPort,
  process: ref,
  counters: counters(),
  ...tuple('10.0.0.1', clientPort, '10.0.0.2', 80),
})
const close = (clientPort: number, timeMs: number): ConnectionEvent => ({
  kind: 'closed',
  timeMs,
  socket: clientPort,
  error: 0,
})

describe('the client ports of open connections', () => {
  const world = () => {
    const { table: t } = table()
    const ports = new ClientPorts()
    const told = () => [...ports.of(t.tallies, t.accounts).values()]
    const apply = (...events: readonly ConnectionEvent[]) => {
      t.apply(events)
      t.settle(10_000)
    }
    return { apply, told }
  }

  it('are told of each process that has connections with another host, and of no other', () => {
    const { apply, told } = world()
    apply(connect(1), connect(2), connect(3, processRef(101)))
    expect(told()).toEqual([[1, 2], [3]])
    apply(close(2, 10), close(3, 11))
    expect(told()).toEqual([[1]])
  })

  it('are those of the newest when there are many', () => {
    const { apply, told } = world()
    apply(...Array.from({ length: 300 }, (_, i) => connect(i + 1)))
    expect(told()).toEqual([Array.from({ length: 256 }, (_, i) => i + 45)])
  })

  it('are the same array while nothing changes, so that the record is, too', () => {
    const { apply, told } = world()
    apply(connect(1))
    const [before] = told()
    apply(connect(2, processRef(101)))
    expect(told()[0]).toBe(before)
  })
})
