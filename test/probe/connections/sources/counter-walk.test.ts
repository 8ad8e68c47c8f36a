import { afterEach, expect, it } from 'vitest'
import { createFaults } from '../../../../src/log/faults.ts'
import { createLogger } from '../../../../src/log/log.ts'
import { EbpfSource } from '../../../../src/probe/connections/sources/ebpf/ebpf-source.ts'
import type { TcpTracer } from '../../../../src/probe/connections/sources/ebpf/tracer.ts'
import type { WalkPace } from '../../../../src/probe/connections/sources/ebpf/walk-pace.ts'
import type { ConnectionEvent } from '../../../../src/probe/connections/sources/events.ts'
import { counters, held, picture, table } from '../support.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const always: WalkPace = { everyMs: [0, 0], budget: 1 }
const never: WalkPace = { everyMs: [600_000, 600_000], budget: 1 }

const moved: ConnectionEvent = { kind: 'counters', timeMs: 21_000, socket: 1, counters: counters(7) }

/** A tracer of which parts can be made to fail one by one, and again and again, as no kernel can. */
const fragile = () => {
  const broken = { counterWalk: false, heldWalk: false, counts: false }
  const counts = { events: 5, lost: 0, recursionMisses: 0, stateFull: 0, unread: 0 }
  let walks = 0
  const tracer = {
    systemCallProblem: undefined,
    drain: () => [],
    walkCounters: () => {
      walks += 1
      if (broken.counterWalk) throw new Error('no iterator today')
      return { counters: [moved], waiting: [] }
    },
    walkHeldSockets: () => {
      if (broken.heldWalk) throw new Error('no walk today')
      return [held]
    },
    counters: () => {
      if (broken.counts) throw new Error('no file today')
      return { ...counts }
    },
    close: () => {},
  }
  return { tracer: tracer as unknown as TcpTracer, broken, counts, walks: () => walks }
}

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

const follow = ({ countersEvery = always, askedEvery = always } = {}) => {
  const parts = fragile()
  const faults = createFaults({ nowMs: () => performance.now(), log })
  const source = new EbpfSource(
    parts.tracer,
    { counters: countersEvery, heldSockets: never, heldSocketsAsked: askedEvery },
    faults.guardOf('connections'),
  )
  endings.push(() => source.stop())
  const { table: t } = table()
  source.start(t)
  t.settle(20_000)
  return { ...parts, source, t, reasons: () => faults.of('connections').map(({ reason }) => reason) }
}

it('keeps what is known while walks over counters fail, says so, and goes on when one succeeds', () => {
  const { source, t, broken, reasons } = follow()
  broken.counterWalk = true
  source.refresh()
  expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1'])
  expect(reasons()).toEqual([expect.stringContaining('no iterator today')])
  expect(source.status().counters).toMatchObject({ events: 5 })
  broken.counterWalk = false
  source.refresh()
  expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1 bytesSent=7'])
  expect(reasons()).toEqual([])
})

it('waits after a walk over counters that failed as long as after another', () => {
  const { source, broken, walks } = follow({ countersEvery: never })
  broken.counterWalk = true
  source.refresh()
  source.refresh()
  expect(walks()).toBe(1)
})

it('tells the last counts of what was recorded while they cannot be read, and that they cannot', () => {
  const { source, t, broken, counts, reasons } = follow()
  broken.counts = true
  counts.events = 6
  source.refresh()
  expect(source.status().counters).toMatchObject({ events: 5, lost: 0 })
  expect(picture(t)).toEqual(['curl> 10.0.0.1:80 open=1 bytesSent=7'])
  expect(reasons()).toEqual(expect.arrayContaining([expect.stringContaining('no file today')]))
  broken.counts = false
  source.refresh()
  expect(source.status().counters).toMatchObject({ events: 6 })
  expect(reasons()).toEqual([])
})

it('tells no counts when they could never be read', () => {
  const { tracer, broken } = fragile()
  broken.counts = true
  const faults = createFaults({ nowMs: () => performance.now(), log })
  const pace = { counters: always, heldSockets: never, heldSocketsAsked: never }
  const source = new EbpfSource(tracer, pace, faults.guardOf('connections'))
  endings.push(() => source.stop())
  source.start(table().table)
  source.refresh()
  expect(source.status().counters).not.toHaveProperty('lost')
})

it('counts what was missed while the counts could not be read as soon as they can', () => {
  const { source, broken, counts } = follow()
  broken.counts = true
  counts.lost = 3
  source.refresh()
  broken.counts = false
  source.refresh()
  expect(source.status()).toMatchObject({ state: 'degraded', counters: { lost: 3, repairs: 1 } })
})

it('says that what was missed is found again only once it is', () => {
  const { source, broken, counts } = follow()
  broken.heldWalk = true
  counts.lost = 3
  source.refresh()
  const { state, reason } = source.status()
  expect(state).toBe('degraded')
  expect(reason).toMatch(
    /events were missed \d+ s ago \(3 in all\); what is still open has not been found again yet/,
  )
  broken.heldWalk = false
  counts.lost = 4
  source.refresh()
  expect(source.status().reason).toMatch(/\(4 in all\); what is still open was found again since/)
})
