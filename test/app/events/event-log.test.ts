import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EventKind } from '../../../src/api/types.ts'
import { EventLog, type FoundEvents } from '../../../src/app/events/event-log.ts'
import type { EventDraft } from '../../../src/topology/events/draft.ts'

const draft = (kind: EventKind, ...nodes: string[]): EventDraft => ({
  kind,
  atMs: Date.UTC(2026, 0, 1),
  text: `${kind} ${nodes.join(' ')}`,
  nodes: nodes.map((id) => ({ id, label: id, topology: 'container', view: 'containers' })),
})

const idsOf = ({ events }: FoundEvents): number[] => events.map((json) => JSON.parse(json).id)

it('numbers events, and gives the newest first', () => {
  const log = new EventLog({ events: 10, length: 1e6 })
  log.add([draft('appeared', 'a'), draft('gone', 'b')])
  log.add([draft('appeared', 'c')])
  const { events } = log.find({}, 10)
  expect(JSON.parse(events[0] ?? '')).toEqual({
    id: 3,
    at: '2026-01-01T00:00:00.000Z',
    kind: 'appeared',
    text: 'appeared c',
    nodes: [{ id: 'c', label: 'c', topology: 'container', view: 'containers' }],
  })
  expect(idsOf(log.find({}, 10))).toEqual([3, 2, 1])
  expect(log.state).toEqual({ lastId: 3 })
})

it('says the same state as long as nothing comes', () => {
  const log = new EventLog({ events: 10, length: 1e6 })
  const { state } = log
  log.add([])
  expect(log.state).toBe(state)
  log.add([draft('gone', 'a')])
  expect(log.state).not.toBe(state)
})

it.each([
  ['of a kind', { kind: ['gone'] as const }, [5, 2]],
  ['of two kinds', { kind: ['gone', 'restarted'] as const }, [5, 4, 2]],
  ['of a node', { node: 'a' }, [5, 1]],
  ['of a kind and a node', { node: 'a', kind: ['gone'] as const }, [5]],
  ['of an unknown node', { node: 'z' }, []],
  ['before one', { before: 3 }, [2, 1]],
  ['before the first', { before: 1 }, []],
  ['before one that never was', { before: 999 }, [5, 4, 3, 2, 1]],
  ['after one', { after: 3 }, [5, 4]],
  ['after one that never was', { after: 999 }, []],
  ['between two', { after: 1, before: 5 }, [4, 3, 2]],
])('finds those %s', (_what, filter, ids) => {
  const log = new EventLog({ events: 10, length: 1e6 })
  log.add([
    draft('appeared', 'a'),
    draft('gone', 'b'),
    draft('appeared', 'c'),
    draft('restarted', 'c'),
    draft('gone', 'a', 'b'),
  ])
  expect(idsOf(log.find(filter, 10))).toEqual(ids)
})

it('says whether there are more', () => {
  const log = new EventLog({ events: 10, length: 1e6 })
  log.add([draft('gone', 'a'), draft('appeared', 'b'), draft('gone', 'c')])
  expect(log.find({}, 2).more).toBe(true)
  expect(log.find({}, 3).more).toBe(false)
  expect(log.find({ kind: ['gone'] }, 1).more).toBe(true)
  expect(log.find({ kind: ['appeared'] }, 1).more).toBe(false)
})

it('keeps no more text than it may, and no name without end', () => {
  const log = new EventLog({ events: 1000, length: 10_000 })
  const long = 'x'.repeat(5000)
  for (let i = 0; i < 50; i++) {
    const { nodes, ...rest } = draft('gone', 'a')
    log.add([{ ...rest, text: long, nodes: nodes.map((node) => ({ ...node, label: long })) }])
    const { events } = log.find({}, 1000)
    expect(events.join('').length).toBeLessThanOrEqual(10_000)
    expect(JSON.parse(events[0] ?? '').id).toBe(i + 1)
  }
  expect(idsOf(log.find({}, 1000)).length).toBeGreaterThan(5)
})

it('keeps the newest, and pages through all of them without gap or repetition', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat({ max: 9 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      (capacity, batches, limit) => {
        const log = new EventLog({ events: capacity, length: 1e6 })
        for (const size of batches) log.add(Array.from({ length: size }, () => draft('gone', 'a')))
        const { lastId } = log.state
        const all = Array.from({ length: Math.min(capacity, lastId) }, (_, i) => lastId - i)
        const paged: number[] = []
        for (;;) {
          const found = log.find({ before: (paged.at(-1) ?? lastId + 1) as number }, limit)
          paged.push(...idsOf(found))
          if (!found.more) break
        }
        expect(paged).toEqual(all)
      },
    ),
  )
})
